"""A conversation that a member begins, with the process killed at every boundary."""

from pathlib import Path

import pytest

from tests.crash.play import Stage, deaths, play
from tests.fakes.boundaries import Boundaries
from tests.fakes.house import House
from tests.fakes.looking import outgoing
from tests.fakes.mail import id_of
from tests.fakes.writing import mail, says


def _is_begun(house: House) -> None:
    house.homeserver.happens(says('!new paul@example.org "Votre inscription"\nBonjour Paul'))


def _the_answer_comes(house: House) -> None:
    for _, _, raw in house.provider.delivered[:1]:
        sender = "Paul <paul@example.org>"
        house.provider.deliver(mail(id="p1@example.org", sender=sender, subject="Re: x", reply_to=id_of(raw)))


_STAGES: tuple[Stage, ...] = (_is_begun, _the_answer_comes)


def _must_hold(house: House, where: str) -> None:
    room = house.homeserver
    (card,) = room.of_kind("conversation")
    (shown,) = outgoing(house)
    about = room.current(shown.event)["org.postroom"]
    assert isinstance(about, dict)
    assert shown.relation["event_id"] == card.event, where
    assert len(house.provider.delivered) <= 1, f"{where}: it was sent {len(house.provider.delivered)} times"
    copies = house.provider.folders["Sent"]
    if about["state"] == "sent":
        assert [id_of(raw) for _, _, raw in house.provider.delivered] == [about["message_id"]], where
        assert len(copies) == 1, f"{where}: {len(copies)} copies in Sent"
    else:
        assert about["state"] == "unknown", f"{where}: the mail is {about['state']}"
    answers = [p for p in room.of_kind("mail") if p.ours["direction"] == "in"]
    assert [p.relation["event_id"] for p in answers] == [card.event] * len(house.provider.delivered), where


async def _play(folder: Path, kill_at: int | None) -> tuple[House, int]:
    folder.mkdir()
    house = House(folder, Boundaries(kill_at))
    return house, await play(house, (lambda _: None, *_STAGES))


@pytest.mark.timeout(900)
async def test_a_first_mail_survives_a_death_at_every_boundary(tmp_path: Path) -> None:
    """One card, one mail at most, its answer in its thread; sent, or told as unknown."""
    async for house, where in deaths(tmp_path, _play):
        _must_hold(house, where)
