"""What a colleague did is not mailed, nor told after quiet hours, to whoever has read the message that did it.

Messages bear the clock of the homeserver; what they do bears ours.
"""

from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from bot.domain.ids import EventId, UserId
from bot.domain.inputs.said import ReadUpTo, TeamMessage
from bot.ports import Member
from tests.fakes.chat import ALICE, BOB, ROOM
from tests.fakes.house import INSTANCE, House
from tests.fakes.looking import NOW, card_of, happens, mails_in, outgoing
from tests.fakes.writing import edits, mail, reacts, reads, says
from tests.flows.test_direct_news import news, of_bobs
from tests.flows.test_notices import SOON
from tests.flows.test_own_addresses import confirms, sent_to

BOBS = "bob@home.example"


def noticed(house: House) -> list[EmailMessage]:
    return [one for one in sent_to(house, BOBS) if "[#" in one["Subject"]]


def now(house: House, words: str, sender: UserId = ALICE, ago: float = 0.3) -> TeamMessage:
    said = says(words, thread=card_of(house), sender=sender)
    return replace(said, at=house.clock.now() - timedelta(seconds=ago))


def read(house: House, event: EventId) -> ReadUpTo:
    return replace(reads(event, sender=BOB), at=house.clock.now())


async def bob_is_mailed(house: House, *more: str) -> None:
    await confirms(house, BOBS, BOB)
    await of_bobs(house, *(f"{one} email" for one in ("replied-mine", "noted-mine", "assigned-me", *more)))
    await house.settle(SOON)


@pytest.mark.parametrize("wait", [1.0, 90.0])
@pytest.mark.parametrize("ago", [0.0, 0.3, 60.0])
async def test_a_note_that_was_read_is_not_mailed(house: House, ago: float, wait: float) -> None:
    await bob_is_mailed(house)
    note = now(house, "!note Zanzibar", ago=ago)
    await happens(house, note, seconds=(wait,))
    await happens(house, read(house, note.event), seconds=(*SOON, *SOON))
    assert noticed(house) == []


@pytest.mark.parametrize("choice", ["followed", "noted-unassigned", "noted-others"])
async def test_nor_is_it_to_whom_it_does_not_belong(house: House, choice: str) -> None:
    await confirms(house, BOBS, BOB)
    if choice == "followed":
        await happens(house, says("!follow", thread=card_of(house), sender=BOB))
    if choice == "noted-others":
        await happens(house, reacts("✋", card_of(house)))
    await happens(house, says(f"!notify {choice} email", sender=BOB), seconds=SOON)
    note = now(house, "!note Zanzibar")
    await happens(house, note, seconds=(20.0,))
    await happens(house, read(house, note.event), seconds=(*SOON, *SOON))
    assert noticed(house) == []


@pytest.mark.parametrize("act", ["!assign @bob", "!close", "!pending", "!assign me", "!cc lea@example.org"])
async def test_nor_is_any_other_act_whose_message_was_read(house: House, act: str) -> None:
    await bob_is_mailed(house)
    if act == "!assign @bob":
        await happens(house, now(house, "!unassign", BOB), seconds=SOON)
    said = now(house, act)
    await happens(house, said, seconds=(20.0,))
    await happens(house, read(house, said.event), seconds=(*SOON, *SOON))
    assert noticed(house) == []


@pytest.mark.parametrize("minutes", [1, 20])
@pytest.mark.parametrize("how", ["receipt", "words", "receipt below"])
async def test_what_was_read_while_the_bot_was_away_is_not_mailed_when_it_is_back(
    house: House, minutes: int, how: str
) -> None:
    await bob_is_mailed(house)
    await house.close()
    note = now(house, "!note Zanzibar")
    house.homeserver.happens(note)
    house.clock.forward(30.0)
    talk = now(house, "C'est noté", BOB if how == "words" else ALICE)
    if how != "receipt":
        house.homeserver.happens(talk)
    if how != "words":
        house.homeserver.happens(read(house, note.event if how == "receipt" else talk.event))
    house.clock.forward(minutes * 60.0)
    await house.open()
    await house.settle((*NOW, *SOON, *SOON))
    assert noticed(house) == []


async def test_what_was_said_below_the_message_that_was_read_is_mailed(house: House) -> None:
    await bob_is_mailed(house)
    first, second = now(house, "!note Zanzibar", ago=0.4), now(house, "!note Tanger")
    await happens(house, first, second, seconds=(20.0,))
    await happens(house, read(house, first.event), seconds=(*SOON, *SOON))
    assert len(noticed(house)) == 1


