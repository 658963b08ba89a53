"""What a mail counts for, as tables."""

from dataclasses import replace

import pytest

from bot.domain.conversation import Direction, MailRecord, OutState
from bot.domain.ids import BlobId, ConversationId, MailboxId, MessageRow
from bot.domain.inputs.mail import FolderRole, MailArrived, MailPlace
from bot.domain.mail import Address, Bounce, BounceReason, Mail, Nature
from bot.domain.rules.weight import Weight, needs_nobody, weigh
from bot.domain.signing import Signer
from bot.domain.stories.mail import came_back
from tests.fakes.chat import at

SIGNER = Signer(b"secret")
MAILBOX = MailboxId("contact@asso.example")
SIGNED = SIGNER.message_id(conversation=ConversationId(7), token="0" * 12, domain="asso.example")
WORDS = Mail(text="Hello")
QUIET = Weight(is_message=False, is_failure=False, is_spam=False)
MESSAGE = replace(QUIET, is_message=True)
FAILURE = replace(QUIET, is_failure=True)
SPAM = replace(QUIET, is_spam=True)


def arrived(mail: Mail, role: FolderRole = FolderRole.INBOX) -> MailArrived:
    return MailArrived(MailPlace(MAILBOX, "INBOX", 1, 1, role), mail, BlobId(""), 1, at(0))


def sent(message_id: str = SIGNED, state: OutState = OutState.SENT, to: str = "marie@example.org") -> MailRecord:
    return MailRecord(
        MessageRow(1), ConversationId(7), MAILBOX, Direction.OUT, message_id, (), (), (), (), (Address("", to),), (),
        "", at(0), "", BlobId(""), state=state,
    )  # fmt: skip


def came_back_from(*failed: str) -> MailRecord:
    """A mail to two people, of which it is known that these did not get it."""
    return replace(sent(state=OutState.BOUNCED), cc=(Address("", "paul@example.org"),), failed=failed)


def bounce(recipient: str = "marie@example.org", *others: str, permanent: bool = True) -> Mail:
    status = "5" if permanent else "4"
    told = Bounce(recipient, "5.1.1", status, permanent, BounceReason.USER_UNKNOWN, "", SIGNED, others=others)
    return Mail(text="It failed", is_bounce=True, bounce=told)


@pytest.mark.parametrize(
    ("mail", "weight"),
    [
        (WORDS, MESSAGE),
        (replace(WORDS, is_auto_reply=True), MESSAGE),
        (replace(WORDS, nature=Nature.NEWSLETTER), MESSAGE),
        (Mail(), MESSAGE),
        (Mail(is_auto_reply=True), QUIET),
        (Mail(is_auto_reply=True, defects=("headers_only",)), MESSAGE),
        (replace(WORDS, nature=Nature.ABSENCE), QUIET),
        (replace(WORDS, nature=Nature.READ), QUIET),
        (replace(WORDS, nature=Nature.DELETED_UNREAD), QUIET),
        (replace(WORDS, nature=Nature.DELIVERED), QUIET),
        (replace(WORDS, nature=Nature.REACTION, reaction="👍"), QUIET),
        (replace(WORDS, is_feedback_report=True), QUIET),
        (replace(WORDS, is_marked_spam=True), SPAM),
        (bounce(), QUIET),
    ],
)
def test_words_wake_whoever_wrote_them_and_nothing_else_does(mail: Mail, weight: Weight) -> None:
    assert weigh(arrived(mail), bounced=None, signer=SIGNER) == weight


@pytest.mark.parametrize("mail", [WORDS, bounce()])
def test_what_lies_in_junk_is_spam_whatever_it_says(mail: Mail) -> None:
    assert weigh(arrived(mail, FolderRole.JUNK), bounced=sent(), signer=SIGNER) == SPAM


@pytest.mark.parametrize(
    ("told", "ours", "weight"),
    [
        (bounce(), sent(), FAILURE),
        (bounce("her-other@example.net"), sent(), FAILURE),
        (bounce("MARIE@example.org"), sent("web@asso.example"), FAILURE),
        (bounce(""), sent("web@asso.example"), FAILURE),
        (bounce("somebody@example.net"), sent("web@asso.example"), QUIET),
        (bounce(permanent=False), sent(), QUIET),
        (bounce(), sent(state=OutState.UNKNOWN), FAILURE),
        (bounce(), sent(state=OutState.BOUNCED), QUIET),
        (bounce(), sent(state=OutState.QUEUED), QUIET),
        (bounce(), sent(state=OutState.CANCELLED), QUIET),
        (bounce(), replace(sent(), direction=Direction.IN, state=None), QUIET),
        (replace(bounce(), is_marked_spam=True), sent(), SPAM),
        # One address in two forms (IDNA).
        (bounce("ann@xn--bcher-kva.example"), sent("web@asso.example", to="ann@Bücher.example"), FAILURE),
        # Each recipient's server sends its own; of one recipient the first counts.
        (bounce("paul@example.org"), came_back_from("marie@example.org"), FAILURE),
        (bounce("marie@example.org"), came_back_from("marie@example.org"), QUIET),
        (bounce("her-other@example.net"), came_back_from("marie@example.org"), QUIET),
        # The blind copy alone did not arrive.
        (bounce("archive@asso.example"), sent(), QUIET),
    ],
)
def test_a_bounce_counts_once_and_only_where_it_knows_what_left(told: Mail, ours: MailRecord, weight: Weight) -> None:
    assert weigh(arrived(told), bounced=ours, signer=SIGNER, blind="Archive@asso.example") == weight


@pytest.mark.parametrize(
    ("told", "failed"),
    [
        (bounce("paul@example.org"), ("paul@example.org",)),
        (bounce("PAUL@example.org"), ("paul@example.org",)),
        (bounce("somewhere@else.example", "paul@example.org"), ("paul@example.org",)),
        (bounce("marie@example.org", "paul@example.org"), ("marie@example.org", "paul@example.org")),
        (bounce("ann@xn--bcher-kva.example"), ("ann@bücher.example",)),
        (bounce("somewhere@else.example"), ("marie@example.org", "paul@example.org", "ann@bücher.example")),
    ],
)
def test_whom_a_bounce_names_did_not_get_it_and_the_others_did(told: Mail, failed: tuple[str, ...]) -> None:
    people = tuple(Address("", one) for one in ("paul@example.org", "ann@bücher.example"))
    assert came_back(replace(sent(), cc=people), told.bounce).failed == failed


@pytest.mark.parametrize(
    ("mail", "is_idle"),
    [
        (WORDS, False),
        (replace(WORDS, is_auto_reply=True), False),
        (replace(WORDS, is_bulk=True), False),
        (replace(WORDS, nature=Nature.NEWSLETTER), True),
        (replace(WORDS, nature=Nature.ABSENCE), True),
        (bounce(), True),
        (Mail(), False),
    ],
)
def test_what_opens_a_conversation_is_work_or_needs_nobody(mail: Mail, is_idle: bool) -> None:
    assert needs_nobody(mail) is is_idle
