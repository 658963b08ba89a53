"""Which mail is a test mail of ours: only one under an id that we signed, in our name, and not for ever."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.ids import BlobId, ConversationId
from bot.domain.inputs.mail import FolderRole, MailArrived, MailPlace
from bot.domain.mail import Address, Attachment, Mail
from bot.domain.rules.round_trip import trip_left_at
from bot.domain.signing import Signer
from tests.fakes.house import INSTANCE, MAILBOX

SIGNER = Signer(b"a secret")
LEFT = datetime(2026, 11, 28, 9, 30, tzinfo=UTC)
ID = SIGNER.trip_id(at=LEFT, token="0123456789ab", domain="asso.example")
OURS = Mail(message_id=ID, from_=(Address("", MAILBOX.address),))
FILE = Attachment("a.pdf", "application/pdf", 3, False, "", "x")


def left_at(mail: Mail, *, after: timedelta = timedelta(seconds=3)) -> datetime | None:
    place = MailPlace(MAILBOX.id, "INBOX", 1, 7, FolderRole.INBOX)
    return trip_left_at(MailArrived(place, mail, BlobId("x"), 10, LEFT + after, False), INSTANCE, SIGNER)


@pytest.mark.parametrize(
    "after", [timedelta(hours=-2), timedelta(0), timedelta(hours=1), timedelta(days=6, hours=23)], ids=str
)
def test_it_is_ours_whenever_a_server_may_still_bring_it(after: timedelta) -> None:
    assert left_at(OURS, after=after) == LEFT


@pytest.mark.parametrize("id", [ID.upper(), f"<{ID}>", ID.replace("asso.example", "other.example")])
def test_what_relays_change_of_an_id_does_not_matter(id: str) -> None:
    assert left_at(replace(OURS, message_id=id)) == LEFT


@pytest.mark.parametrize("at", range(38))
def test_with_any_other_digit_it_is_no_test_mail(at: int) -> None:
    other = "0" if ID[at] != "0" else "1"
    assert left_at(replace(OURS, message_id=ID[:at] + other + ID[at + 1 :])) is None


@pytest.mark.parametrize(
    "mail",
    [
        replace(OURS, from_=(Address("", "marie@example.org"),)),
        replace(OURS, from_=(*OURS.from_, Address("", "marie@example.org"))),
        replace(OURS, from_=()),
        replace(OURS, attachments=(FILE,)),
        replace(OURS, message_id=""),
        replace(OURS, message_id=SIGNER.message_id(conversation=ConversationId(3), token="0123456789ab", domain="x")),
        replace(OURS, message_id=Signer(b"another").trip_id(at=LEFT, token="0123456789ab", domain="asso.example")),
    ],
    ids=["a stranger", "two writers", "nobody", "with a file", "no id", "an answer of ours", "another house"],
)
def test_what_is_a_mail_like_others(mail: Mail) -> None:
    assert left_at(mail) is None


def test_after_a_week_its_id_is_good_for_nothing() -> None:
    assert left_at(OURS, after=timedelta(days=7, seconds=1)) is None


def test_it_names_no_conversation() -> None:
    assert SIGNER.conversation_of(ID) is None
