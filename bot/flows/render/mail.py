"""Renders mails: into the thread, and from Markdown into the bytes that leave."""

from collections.abc import Mapping, Sequence

from bot.domain.addresses import is_one_of, tag_in
from bot.domain.calls import Priority, SendEvent, Upload
from bot.domain.conversation import Conversation, Direction, EventKind, MailRecord
from bot.domain.effects import Draft, PostMail, Ring
from bot.domain.files import is_for_machines, starts_program
from bot.domain.ids import BlobId, ConversationId, UserId
from bot.domain.mail import Address, Attachment
from bot.domain.planned import PlannedCall, lane_of_thread, post
from bot.domain.rules.forwarding import MARK
from bot.domain.rules.moves import mail_slot
from bot.domain.sameness import of_words
from bot.domain.settings import Instance
from bot.domain.variables import SIGNATURE, closed, filled_plainly, names_signature
from bot.flows.render import contents
from bot.mime.compose import Outgoing, OutgoingFile, compose, reply_subject
from bot.text.chat_html import to_chat_html
from bot.text.files import posted_name, posted_type
from bot.text.html_images import without_images
from bot.text.mail_post import QUIET_LINES, Body, mail_post
from bot.text.markdown_mail import quoted, to_mail_html, to_plain_text
from bot.text.profile import Profile, profile_of
from bot.text.reader import Reader

MOST_FILES = 50
"""Posted of one mail; with more, the `.eml` is there as well."""


def post_mail(effect: PostMail, reader: Reader, *, is_encrypted: bool, own: frozenset[str]) -> tuple[PlannedCall, ...]:
    """One event for the mail, then one for each of its files."""
    mail, record, conversation = effect.mail, effect.record, effect.conversation
    inline = tuple(a for a in mail.attachments if a.inline)
    # In an encrypted room an image in place would lie unencrypted on the server: there it follows as a file.
    files = tuple(a for a in mail.attachments if (not a.inline or is_encrypted) and not is_for_machines(a))
    is_line = mail.nature in QUIET_LINES and not mail.is_bounce
    if is_line or (mail.is_bounce and record.raw):
        # Reports for machines and a copy of our own mail: the original has them.
        files = ()
    # Of a mail that is posted anew only the words are kept.
    plain = mail.visible_text or mail.text
    html = mail.chat_html or to_chat_html(text=plain, html="", visible=plain, rest="", inline_images={})
    html = without_images(html) if is_encrypted else html
    others = [a for a in (*mail.to, *mail.cc) if not is_one_of(own, a.address)]
    body = Body((*mail.to, *mail.cc) if record.direction is Direction.OUT else others, html, plain, _named(files))
    shown, was_cut = mail_post(effect, body, reader)
    about = contents.ours(
        EventKind.MAIL, conversation.id, message_id=record.message_id, direction=record.direction.value
    )
    slot = ""
    if record.state is not None:
        # Written elsewhere, found in Sent: shown like those written here, and edited should it come back.
        about, slot = {**about, "state": record.state.value}, mail_slot(record.row)
    profile = profile_of(effect)
    content = contents.message(shown, about, is_notice=effect.ring is Ring.GREY, profile=profile)
    becomes = ""
    if effect.ring is Ring.SILENT:
        content, becomes = contents.silent(content)
    uploads = tuple(upload_of(a) for a in inline if not is_encrypted and contents.MEDIA_PLACE + a.sha256 in shown.html)
    calls = [_in_thread(conversation, record, content, EventKind.MAIL, Priority.MAIL, uploads, slot, becomes)]
    # Of a mail that was too large to be fetched the names of its files are known, no more.
    for attachment in [one for one in files if one.sha256][:MOST_FILES]:
        calls.append(_file(conversation, record, attachment, profile))
    is_more = was_cut or effect.unreadable or mail.defects or len(files) > MOST_FILES or mail.is_bounce
    if record.raw and is_more and not is_line:
        calls.append(_eml(conversation, record, profile))
    return tuple(calls)


def _named(files: Sequence[Attachment]) -> tuple[Attachment, ...]:
    """The files that the mail names itself; others have an event of their own, and programs get a warning."""
    return tuple(
        one
        for number, one in enumerate(files)
        if number >= MOST_FILES or not one.sha256 or starts_program(one.filename)
    )


def silent_file(
    number: ConversationId | None, attachment: Attachment, about: Mapping[str, contents.Json], profile: Profile | None
) -> tuple[str, str]:
    """A file that rings nobody, and what it becomes once it stands there."""
    name = posted_name(attachment.filename)
    return contents.silent(
        contents.file(
            filename=name,
            content_type=posted_type(attachment.filename, attachment.content_type),
            size=attachment.size,
            blob=attachment.sha256,
            about=about,
            body=f"#{number} · {name}" if number is not None else name,
            profile=profile,
        )
    )


