"""What is kept of a mail, and of the conversation that it begins."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from bot.domain.addresses import normal
from bot.domain.authenticity import doubt_of, verdict_of
from bot.domain.conversation import Conversation, Direction, MailRecord, OutState, Status
from bot.domain.decision import AddMail
from bot.domain.first_words import first_words
from bot.domain.ids import BlobId
from bot.domain.inputs.mail import MailArrived, MailUnreadable
from bot.domain.mail import Address
from bot.domain.matching import kept_references
from bot.domain.participants import correspondent_of, with_first
from bot.domain.rules.folded_words import unseen_words
from bot.domain.rules.weight import is_marked_spam, is_message
from bot.domain.sameness import of_mail
from bot.domain.signing import row_of
from bot.domain.snapshots import MailSnapshot

KEPT_TEXT: Final = 100_000
"""Characters of a mail's new words."""
KEPT_LINKED: Final = 20_000
"""Of these with the addresses of links: for notifications, which show no more."""


def record_of(
    snapshot: MailSnapshot,
    input: MailArrived | MailUnreadable,
    conversation: Conversation,
    now: datetime,
    *,
    is_out: bool = False,
) -> MailRecord:
    """The mail as it is kept in a conversation."""
    mail, place = input.mail, input.place
    return MailRecord(
        row=row_of(input.key),
        conversation=conversation.id,
        mailbox=snapshot.mailbox.id,
        direction=Direction.OUT if is_out else Direction.IN,
        message_id=mail.message_id,
        in_reply_to=mail.in_reply_to[:5],
        references=kept_references(mail.references),
        from_=mail.from_,
        reply_to=mail.reply_to,
        to=mail.to,
        cc=mail.cc,
        subject=mail.subject,
        # A server whose clock runs ahead does not make its mail the newest for hours.
        date=min(input.received_at, now),
        text=(mail.visible_text or mail.text)[:KEPT_TEXT],
        raw=(input.raw or BlobId("")),
        attachments=mail.attachments,
        folder=place.folder,
        uidvalidity=place.uidvalidity,
        uid=place.uid,
        is_automatic=is_marked_spam(input) or not is_message(mail),
        state=OutState.SENT if is_out else None,
        detail="" if is_out or not (mail.is_bounce and mail.bounce) else first_words(mail),
        original_from=mail.original_from[:5],
        heard=conversation.heard,
        sameness=snapshot.sameness or of_mail(mail),
        doubt=None if is_out else doubt_of(mail, snapshot.mailbox, conversation.verdict),
        linked=mail.linked_text[:KEPT_LINKED],
        folded=unseen_words(mail, snapshot.known_words) if snapshot.known_words is not None else "",
        unread=input.reason if isinstance(input, MailUnreadable) else "",
        unread_bytes=input.size if isinstance(input, MailUnreadable) else 0,
    )


def opened_by(snapshot: MailSnapshot, input: MailArrived | MailUnreadable, now: datetime) -> Conversation:
    """The conversation that a mail begins."""
    mail = input.mail
    own, mailbox = snapshot.mailbox.own_addresses, snapshot.opens_with or snapshot.mailbox
    return Conversation(
        id=snapshot.next_number,
        mailbox=mailbox.id,
        room=mailbox.room,
        subject=mail.subject,
        correspondent=correspondent_of(mail, own, is_automatic=mail.is_auto_reply, is_list=mail.is_bulk),
        status=Status.ACTIVE,
        status_before=Status.ACTIVE,
        assignee=None,
        followers=(),
        verdict=verdict_of(mail, snapshot.mailbox),
        words=first_words(mail),
        mails=1,
        earlier=snapshot.earlier,
        note=snapshot.note,
        created_at=now,
        waiting_since=min(input.received_at, now),
        changed_at=now,
        participants=with_first(mail, own),
    )


def added(record: MailRecord, conversation: Conversation) -> AddMail:
    """A mail of a conversation, which may be with another mailbox than the mail: it is found there."""
    return AddMail(record, None if record.mailbox == conversation.mailbox else conversation.mailbox)


def with_name(correspondent: Address, writers: Sequence[Address]) -> Address:
    """Somebody to whom we wrote first gives their name with their answer."""
    if correspondent.name or not correspondent.address:
        return correspondent
    wanted = normal(correspondent.address)
    return next((one for one in writers if one.name and normal(one.address) == wanted), correspondent)
