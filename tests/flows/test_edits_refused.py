"""An edit of words that wait, and that does not count because of who gives it, is told: their writer sees other words."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from bot.domain.inputs.said import MessageEdited
from bot.domain.sentences import sentence
from bot.text.wording import say
from tests.fakes.chat import ALICE, BOB, ROOM
from tests.fakes.house import INSTANCE, House
from tests.fakes.looking import NOW, SENT, answers_in, card_of, happens, mails_in
from tests.fakes.writing import edits, mail, reads, says
from tests.flows.test_database_put_back import now

NOT_TAKEN = say("en", sentence("error.not_rewritten"))
DRAFT_NOT_TAKEN = say("en", sentence("draft.not_rewritten"))


@pytest_asyncio.fixture
async def careful(tmp_path: Path) -> AsyncIterator[House]:
    """A colleague approves each answer; the room is encrypted."""
    mailbox = replace(INSTANCE.mailboxes[0], approval=True)
    house = House(tmp_path, instance=replace(INSTANCE, mailboxes=(mailbox,)))
    house.homeserver.encrypted.add(ROOM)
    await house.open()
    house.provider.deliver(mail())
    await house.settle(NOW)
    yield house
    await house.close()


def doubtful(edit: MessageEdited, trust: str) -> MessageEdited:
    return replace(edit, room_encrypted=True, was_encrypted=True, session_trust=trust)


def told(house: House, words: str) -> int:
    return sum(words in one for one in answers_in(house))


@pytest.mark.parametrize("trust", ["unsigned_device", "identity_new"])
async def test_of_an_answer_that_waits_for_approval(careful: House, trust: str) -> None:
    written = says("!reply Bonjour", thread=card_of(careful), sender=BOB, encrypted=True, sealed=True)
    await happens(careful, written)
    await happens(careful, doubtful(edits(written.event, "!reply Bonsoir", sender=BOB), trust))
    assert told(careful, NOT_TAKEN) == 1
    read = reads(mails_in(careful)[-1].event, sender=ALICE)
    await now(careful, read, says("!approve", thread=card_of(careful), encrypted=True, sealed=True), seconds=SENT)
    ((_, _, raw),) = careful.provider.delivered
    assert b"Bonjour" in raw


async def test_of_an_answer_that_is_held(house: House) -> None:
    house.homeserver.encrypted.add(ROOM)
    later = '!reply --at "tomorrow 9:00" '
    written = says(later + "Bonjour", thread=card_of(house), encrypted=True, sealed=True)
    await happens(house, written)
    await happens(house, doubtful(edits(written.event, later + "Bonsoir"), "unsigned_device"))
    assert told(house, NOT_TAKEN) == 1
    house.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org"))
    await house.settle(NOW)
    await happens(house, doubtful(edits(written.event, later + "Bonsoir"), "unsigned_device"))
    assert told(house, NOT_TAKEN) == 2


async def test_of_a_draft(house: House) -> None:
    house.homeserver.encrypted.add(ROOM)
    written = says("!draft Brouillon", thread=card_of(house), encrypted=True, sealed=True)
    await happens(house, written)
    await happens(house, doubtful(edits(written.event, "!draft Autre"), "unsigned_device"))
    assert told(house, DRAFT_NOT_TAKEN) == 1
    sent = says("!send", thread=card_of(house), sender=BOB, encrypted=True, sealed=True)
    await happens(house, sent, seconds=(0.0,))
    await happens(house, doubtful(edits(written.event, "!draft Autre"), "unsigned_device"), seconds=SENT)
    assert told(house, NOT_TAKEN) == 1, "its mail leaves in the words that it has"
    ((_, _, raw),) = house.provider.delivered
    assert b"Brouillon" in raw