def upload_of(attachment: Attachment) -> Upload:
    name = posted_name(attachment.filename)
    return Upload(
        BlobId(attachment.sha256), name, posted_type(attachment.filename, attachment.content_type), attachment.size
    )


def _in_thread(
    conversation: Conversation,
    record: MailRecord,
    content: str,
    kind: EventKind,
    priority: Priority,
    uploads: Sequence[Upload],
    slot: str = "",
    becomes: str = "",
) -> PlannedCall:
    event = SendEvent(
        conversation.room,
        "m.room.message",
        content,
        thread_of=conversation.id,
        slot=slot,
        uploads=tuple(uploads),
        becomes=becomes,
    )
    return post(
        event,
        priority,
        lane=lane_of_thread(conversation.id),
        conversation=conversation.id,
        mail=record.row,
        event_kind=kind,
    )


def _file(
    conversation: Conversation, record: MailRecord, attachment: Attachment, profile: Profile | None
) -> PlannedCall:
    about = contents.ours(EventKind.ATTACHMENT, conversation.id, message_id=record.message_id)
    content, becomes = silent_file(conversation.id, attachment, about, profile)
    return _in_thread(
        conversation,
        record,
        content,
        EventKind.ATTACHMENT,
        Priority.ATTACHMENT,
        (upload_of(attachment),),
        becomes=becomes,
    )


def _eml(conversation: Conversation, record: MailRecord, profile: Profile | None) -> PlannedCall:
    name = f"{conversation.id}-{record.date:%Y%m%d-%H%M}.eml"
    return _file(conversation, record, Attachment(name, "message/rfc822", 0, False, "", record.raw), profile)


def written(
    draft: Draft,
    instance: Instance,
    *,
    language: str,
    files: Mapping[BlobId, bytes],
    names: Mapping[UserId, str],
    own_lines: str = "",
) -> tuple[bytes, str]:
    """The bytes of an outgoing mail, made once and the same for ever, and what its copies are recognised by.

    Args:
        names: of members; the writer's stands in a signature that asks for it.
        own_lines: the writer's own, between the words and the mailbox's signature, or where that has a place for them.

    Raises:
        bot.mime.compose.Unsendable: an address cannot stand in a mail.
    """
    record = draft.record
    is_ours = record.author is not None and not record.is_automatic
    me = names.get(record.author, "") if is_ours and record.author is not None else ""
    own = own_lines if is_ours else ""
    signed = closed(_with_own(draft, own), {"me": me, SIGNATURE: own}).strip("\n")
    signature = f"\n\n-- \n{to_plain_text(signed)}" if signed else ""
    text, html = to_plain_text(draft.markdown) + signature, to_mail_html(_signed(draft.markdown, signed))
    for past in draft.quoted:
        writer = past.from_[0] if past.from_ else Address("", "")
        said = to_plain_text(past.text) if past.author is not None else past.text
        quote = quoted(said, writer, past.date, language, instance.timezone)
        text, html = f"{text}\n\n{quote[0]}".rstrip() + "\n", html + quote[1]
    raw = compose(
        Outgoing(
            from_=_sender(draft, me),
            to=record.to,
            cc=record.cc,
            subject=reply_subject(record.subject) if draft.is_answer else record.subject,
            message_id=record.message_id,
            in_reply_to=record.in_reply_to[0] if record.in_reply_to else "",
            references=record.references,
            date=record.date,
            text=text,
            html=html,
            # RFC 3834 5: an answer to a mail, or words that a rule sent.
            auto_submitted=_auto_submitted(record),
            reply_to=_reply_to(record, instance),
            extra=((MARK, record.from_[0].address),) if record.is_automatic else (),
            files=tuple(
                OutgoingFile(one.file.filename, one.file.content_type, data=files[one.blob]) for one in record.files
            ),
        )
    )
    return raw, of_words(text)


def _reply_to(record: MailRecord, instance: Instance) -> str:
    """As the mailbox has it today: the mark alone is of when it was decided."""
    mailbox = instance.also_removed(record.mailbox)
    if mailbox is None or not record.reply_to:
        return ""
    return mailbox.answers_go_to(record.from_[0].address, tag_in(record.reply_to[0].address))


def _auto_submitted(record: MailRecord) -> str:
    if not record.is_automatic:
        return ""
    return "auto-replied" if record.is_auto_answer else "auto-generated"


def _with_own(draft: Draft, own_lines: str) -> str:
    """The mailbox's signature with a place for the writer's own lines; none where their words have them already."""
    is_there = not own_lines or names_signature(draft.signature) or own_lines in to_plain_text(draft.markdown)
    return draft.signature if is_there else f"{{{SIGNATURE}}}\n{draft.signature}".rstrip("\n")


def _sender(draft: Draft, me: str) -> Address:
    name = filled_plainly(draft.from_name, {"me": me}).strip(" ,·-–—")
    return Address(name, draft.from_.address) if name else draft.from_


def _signed(markdown: str, signature: str) -> str:
    return markdown + (f"\n\n-- \n\n{signature}" if signature else "")
