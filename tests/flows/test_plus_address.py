"""Who answers is asked to write to an address with a mark: it leads to the conversation where nothing else does."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email import message_from_bytes
from pathlib import Path

import pytest

from bot.domain.addresses import with_tag
from bot.domain.ids import ConversationId, UserId
from tests.fakes.chat import ALICE, BOB, CONFIG
from tests.fakes.house import MAILBOX, House
from tests.fakes.looking import NOW, SENT, card_of, happens, mails_in
from tests.fakes.upgrading import texts
from tests.fakes.writing import mail, says
from tests.flows.test_answer_by_mail import PROOF, comes, left, opened, shown

WANTS = f"!mailbox set {MAILBOX.address} plus-address yes"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    made = House(tmp_path)
    await opened(made)
    made.provider.arrives_in, made.provider.takes_plus = "INBOX", True
    yield made
    await made.close()


async def config(house: House, words: str) -> str:
    await happens(house, says(words, room=CONFIG))
    return texts(house)[-1]


async def wanted(house: House) -> None:
    assert "arrives as well" in await config(house, f"!mailbox test {MAILBOX.address}")
    await config(house, WANTS)
    assert house.step.settings.known.mailboxes[0].plus_address
    house.provider.delivered.clear()


def tag(house: House, person: UserId = ALICE) -> str:
    signer, now = house.step.signer, house.clock.now()
    return with_tag(MAILBOX.address, signer.answer_tag(person=person, conversation=ConversationId(1), at=now))


def bare_answer(
    house: House,
    words: str,
    to: str,
    *,
    sender: str = "alice@home.example",
    subject: str = "Re: [#1] Question",
    cc: str = "",
) -> bytes:
    """A client that names nothing that it answers."""
    id = f"b{len(words)}@home.example"
    return mail(id=id, subject=subject, sender=f"A <{sender}>", to=to, text=words, headers=PROOF, cc=cc)


async def test_it_is_switched_on_only_where_a_test_mail_to_one_has_arrived(house: House) -> None:
    assert "was not seen yet" in await config(house, WANTS)
    house.provider.takes_plus = False
    said = await config(house, f"!mailbox test {MAILBOX.address}")
    assert "arrived in INBOX" in said and "as well" not in said
    assert "was not seen yet" in await config(house, WANTS)
    house.provider.takes_plus = True
    await wanted(house)
    await house.close()
    await house.open()
    assert house.step.settings.known.mailboxes[0].plus_address
    house.provider.takes_plus = False
    assert "plus-address no" in await config(house, f"!mailbox test {MAILBOX.address}")


async def test_an_answer_that_names_nothing_joins_by_the_address_that_it_goes_to(house: House) -> None:
    await wanted(house)
    await happens(house, says("!reply Bonjour", thread=card_of(house)), seconds=SENT)
    (_, _, raw), *_ = house.provider.delivered
    reply_to = str(message_from_bytes(raw)["Reply-To"]).strip()
    assert reply_to.startswith("Mon Asso <contact+")
    house.provider.deliver(mail(id="m9@example.org", subject="RE: Question", to=reply_to), at=house.clock.now())
    await house.settle(NOW)
    assert [one.ours["conversation"] for one in mails_in(house)][-1] == 1
    await happens(house, says("!reply Encore", thread=card_of(house)), seconds=SENT)
    again = [str(message_from_bytes(raw)["Reply-To"]).strip() for _, _, raw in house.provider.delivered]
    assert set(again) == {reply_to}, "it is one address for a conversation"
    house.provider.deliver(mail(id="m10@example.org", subject="Autre", to="contact+0123@asso.example"))
    await house.settle(NOW)
    assert [one.ours["conversation"] for one in mails_in(house)][-1] == 2


async def test_another_subject_under_such_an_address_is_another_conversation(house: House) -> None:
    await wanted(house)
    await happens(house, says("!reply Bonjour", thread=card_of(house)), seconds=SENT)
    (_, _, raw), *_ = house.provider.delivered
    reply_to = str(message_from_bytes(raw)["Reply-To"]).strip()
    house.clock.forward(300 * 86_400)
    house.provider.deliver(mail(id="m9@example.org", subject="Inscription 2028", to=reply_to), at=house.clock.now())
    await house.settle(NOW)
    house.provider.deliver(
        mail(id="m10@example.org", subject="Re: Question", to=reply_to, reply_to="m9@example.org"),
        at=house.clock.now(),
    )
    await house.settle(NOW)
    assert [one.ours["conversation"] for one in mails_in(house)][-2:] == [2, 2], "what it answers counts first"


@pytest.mark.parametrize(
    ("subject", "cc"), [("Mon absence", ""), ("Re: [#2] Question", ""), ("Re: [#1] Question", "jo@home.example")]
)
async def test_a_new_mail_of_a_member_to_the_team_leaves_to_nobody(house: House, subject: str, cc: str) -> None:
    """Their address book keeps the marked address."""
    await comes(house, bare_answer(house, "Je suis en arrêt maladie.", tag(house), subject=subject, cc=cc))
    assert left(house) == []


async def test_without_it_nobody_is_asked_to_write_elsewhere(house: House) -> None:
    await happens(house, says("!reply Bonjour", thread=card_of(house)), seconds=SENT)
    ((_, _, raw),) = house.provider.delivered
    assert message_from_bytes(raw)["Reply-To"] is None


async def test_a_member_s_answer_is_known_by_it(house: House) -> None:
    await comes(house, bare_answer(house, "Oui Marie.", tag(house)))
    ((to, words),) = left(house)
    assert to == ("marie@example.org",) and words.startswith("Oui Marie.")


def of_thread(house: House) -> str:
    """The id above all mails about the conversation to Alice: all that a client names where a server has given the
    notification an id of its own."""
    at = datetime(1970, 1, 1, tzinfo=UTC)
    signer, one = house.step.signer, ConversationId(1)
    return signer.notification_id(person=ALICE, conversation=one, at=at, token="0" * 12, domain="asso.example")


async def test_so_it_is_where_the_mail_server_gives_notifications_ids_of_its_own(house: House) -> None:
    await wanted(house)
    raw = bare_answer(house, "Bonjour Marie, c'est oui.", tag(house))
    named = f"In-Reply-To: <other@relay.example>\nReferences: <{of_thread(house)}> <other@relay.example>\n".encode()
    await comes(house, named + raw)
    ((_, words),) = left(house)
    assert words.startswith("Bonjour Marie, c'est oui.")


async def test_without_it_its_writer_is_told_that_the_notification_is_not_named(house: House) -> None:
    raw = bare_answer(house, "Bonjour Marie, c'est oui.", MAILBOX.address)
    await comes(house, f"References: <{of_thread(house)}> <other@relay.example>\n".encode() + raw)
    assert left(house) == [] and "names the conversation, but no notification" in shown(house)[-1]


@pytest.mark.parametrize("case", ["a colleague's", "another address", "made up", "expired"])
async def test_whose_it_is_not_answers_nobody(house: House, case: str) -> None:
    to, sender = tag(house), "alice@home.example"
    match case:
        case "a colleague's":
            to = tag(house, BOB)
        case "another address":
            sender = "mallory@evil.example"
        case "made up":
            to = with_tag(MAILBOX.address, "0" * 34)
        case _:
            house.clock.forward(100 * 86_400)
    await comes(house, bare_answer(house, "evil", to, sender=sender))
    assert left(house) == []
    assert not any("evil" in one for one in shown(house) if "answers by mail" in one)
    # As where an id names it: who has no address of a member begins a conversation of their own, with a note.
    assert [one.ours["conversation"] for one in mails_in(house)] == ([1, 2] if case == "another address" else [1])
