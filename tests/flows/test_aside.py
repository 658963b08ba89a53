"""What was put aside is tried again from the config room: by 🔁 on what tells of it, or by `!aside retry`."""

from dataclasses import replace

import pytest

from bot.domain.ids import EventId, UserId
from bot.domain.inputs.mail import MailUnreadable
from bot.domain.inputs.said import TeamMessage
from bot.flows.step.put_aside import decide_again
from storage import shunted
from tests.fakes.chat import ALICE, BOB, CONFIG, ROOM
from tests.fakes.failing import fails_on
from tests.fakes.house import House
from tests.fakes.looking import card_of, card_says, happens
from tests.fakes.passwords import secretly
from tests.fakes.upgrading import texts
from tests.fakes.writing import mail, reacts, says

CLOSE = "!close"


@pytest.fixture
def poison(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Until it is undone, no command and no mail that cannot be read is decided."""

    fails_on(
        monkeypatch,
        lambda one: isinstance(one, MailUnreadable) or (isinstance(one, TeamMessage) and one.body in (CLOSE, "!cloze")),
    )
    return monkeypatch


@pytest.fixture
async def aside(house: House, poison: pytest.MonkeyPatch) -> House:
    """A `!close` in the thread was put aside; what was wrong is mended."""
    house.homeserver.members[CONFIG] = house.homeserver.members[ROOM]
    await happens(house, says(CLOSE, thread=card_of(house)))
    poison.undo()
    return house


def told_of(house: House) -> EventId:
    """The message in the config room that says that it was put aside."""
    return next(p.event for p in house.homeserver.posted if p.room == CONFIG and "put aside" in str(p.content["body"]))


async def left(house: House) -> int:
    async with house.step.database.read() as tx:
        return len(await shunted.listing(tx))


async def test_what_is_told_says_how_to_try_it_again(aside: House) -> None:
    (told,) = [one for one in texts(aside) if "put aside" in one]
    assert "🔁 here or !aside retry 1" in told


@pytest.mark.parametrize("by", ["🔁", "!aside retry 1", "!écartés réessayer 1"])
async def test_it_is_done_and_told_so(aside: House, by: str) -> None:
    given = reacts("🔁", told_of(aside), room=CONFIG) if by == "🔁" else says(by, room=CONFIG)
    await happens(aside, given)
    assert card_says(aside)["status"] == "closed"
    assert texts(aside)[-1].startswith("✅ Number 1")
    assert await left(aside) == 0


async def test_two_admins_try_it_and_it_is_done_once(aside: House) -> None:
    on = told_of(aside)
    aside.step.settings.reload(replace(aside.instance, admins=(ALICE, BOB)))
    await happens(aside, reacts("🔁", on, room=CONFIG), reacts("🔁", on, room=CONFIG, sender=BOB))
    assert card_says(aside)["status"] == "closed"
    assert [one[:1] for one in texts(aside)[-2:]] == ["✅", "ℹ"]


async def test_what_the_command_line_tried_already_is_told_to_be_gone(aside: House) -> None:
    assert await decide_again(aside.step, 1)
    await happens(aside, reacts("🔁", told_of(aside), room=CONFIG))
    assert "already" in texts(aside)[-1]


async def test_two_who_read_it_at_once_decide_it_once(aside: House, monkeypatch: pytest.MonkeyPatch) -> None:
    async with aside.step.database.read() as tx:
        kept = await shunted.get(tx, 1)
    assert kept is not None

    async def as_before(tx: object, number: int) -> object:
        return kept

    assert await decide_again(aside.step, 1)
    monkeypatch.setattr("bot.flows.step.put_aside.shunted.get", as_before)
    assert not await decide_again(aside.step, 1)


async def test_it_is_tried_after_a_restart(aside: House) -> None:
    await aside.close()
    await aside.open()
    await happens(aside, reacts("🔁", told_of(aside), room=CONFIG))
    assert card_says(aside)["status"] == "closed"


async def test_what_fails_again_stays_and_can_be_tried_once_more(aside: House, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as failing:
        fails_on(failing, lambda one: isinstance(one, TeamMessage) and one.body == CLOSE)
        await happens(aside, reacts("🔁", told_of(aside), room=CONFIG))
    assert texts(aside)[-1].startswith("❌ Number 1 failed again (ZeroDivisionError)")
    assert await left(aside) == 1
    failed = next(p.event for p in reversed(aside.homeserver.posted) if p.room == CONFIG)
    await happens(aside, reacts("🔁", failed, room=CONFIG))
    assert card_says(aside)["status"] == "closed"


@pytest.mark.parametrize("by", ["🔁", "!aside retry 1"])
async def test_who_is_no_admin_tries_nothing_again(aside: House, by: str) -> None:
    given = reacts("🔁", told_of(aside), room=CONFIG, sender=BOB)
    await happens(aside, given if by == "🔁" else says(by, room=CONFIG, sender=BOB))
    assert card_says(aside)["status"] == "active"
    assert "admins" in texts(aside)[-1]
    assert await left(aside) == 1


async def test_a_stranger_in_no_room_is_not_heard(aside: House) -> None:
    before = texts(aside)
    await happens(aside, reacts("🔁", told_of(aside), room=CONFIG, sender=UserId("@mallory:localhost")))
    assert await left(aside) == 1
    assert [one for one in texts(aside)[len(before) :] if one.startswith("✅")] == []


async def test_in_a_team_s_room_nothing_is_tried(aside: House) -> None:
    await happens(aside, says("!aside retry 1"), reacts("🔁", told_of(aside), room=ROOM))
    assert await left(aside) == 1
    assert card_says(aside)["status"] == "active"


async def test_another_reaction_there_means_nothing(aside: House) -> None:
    before = texts(aside)
    await happens(aside, reacts("✅", told_of(aside), room=CONFIG), reacts("➡️", told_of(aside), room=CONFIG))
    assert (await left(aside), texts(aside)) == (1, before)


async def test_what_is_aside_is_listed(aside: House) -> None:
    await happens(aside, says("!aside", room=CONFIG))
    shown = texts(aside)[-1]
    assert "1 thing was put aside" in shown and "number 1: TeamMessage (ZeroDivisionError)" in shown
    await happens(aside, says("!aside retry 1", room=CONFIG))
    await happens(aside, says("!écartés", room=CONFIG))
    assert "Nothing is put aside" in texts(aside)[-1]


async def test_a_mail_that_could_not_be_decided_comes_after_all(house: House, poison: pytest.MonkeyPatch) -> None:
    fails_on(poison, lambda one: one.key.startswith("mail:"))
    house.provider.deliver(mail(id="m2@example.org", subject="Deux"))
    await house.settle((0.0, 16.0))
    assert len(house.homeserver.of_kind("conversation")) == 1
    poison.undo()
    await happens(house, reacts("🔁", told_of(house), room=CONFIG))
    assert len(house.homeserver.of_kind("conversation")) == 2
    assert await left(house) == 0


async def test_words_that_may_be_a_secret_are_not_kept_and_that_is_told(
    house: House, poison: pytest.MonkeyPatch
) -> None:
    house.homeserver.encrypted.add(CONFIG)
    await happens(house, secretly("!cloze"))
    poison.undo()
    (told,) = [one for one in texts(house) if "put aside" in one]
    assert "writes it again" in told and "🔁" not in told
    await happens(house, secretly("!aside retry 1"))
    assert "cannot be tried again" in texts(house)[-1]
    assert await left(house) == 1


async def test_an_answer_that_comes_too_late_is_not_sent(house: House, poison: pytest.MonkeyPatch) -> None:
    fails_on(poison, lambda one: isinstance(one, TeamMessage))
    await happens(house, says("!reply Bonjour", thread=card_of(house)))
    poison.undo()
    await happens(house, reacts("🔁", told_of(house), room=CONFIG), seconds=(0.0, 60.0))
    assert house.provider.delivered == []
