"""A conversation of another help desk in the house: found, told of, and woken by an answer."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.conversation import Status
from bot.domain.ids import ConversationId
from bot.domain.inputs.imported import CarriedDeed, ConversationImported
from bot.domain.mail import Address
from bot.flows.pump.carried import Became, CarriedPump, OldConversation, OldMail, OldNote
from storage import conversations
from tests.fakes.chat import ALICE, BOB
from tests.fakes.house import MAILBOX, House
from tests.fakes.looking import NOW, SENT, answers_in, card_of, card_says, happens, mails_in
from tests.fakes.reading import ReaderHere
from tests.fakes.writing import mail, says

THEN = datetime(2024, 3, 5, 10, 0, tzinfo=UTC)
OURS = "reply-7-0123456789abcdef@asso.example"


class _Reader(ReaderHere):
    async def beginning(self, raw: bytes) -> object:  # type: ignore[override]
        from bot.reader.whole import read_bytes

        return read_bytes(raw).mail


def old(number: int = 142, status: Status = Status.CLOSED) -> OldConversation:
    head = ConversationImported(
        "FreeScout", MAILBOX.id, number, f"x:{number}", "Adh\u00e9sion", Address("Marie", "marie@example.org"), status, ALICE, (),
        ("urgent",), (), deeds=(CarriedDeed(THEN, ALICE, "history.replied"),),
    )  # fmt: skip
    asked = mail(id="q@example.org", subject="Adh\u00e9sion", text="La question\n")
    answered = mail(
        id=OURS, sender="contact@asso.example", to="marie@example.org", reply_to="q@example.org", text="Oui\n"
    )
    mails = (OldMail("1", lambda: asked, THEN, False), OldMail("2", lambda: answered, THEN + timedelta(hours=1), True))
    note = mail(text="Elle a d\u00e9j\u00e0 appel\u00e9\n")
    return OldConversation(head, mails, (OldNote(note, THEN, None, "Bob"),))


async def brought(house: House, *some: OldConversation) -> CarriedPump:
    pump = CarriedPump(house.step, _Reader(), lambda tally: None)
    await pump.take(some)
    return pump


@pytest.fixture
async def empty(tmp_path: Path) -> AsyncIterator[House]:
    one = House(tmp_path)
    await one.open()
    yield one
    await one.close()


async def test_nobody_is_told_and_notes_and_deeds_are_found(empty: House) -> None:
    pump = await brought(empty, old())
    await empty.settle()
    assert pump.tally.conversations == {Became.BROUGHT: 1} and (pump.tally.mails, pump.tally.notes) == (2, 1)
    assert empty.homeserver.posted == [] and await empty.open_calls() == 0
    await happens(empty, says("!search appel\u00e9"), says("!history #142"), says("!list closed"))
    found, told, listed = answers_in(empty)
    assert "#142" in found and "Bob: Elle a d\u00e9j\u00e0 appel\u00e9" in told and "FreeScout #142" in told
    assert "Alice answered" in told and "#142" in listed


async def test_an_answer_to_a_mail_of_theirs_wakes_it(empty: House) -> None:
    await brought(empty, old())
    empty.provider.deliver(mail(id="new@example.org", reply_to=OURS, text="Encore\n"))
    await empty.settle(NOW)
    assert card_says(empty, 142)["status"] == "active" and card_says(empty, 142)["assignee"] == ALICE
    (posted,) = mails_in(empty)
    assert posted.ours["message_id"] == "new@example.org"
    await happens(empty, says("!unfold", thread=card_of(empty, 142)))
    assert [one.ours["direction"] for one in mails_in(empty)] == ["in", "in", "out"]


async def test_a_note_of_before_says_nothing_of_what_its_writer_has_read_here(empty: House) -> None:
    one = old()
    await brought(empty, replace(one, notes=(replace(one.notes[0], author=ALICE, name=""),)))
    empty.provider.deliver(mail(id="new@example.org", reply_to=OURS, text="Encore\n"))
    await empty.settle(NOW)
    await happens(empty, says("!reply Oui", thread=card_of(empty, 142)), seconds=SENT)
    assert len(empty.provider.delivered) == 1


async def test_what_is_to_do_is_on_the_board_and_gets_its_card_when_it_is_opened(empty: House) -> None:
    await brought(empty, old(status=Status.ACTIVE))
    await empty.settle()
    (board,) = [one for one in empty.homeserver.of_kind("board") if not one.is_edit]
    assert "#142" in str(empty.homeserver.current(board.event)["body"])
    assert empty.homeserver.of_kind("conversation") == []
    await happens(empty, says("!show #142"))
    assert card_says(empty, 142)["status"] == "active"


async def test_numbers_that_are_free_are_kept_and_a_new_conversation_gets_the_next(empty: House) -> None:
    await brought(
        empty, old(142), replace(old(140), mails=(OldMail("9", lambda: mail(id="z@x.example"), THEN, False),))
    )
    empty.provider.deliver(mail(id="fresh@example.org", subject="Neu", sender="otto@example.org"))
    await empty.settle(NOW)
    async with empty.step.database.read() as tx:
        found = await conversations.several(tx, [ConversationId(n) for n in (140, 142, 143, 144)])
    assert [(one.id, one.subject) for one in found] == [(142, "Adh\u00e9sion"), (143, "Adh\u00e9sion"), (144, "Neu")]


async def arrived_before(house: House) -> None:
    """The question of `old` was read from the server, before anything was brought in."""
    house.provider.deliver(mail(id="q@example.org", subject="Adh\u00e9sion", text="La question\n"))
    await house.settle(NOW)


@pytest.mark.parametrize(("most", "became"), [(2, Became.JOINED), (1, Became.KNOWN)])
async def test_where_a_mail_is_here_the_rest_of_its_conversation_is_taken_over_without_a_sound(
    empty: House, most: int, became: Became
) -> None:
    await arrived_before(empty)
    posted = len([one for one in empty.homeserver.posted if not one.is_edit])
    one = old(status=Status.ACTIVE)
    pump = await brought(empty, replace(one, head=replace(one.head, followers=(BOB,)), mails=one.mails[:most]))
    await empty.settle(NOW)
    assert pump.tally.conversations == {became: 1} and (pump.tally.notes, pump.tally.differing) == (1, 0)
    assert len([one for one in empty.homeserver.posted if not one.is_edit]) == posted
    assert card_says(empty, 1)["assignee"] == ALICE
    async with empty.step.database.read() as tx:
        found = await conversations.get(tx, ConversationId(1))
    assert found is not None and (found.tags, found.followers) == (("urgent",), (BOB,))
    await happens(empty, says("!search appel\u00e9"), says("!history #1"))
    searched, told = answers_in(empty)
    assert "#1" in searched and "Bob: Elle a d\u00e9j\u00e0 appel\u00e9" in told and "Alice answered" in told
    assert "FreeScout #142" in told


async def test_what_a_conversation_that_is_here_keeps_is_counted(empty: House) -> None:
    await arrived_before(empty)
    await happens(empty, says("!assign @bob", thread=card_of(empty, 1)))
    pump = await brought(empty, old(status=Status.PENDING))
    await empty.settle(NOW)
    assert card_says(empty, 1)["assignee"] == BOB and card_says(empty, 1)["status"] == "active"
    assert pump.tally.differing == 1
