"""A room is upgraded, with the process killed at every boundary of the follow."""

import json
from pathlib import Path

import pytest

from bot.domain.ids import EventId, RoomId
from bot.domain.inputs.room import Invited, RoomUpgraded
from bot.ports import Member
from tests.crash.play import play
from tests.fakes.boundaries import Boundaries
from tests.fakes.chat import ALICE, BOB, BOT, CONFIG, ROOM, Posted, at
from tests.fakes.house import House
from tests.fakes.writing import mail, says

NEW = RoomId("!new:localhost")


def _mails_come(house: House) -> None:
    house.provider.deliver(mail(id="a1@example.org", subject="Adhésion"))
    house.provider.deliver(mail(id="b1@example.org", subject="Autre"))


def _one_is_closed_and_the_room_upgraded(house: House) -> None:
    house.homeserver.happens(says("!close #2"))
    house.homeserver.state[NEW, "m.room.create", ""] = json.dumps({"predecessor": {"room_id": ROOM}})
    house.homeserver.members[NEW] = (Member(ALICE, "Alice"), Member(BOB, "Bob"), Member(BOT, "Postroom"))
    house.homeserver.closed.add(NEW)
    house.homeserver.happens(RoomUpgraded(ROOM, NEW, ALICE, at(1)))


def _an_admin_confirms_while_mail_comes(house: House) -> None:
    house.homeserver.happens(says("!upgrade", room=CONFIG))
    house.provider.deliver(mail(id="a2@example.org", subject="Re: Adhésion", reply_to="a1@example.org", file=b"%PDF x"))
    house.provider.deliver(mail(id="c1@example.org", subject="Encore"))


def _the_bot_is_invited_while_mail_comes(house: House) -> None:
    house.homeserver.closed.clear()
    house.homeserver.happens(Invited(NEW, BOB, at(2)))
    house.homeserver.happens(says("!reply #3 Bonjour.", room=ROOM))
    house.provider.deliver(mail(id="a3@example.org", subject="Re: Adhésion", reply_to="a1@example.org"))
    house.provider.deliver(mail(id="b2@example.org", subject="Re: Autre", reply_to="b1@example.org"))


STAGES = (
    lambda house: None,
    _mails_come,
    _one_is_closed_and_the_room_upgraded,
    _an_admin_confirms_while_mail_comes,
    _the_bot_is_invited_while_mail_comes,
)


def _in(house: House, room: RoomId, kind: str) -> list[Posted]:
    return [p for p in house.homeserver.of_kind(kind) if p.room == room]


def _must_hold(house: House, where: str) -> None:
    assert house.step.settings.known.mailboxes[0].room == NEW, where
    numbers = sorted(int(str(p.ours["conversation"])) for p in _in(house, NEW, "conversation"))
    assert numbers == [1, 2, 3], f"{where}: cards {numbers} in the new room"
    shown = [str(p.ours["message_id"]) for p in house.homeserver.of_kind("mail") if p.ours["direction"] == "in"]
    arrived = ["a1@example.org", "a2@example.org", "a3@example.org", "b1@example.org", "b2@example.org"]
    assert sorted(set(shown)) == [*arrived, "c1@example.org"], where
    for room in (ROOM, NEW):
        ids = [str(p.ours["message_id"]) for p in _in(house, room, "mail")]
        assert len(ids) == len(set(ids)), f"{where}: a mail was posted twice in {room}: {ids}"
    assert len(house.homeserver.of_kind("attachment")) == 1, where
    cards = {p.event: int(str(p.ours["conversation"])) for p in _in(house, NEW, "conversation")}
    pointing = [p for p in _in(house, NEW, "notice") if "earlier messages" in str(p.content["body"])]
    pointers = sorted(cards[EventId(str(p.relation["event_id"]))] for p in pointing)
    assert pointers == [1, 2, 3], f"{where}: pointers of {pointers}"
    assert len([p for p in _in(house, NEW, "notice") if not p.relation]) == 1, where
    assert len(_in(house, NEW, "board")) == 1, where
    assert len(house.provider.delivered) <= 1, where
    done = [p for p in _in(house, CONFIG, "notice") if "goes on in its new room" in str(p.content["body"])]
    assert len(done) == 1, where


async def _dry_run(folder: Path) -> Boundaries:
    house = House(folder)
    assert await play(house, STAGES) == 0
    _must_hold(house, "without a death")
    assert await house.open_calls() == 0
    assert len(house.provider.delivered) == 1
    await house.close()
    return house.boundaries


@pytest.mark.timeout(900)
async def test_following_an_upgrade_survives_a_death_at_every_boundary(tmp_path: Path) -> None:
    """No mail lost, no card and no mail twice in the new room, each thread with one link to where it was."""
    (tmp_path / "dry").mkdir()
    boundaries = await _dry_run(tmp_path / "dry")
    passed = boundaries.passed
    follow = passed.index("join before")
    assert passed.count("join before") >= 2, "refused once, then let in"
    # All of it around the follow; what comes before is tested with the main job.
    chosen = [n for n in boundaries.places() if n > follow - 10]
    assert len(chosen) > 30
    for kill_at in chosen:
        folder = tmp_path / str(kill_at)
        folder.mkdir()
        house = House(folder, Boundaries(kill_at))
        where = f"killed at {kill_at}, {passed[kill_at - 1]}"
        assert await play(house, STAGES) == 1, where
        _must_hold(house, where)
        assert await house.open_calls() == 0, where
        await house.close()
