"""A conversation goes over to another mailbox of its room."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from bot.domain.ids import MailboxId, RoomId
from bot.domain.settings import MailboxSettings
from tests.fakes.house import INSTANCE, House
from tests.fakes.looking import NOW, SENT, answers_in, card_of, card_says, happens, mails_in
from tests.fakes.mail import FakeProvider, id_of
from tests.fakes.writing import mail, reacts, redacts, says
from tests.flows.test_database_put_back import copied, put_back

FIRST = INSTANCE.mailboxes[0]
AIDE = replace(FIRST, id=MailboxId("aide@asso.example"), address="aide@asso.example", aliases=())
ELSEWHERE = replace(
    AIDE, id=MailboxId("paie@asso.example"), address="paie@asso.example", room=RoomId("!other:localhost")
)


@pytest_asyncio.fixture
async def two(tmp_path: Path) -> AsyncIterator[House]:
    """A house with two mailboxes in the room, and one elsewhere; #1 came to the first."""
    one = House(tmp_path, instance=replace(INSTANCE, mailboxes=(FIRST, AIDE, ELSEWHERE)))
    await one.open()
    one.provider.deliver(mail())
    await one.settle(NOW)
    yield one
    await one.close()


async def serve(house: House, provider: FakeProvider, *mailboxes: MailboxSettings) -> None:
    """A restart after which the first of these mailboxes is read, and sends."""
    await house.close()
    house.instance, house.provider = replace(INSTANCE, mailboxes=(*mailboxes, ELSEWHERE)), provider
    await house.open()


async def comes(house: House, id: str, answers: str) -> None:
    """A mail that is shown under the card of #1."""
    house.provider.deliver(mail(id=id, subject="Re: Question", reply_to=answers))
    await house.settle(NOW)
    (came,) = [p for p in mails_in(house) if p.ours["message_id"] == id]
    assert came.relation["event_id"] == card_of(house)


def is_in(house: House) -> object:
    return card_says(house)["mailbox"]


@pytest.mark.parametrize(("body", "in_thread"), [("!move aide", True), ("!déplacer #1 aide@asso.example", False)])
async def test_later_answers_leave_from_there_and_mail_comes_to_the_same_thread(
    two: House, body: str, in_thread: bool
) -> None:
    await happens(two, says(body, thread=card_of(two) if in_thread else None))
    assert is_in(two) == "aide@asso.example"
    assert "aide@asso.example" in " ".join(str(p.content["body"]) for p in two.homeserver.of_kind("notice"))
    first, aide = two.provider, FakeProvider(two.boundaries)
    await serve(two, aide, AIDE, FIRST)
    await happens(two, says("!reply Bonjour", thread=card_of(two)), seconds=SENT)
    ((sender, recipients, raw),) = aide.delivered
    assert (sender, recipients) == ("aide@asso.example", ("marie@example.org",))
    await comes(two, "m2@example.org", id_of(raw))
    await serve(two, first, FIRST, AIDE)
    await comes(two, "m3@example.org", "m1@example.org")
    assert len(two.homeserver.of_kind("conversation")) == 1
    assert is_in(two) == "aide@asso.example"


async def test_it_is_listed_and_found_there_alone(two: House) -> None:
    await happens(two, says("!tag urgent", thread=card_of(two)), says("!move aide", thread=card_of(two)))
    for body, is_there in (("!list aide", True), ("!list aide tag:urgent", True), (f"!list {FIRST.id}", False)):
        await happens(two, says(body))
        assert ("#1" in answers_in(two)[-1]) == is_there, body
    await happens(two, says("!search question"))
    assert "#1" in answers_in(two)[-1]


@pytest.mark.parametrize("word", ["paie", "paie@asso.example", "nobody@asso.example", ""])
async def test_a_mailbox_of_another_room_is_told_as_none(two: House, word: str) -> None:
    await happens(two, says(f"!move {word}", thread=card_of(two)))
    assert is_in(two) == FIRST.id
    assert "aide@asso.example" in answers_in(two)[-1] and "paie" not in answers_in(two)[-1]


@pytest.mark.parametrize("words", ["!draft Bonjour", "!reply Bonjour"])
async def test_not_while_words_wait_there(two: House, words: str) -> None:
    await happens(two, says(words, thread=card_of(two)), says("!move aide", thread=card_of(two)), seconds=(0.0,))
    assert is_in(two) == FIRST.id


async def test_deleting_the_command_soon_takes_it_back(two: House) -> None:
    command = says("!move aide", thread=card_of(two))
    await happens(two, command, seconds=(0.0,))
    assert is_in(two) == "aide@asso.example"
    await happens(two, redacts(command.event))
    assert is_in(two) == FIRST.id


async def test_a_question_of_before_is_asked_anew_for_it_named_another_sender(two: House) -> None:
    two.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org"))
    await two.settle(NOW)
    await happens(two, says("!reply Bonjour", thread=card_of(two)))
    asked = [p for p in two.homeserver.posted if "To send yours all the same" in str(p.content.get("body"))]
    await happens(two, says("!move aide", thread=card_of(two)), reacts("✅", asked[-1].event))
    await serve(two, FakeProvider(two.boundaries), AIDE, FIRST)
    await two.settle(SENT)
    assert two.provider.delivered == []
    assert "Something has changed" in answers_in(two)[-1]


async def test_while_an_answer_is_about_to_leave_from_there_it_stays_there(two: House) -> None:
    command = says("!move aide", thread=card_of(two))
    await happens(two, command, says("!reply Bonjour", thread=card_of(two)), redacts(command.event), seconds=(0.0,))
    assert is_in(two) == "aide@asso.example"


async def test_what_lies_elsewhere_is_moved_into_its_own_junk(two: House) -> None:
    await happens(two, says("!move aide", thread=card_of(two)), says("!spam", thread=card_of(two)))
    assert [len(two.provider.folders[name]) for name in ("Junk", "INBOX")] == [1, 0]
    await happens(two, says("!notspam", thread=card_of(two)))
    assert [len(two.provider.folders[name]) for name in ("Junk", "INBOX")] == [0, 1]


async def test_a_database_that_is_put_back_learns_it_from_the_card(two: House) -> None:
    await copied(two)
    await happens(two, says("!move aide", thread=card_of(two)))
    await put_back(two)
    await two.settle(SENT)
    await happens(two, says("!list aide"))
    assert "#1" in answers_in(two)[-1]


async def test_a_draft_that_was_sent_keeps_nothing_from_moving(two: House) -> None:
    await happens(two, says("!draft Bonjour", thread=card_of(two)))
    await happens(two, says("!move aide", thread=card_of(two)))
    assert "draft" in answers_in(two)[-1]
    await happens(two, says("!send", thread=card_of(two)), seconds=SENT)
    await happens(two, says("!move aide", thread=card_of(two)))
    assert card_says(two)["mailbox"] == "aide@asso.example"