FAR = UserId("@carol:elsewhere.example")


@pytest.mark.parametrize(("is_read", "mailed"), [(False, 1), (True, 0)])
async def test_by_a_homeserver_whose_clock_is_late_a_note_is_no_older_than_what_was_read_before(
    tmp_path: Path, is_read: bool, mailed: int
) -> None:
    house = House(tmp_path, instance=replace(INSTANCE, allowed_servers=("localhost", "elsewhere.example")))
    house.homeserver.members[ROOM] = (*house.homeserver.members[ROOM], Member(FAR, "Carol"))
    await house.open()
    house.provider.deliver(mail())
    await house.settle(NOW)
    await bob_is_mailed(house)
    await happens(house, read(house, mails_in(house)[-1].event))
    note = now(house, "!note Zanzibar", FAR, ago=10.0)
    await happens(house, note, seconds=(5.0,))
    if is_read:
        await happens(house, read(house, note.event))
    await house.settle((*SOON, *SOON))
    assert len(noticed(house)) == mailed
    await house.close()


async def test_a_receipt_of_the_evening_before_says_nothing_of_a_note(house: House) -> None:
    await bob_is_mailed(house)
    await happens(house, read(house, mails_in(house)[-1].event))
    await happens(house, now(house, "!note Zanzibar"), seconds=(*SOON, *SOON))
    assert len(noticed(house)) == 1


async def test_somebody_elses_receipt_is_not_theirs(house: House) -> None:
    await bob_is_mailed(house)
    note = now(house, "!note Zanzibar")
    await happens(house, note, seconds=(5.0,))
    await happens(house, replace(read(house, note.event), user=ALICE), seconds=(*SOON, *SOON))
    assert len(noticed(house)) == 1


@pytest.mark.parametrize("when", [-10.0, 0.0, 60.0])
async def test_an_answer_of_a_colleague_that_was_read_is_not_mailed_though_it_left_later(
    house: House, when: float
) -> None:
    await bob_is_mailed(house)
    await happens(house, reads(mails_in(house)[-1].event))
    await happens(house, now(house, "!reply Oui", ago=0.0), seconds=(0.0, 15.0, *((10.0, when) if when >= 0 else ())))
    await happens(house, read(house, outgoing(house)[-1].event), seconds=(25.0, *SOON, *SOON))
    assert noticed(house) == []


async def test_one_that_was_written_anew_after_it_was_read_is_mailed(house: House) -> None:
    await bob_is_mailed(house)
    await happens(house, reads(mails_in(house)[-1].event))
    answer = now(house, "!reply Oui", ago=0.0)
    await happens(house, answer, seconds=(0.0, 5.0))
    await happens(house, read(house, outgoing(house)[-1].event))
    await happens(house, edits(answer.event, "!reply Non"), seconds=(25.0, *SOON, *SOON))
    assert len(noticed(house)) == 1


@pytest.mark.parametrize(("is_read", "told"), [(True, 0), (False, 1)])
async def test_after_quiet_hours_a_note_that_was_read_is_not_told(house: House, is_read: bool, told: int) -> None:
    await of_bobs(house, "quiet 9:30-12:00")
    note = now(house, "!note Zanzibar")
    await happens(house, note, seconds=(20.0,))
    if is_read:
        await happens(house, read(house, note.event))
    before = len(house.homeserver.posted)
    await house.settle((3 * 3600.0, 60.0, 60.0))
    assert len(news(house, before)) == told


@pytest.mark.parametrize("where", ["another thread", "the main timeline"])
@pytest.mark.parametrize("unthreaded", [True, False])
@pytest.mark.parametrize("is_later", [True, False])
async def test_a_receipt_of_no_thread_counts_for_all_threads_up_to_it(
    house: House, where: str, *, unthreaded: bool, is_later: bool
) -> None:
    """As clients without threads give it."""
    await bob_is_mailed(house)
    note = now(house, "!note Zanzibar")
    if is_later:
        await happens(house, note, seconds=(5.0,))
    house.provider.deliver(mail(id="n1@example.org", sender="Paul <paul@example.org>", subject="Devis"))
    await house.settle((5.0,))
    other = card_of(house, 2) if where == "the main timeline" else mails_in(house)[-1].event
    if not is_later:
        house.clock.forward(5.0)
        await happens(house, now(house, "!note Zanzibar", ago=0.0), seconds=(5.0,))
    await happens(house, replace(read(house, other), is_unthreaded=unthreaded), seconds=(*SOON, *SOON))
    assert len(noticed(house)) == (0 if unthreaded and is_later else 1)
