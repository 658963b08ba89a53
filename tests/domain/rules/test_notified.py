"""Mails to members that come back: recognised by their ids, and never a conversation."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.addresses import normal
from bot.domain.calls import SubmitToMember
from bot.domain.decision import NOTHING
from bot.domain.ids import ConversationId, MailboxId, UserId
from bot.domain.mail import Address, Mail
from bot.domain.marks import ABOVE
from bot.domain.own_addresses import CODE_LASTS, MOST_TRIES, OwnAddress, SaveAddress
from bot.domain.rules.mailing_members import arrived, came_back, code_came_back, is_code_mailed, is_mailed_to
from bot.domain.rules.notified import is_echo, looks_notified, number_in
from bot.domain.signing import Notified, Signer, has_form_of_notification
from tests.domain.deciding import MAILBOX, World, conversation
from tests.fakes.chat import ALICE

SIGNER = Signer(b"secret")
AT = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)


def id_for(person: str = ALICE, number: int = 142, at: datetime = AT, token: str = "0" * 12) -> str:
    return SIGNER.notification_id(
        person=UserId(person), conversation=ConversationId(number), at=at, token=token, domain="asso.example"
    )


@pytest.mark.parametrize("person", [ALICE, "@x:y", "@" + "a" * 200 + ":server.example", "@é:server.example"])
@pytest.mark.parametrize("number", [0, 1, 142, (1 << 40) - 1])
def test_an_id_says_to_us_alone_whom_it_told_of_what_and_when(person: str, number: int) -> None:
    id = id_for(person, number)
    assert SIGNER.notification_of(id) == Notified(UserId(person), ConversationId(number), AT)
    assert SIGNER.notification_of(f"<{id.upper()}>") == SIGNER.notification_of(id)
    assert Signer(b"other").notification_of(id) is None
    assert person[1:] not in id


@pytest.mark.parametrize("address", ["alice@home.example", "Alice@HOME.example", "é@x.example"])
def test_an_id_says_to_us_alone_which_address_it_went_to(address: str) -> None:
    id = SIGNER.notification_id(
        person=ALICE, conversation=ConversationId(142), at=AT, token="0" * 12, domain="asso.example", address=address
    )
    told = SIGNER.notification_of(id)
    assert told == Notified(ALICE, ConversationId(142), AT, SIGNER.home(normal(address)))
    assert told.home not in (b"", SIGNER.home("bob@home.example"), Signer(b"other").home(address))
    assert Signer(b"other").notification_of(id) is None and has_form_of_notification(id)
    assert SIGNER.notification_of(id_for()) == replace(told, home=b""), "of before"


def test_an_id_names_no_conversation_to_other_stories_and_others_are_no_notifications() -> None:
    assert (SIGNER.conversation_of(id_for()), SIGNER.trip_of(id_for())) == (None, None)
    mail = SIGNER.message_id(conversation=ConversationId(142), token="0" * 12, domain="asso.example")
    trip = SIGNER.trip_id(at=AT, token="0" * 12, domain="asso.example")
    assert (SIGNER.notification_of(mail), SIGNER.notification_of(trip)) == (None, None)


def test_a_changed_digit_anywhere_makes_it_nobody_s() -> None:
    id = id_for()
    for place in range(id.index("@")):
        forged = id[:place] + ("0" if id[place] != "0" else "1") + id[place + 1 :]
        assert SIGNER.notification_of(forged) is None


@pytest.mark.parametrize("words", ["", "x", "0" * 38 + "@a", "0" * 51 + "@a", "zz@a", "0" * 2000 + "@a"])
def test_other_words_are_none(words: str) -> None:
    assert SIGNER.notification_of(words) is None


ROW = OwnAddress(ALICE, "alice@home.example", MAILBOX.id, "", AT, 0, 1, AT, AT)
ASKED = replace(ROW, source="key", asked_at=AT)


def sent(seconds: int) -> Notified:
    """A mail to her that left so long after the code that proved the address."""
    return Notified(ALICE, ConversationId(142), AT + timedelta(seconds=seconds))


def come_back(*mails: Notified | None, row: OwnAddress = ROW) -> tuple[list[int], OwnAddress]:
    """How often she is told for each mail that comes back (None: that is refused), and the address afterwards."""
    said = []
    for told in mails:
        decision = came_back(World().instance, MAILBOX.id, row, AT, told)
        said.append(len(decision.effects))
        row = next((one.address for one in decision.changes if isinstance(one, SaveAddress)), row)
    return said, row


@pytest.mark.parametrize(
    "mails", [(sent(1), sent(2), sent(3), sent(4)), (None, None, None, None), (sent(1), None, sent(3), None)]
)
def test_the_third_mail_that_comes_back_pauses_the_address_and_its_owner_is_told_once(
    mails: tuple[Notified | None, ...],
) -> None:
    said, row = come_back(*mails)
    assert (said, row.is_used, row.bounces) == ([0, 0, 1, 0], False, 3)


def test_a_mail_counts_once_however_many_reports_of_it_come() -> None:
    said, row = come_back(sent(1), sent(2), sent(1), sent(2), sent(1))
    assert (sum(said), row.is_used, row.bounces) == (0, True, 2)
    arrives = arrived(replace(World().instance, addresses=(row,)), ALICE, row.address)
    (after,) = [one.address for one in arrives.changes if isinstance(one, SaveAddress)]
    assert come_back(sent(1), sent(2), row=after)[1].bounces == 0, "of what was counted another report comes later"


def test_a_mail_that_left_before_the_newest_code_was_asked_for_counts_no_more() -> None:
    again = replace(ROW, asked_at=AT + timedelta(days=1))
    assert come_back(*map(sent, range(1, 9)), row=again)[1] == again
    assert come_back(sent(0))[1].bounces == 0 and come_back(sent(86_401), row=again)[1].bounces == 1


@pytest.mark.parametrize(
    ("bounces", "sender", "now_counted"),
    [(2, ROW.address, 0), (2, "ALICE@home.example", 0), (2, "mallory@home.example", 2), (0, ROW.address, 0)],
)
def test_a_program_s_answer_from_the_address_shows_that_mails_arrive_there(
    bounces: int, sender: str, now_counted: int
) -> None:
    row = replace(ROW, bounces=bounces)
    instance = replace(World().instance, addresses=(row,))
    decision = arrived(instance, ALICE, normal(sender))
    saved = [one.address.bounces for one in decision.changes if isinstance(one, SaveAddress)]
    assert (saved or [bounces]) == [now_counted]
    assert not decision.effects


def test_a_paused_address_stays_paused_whatever_comes_from_it() -> None:
    instance = replace(World().instance, addresses=(replace(ROW, bounces=3),))
    assert arrived(instance, ALICE, ROW.address) == NOTHING


@pytest.mark.parametrize(
    ("row", "leaves"),
    [(ROW, True), (replace(ROW, bounces=3), False), (replace(ROW, confirmed_at=None), False), (None, False)],
)
def test_a_mail_leaves_while_the_address_is_theirs(row: OwnAddress | None, leaves: bool) -> None:
    assert is_mailed_to(row) is leaves


@pytest.mark.parametrize(
    ("row", "code_of", "leaves"),
    [
        (replace(ASKED, confirmed_at=None), "key", True),
        (replace(ASKED, bounces=3), "key", True),
        (replace(ASKED, bounces=3), "", True),
        (replace(ASKED, source="another"), "key", False),
        (replace(ASKED, source=""), "", False),
        (replace(ASKED, asked_at=AT - CODE_LASTS), "key", False),
        (replace(ASKED, tries=MOST_TRIES), "key", False),
        (None, "key", False),
    ],
)
def test_a_code_leaves_while_it_counts_and_none_was_asked_for_since(
    row: OwnAddress | None, code_of: str, leaves: bool
) -> None:
    call = SubmitToMember(MailboxId("a@x"), "a@x", ROW.address, ALICE, "", code_of=code_of)
    assert is_code_mailed(row, call, AT) is leaves


@pytest.mark.parametrize(
    "waits", [replace(ROW, confirmed_at=None, source="key"), replace(ROW, bounces=3, source="key")]
)
def test_a_code_that_comes_back_counts_no_more_and_is_told_at_once(waits: OwnAddress) -> None:
    decision = code_came_back(World().instance, MAILBOX.id, waits, AT)
    assert [one.address.source for one in decision.changes if isinstance(one, SaveAddress)] == [""]
    assert len(decision.effects) == 1
    assert code_came_back(World().instance, MAILBOX.id, replace(waits, source=""), AT) == NOTHING


@pytest.mark.parametrize(
    "mail",
    [
        Mail(message_id=id_for()),
        Mail(message_id="relayed@relay.example", references=(id_for(),)),
        Mail(message_id="relayed@relay.example", in_reply_to=(Signer(b"of another bot").notification_id(
            person=UserId("@a:b"), conversation=ConversationId(3), at=AT, token="0" * 12, domain="other.example"
        ),)),
        Mail(text=f"\n{ABOVE}\n#3, Question"),
        Mail(text=f"\n-----Message d'origine-----\nDe : Asso <a@b.example>\nEnvoyé : lundi\nÀ : x\nObjet : [#3] Q\n\n{ABOVE}\n#3"),
        Mail(text=f"-------- Forwarded Message --------\nSubject: [#3] Q\nReply-To: a@b.example\n\n> {ABOVE}\n> #3"),
    ],
    ids=["its id", "the root of its thread", "an answer to another bot's", "its words alone", "passed on", "in English"],
)  # fmt: skip
def test_what_any_bot_of_our_kind_mails_to_its_members_is_known_by_what_relays_leave(mail: Mail) -> None:
    assert looks_notified(mail)


@pytest.mark.parametrize("mail", [Mail(message_id="a@b.example"), Mail(text=f"Oui.\n> {ABOVE}"), Mail()])
def test_an_ordinary_mail_does_not_look_like_one(mail: Mail) -> None:
    assert not looks_notified(mail)


TALK = conversation(
    id=ConversationId(3), subject="Concert de Noël au gymnase, et toutes les places qu’il y reste à vendre"
)
TAG = "0" * 34


@pytest.mark.parametrize(
    "mail",
    [
        Mail(text=f"Ticket 12 reçu.\n\n> {ABOVE}\n> #3"),
        Mail(to=(Address("", MAILBOX.address.replace("@", f"+{TAG}@")),)),
        Mail(subject="Réponse automatique : [#3] Concert de Noël au gymnase, et toutes les places…"),
        Mail(subject="Ticket 12: [#3]  CONCERT de Noël au gymnase, et toutes les places qu’il y reste à vendre"),
    ],
)
def test_what_tells_of_a_notification_is_known_whoever_sends_it(mail: Mail) -> None:
    assert is_echo(mail, World().instance, TALK if number_in(mail.subject) else None)


@pytest.mark.parametrize(
    "mail",
    [
        Mail(subject="[#3] Votre commande"),
        Mail(subject="Concert de Noël au gymnase"),
        Mail(to=(Address("", MAILBOX.address.replace("@", "+billets@")),)),
        Mail(to=(Address("", f"other+{TAG}@elsewhere.example"),)),
    ],
)
def test_numbers_and_marks_of_others_are_none(mail: Mail) -> None:
    assert not is_echo(mail, World().instance, TALK if number_in(mail.subject) else None)


@pytest.mark.parametrize(("subject", "is_one"), [("Re: [#3]", True), ("Re: [#3] Votre commande", False)])
def test_of_a_conversation_without_a_subject_the_number_alone_is_quoted(subject: str, is_one: bool) -> None:
    assert is_echo(Mail(subject=subject), World().instance, replace(TALK, subject="")) is is_one
