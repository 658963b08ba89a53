"""Who may pass a mail on with `@fwd`, and what becomes of it."""

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.conversation import Verdict
from bot.domain.decision import AddMail, SaveConversation
from bot.domain.effects import PostMail
from bot.domain.ids import BlobId, ConversationId
from bot.domain.inputs.mail import FolderRole, MailArrived, MailPlace
from bot.domain.mail import Address, Authentication, Mail, Nature, PassedOn
from bot.domain.rules.passing_on import as_written
from bot.domain.signing import Signer
from bot.domain.snapshots import MailSnapshot
from bot.domain.stories.table import decide
from tests.domain.deciding import MAILBOX, MARIE, START, World

ALICE = Address("Alice", "alice@asso.example")
US = Address("", MAILBOX.address)
HOUSE = replace(MAILBOX, trusted_authserv=("mx.asso.example",), forwarders=("Alice@asso.example",))
PASSED = PassedOn(MARIE, "Adhésion", "Bonjour", "Peux-tu ?")
PROOF = (Authentication("mx.asso.example", dmarc="pass", dmarc_domain="asso.example"),)
FORGED = (Authentication("mx.asso.example", dmarc="fail", dmarc_domain="asso.example"),)
MAIL = Mail(
    message_id="f@asso.example", in_reply_to=("x@example.org",), references=("x@example.org",), from_=(ALICE,), to=(US,),
    cc=(Address("", "bob@asso.example"),), subject="Fwd: Adhésion", text="@fwd …", visible_text="@fwd …",
    authentication=PROOF, passed_on=PASSED,
)  # fmt: skip


def came(mail: Mail, house: Any = HOUSE, role: FolderRole = FolderRole.INBOX) -> Any:
    place = MailPlace(house.id, "INBOX", 1, 9, role)
    snapshot = MailSnapshot(
        World(mailbox=house).instance, house, Signer(b"secret"), copy_of=None, same_id=(), match=None, conversation=None,
        bounced=None, next_number=ConversationId(7), earlier=(),
    )  # fmt: skip
    return decide(snapshot, MailArrived(place, mail, BlobId("b" * 64), 1, START), START)


def told(decision: Any) -> str:
    (post,) = [one for one in decision.effects if isinstance(one, PostMail)]
    return post.note.key if post.note is not None else ""


def test_it_begins_the_conversation_of_whoever_wrote_it() -> None:
    decision = came(MAIL)
    (conversation,) = [one.conversation for one in decision.changes if isinstance(one, SaveConversation)]
    (record,) = [one.record for one in decision.changes if isinstance(one, AddMail)]
    assert (conversation.correspondent, conversation.subject, conversation.verdict) == (
        MARIE,
        "Adhésion",
        Verdict.UNKNOWN,
    )
    assert conversation.participants == ("marie@example.org",)
    assert (record.from_, record.to, record.cc, record.text, record.references) == ((MARIE,), (US,), (), "Bonjour", ())
    (post,) = [one for one in decision.effects if isinstance(one, PostMail)]
    assert post.note is not None and post.note.key == "passed_on.by_with"
    assert "Peux-tu" not in record.text


@pytest.mark.parametrize(
    ("mail", "house", "note"),
    [
        # A stranger, and somebody who writes in a member's name.
        (replace(MAIL, from_=(Address("Alice", "eve@evil.example"),)), HOUSE, ""),
        (MAIL, replace(HOUSE, forwarders=()), ""),
        (replace(MAIL, authentication=FORGED), HOUSE, "passed_on.unproven"),
        (replace(MAIL, authentication=()), HOUSE, "passed_on.unproven"),
        (replace(MAIL, authentication=(replace(PROOF[0], server="mx.evil.example"),)), HOUSE, "passed_on.unproven"),
        (replace(MAIL, from_=(ALICE, MARIE)), HOUSE, ""),
        (replace(MAIL, original_from=(MARIE,)), HOUSE, ""),
        (replace(MAIL, passed_on=None), HOUSE, ""),
        (replace(MAIL, passed_on=replace(PASSED, from_=Address("", ""))), HOUSE, "passed_on.nobody"),
        (replace(MAIL, passed_on=replace(PASSED, from_=US)), HOUSE, "passed_on.nobody"),
        (replace(MAIL, passed_on=replace(PASSED, from_=ALICE)), HOUSE, "passed_on.nobody"),
        (replace(MAIL, nature=Nature.NEWSLETTER), HOUSE, "passed_on.nobody"),
    ],
)  # fmt: skip
def test_otherwise_it_is_a_mail_like_any_other(mail: Mail, house: Any, note: str) -> None:
    decision = came(mail, house)
    (record,) = [one.record for one in decision.changes if isinstance(one, AddMail)]
    assert (record.from_, told(decision)) == (mail.from_, note)


def test_where_no_server_is_named_the_mail_says_that_nobody_checked() -> None:
    unchecked = replace(HOUSE, trusted_authserv=())
    assert told(came(replace(MAIL, authentication=()), unchecked)) == "passed_on.by_unchecked_with"
    assert told(came(replace(MAIL, passed_on=replace(PASSED, beside="")), unchecked)) == "passed_on.by_unchecked"


@pytest.mark.parametrize("role", [FolderRole.SENT, FolderRole.JUNK])
def test_in_other_folders_it_passes_nothing_on(role: FolderRole) -> None:
    place = MailPlace(HOUSE.id, "X", 1, 9, role)
    arrived = MailArrived(place, MAIL, BlobId("b" * 64), 1, START)
    assert as_written(arrived, HOUSE, is_by_member=False) is arrived
