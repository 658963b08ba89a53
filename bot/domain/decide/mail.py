"""A mail arrived: which conversation it joins, what it changes there, and what the room sees of it."""

import re
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.authenticity import is_worse, verdict_of
from bot.domain.conversation import (
    Conversation,
    Direction,
    EventKind,
    HistoryEntry,
    MailRecord,
    OutState,
    Status,
)
from bot.domain.decide.moves import refresh_board, set_status, with_status
from bot.domain.decide.not_given import is_not_given, not_given_note, told_of
from bot.domain.decide.weight import is_marked_spam, is_message, is_rescued, needs_nobody, weigh
from bot.domain.decision import (
    NOTHING,
    AddHistory,
    AddMail,
    Change,
    Decision,
    ForgetFolder,
    PlaceMail,
    SaveConversation,
    UpdateMail,
)
from bot.domain.effects import Effect, PostMail, Say, ShowCard, ShowState
from bot.domain.ids import BlobId, MessageRow, UserId
from bot.domain.inputs import FolderReset, FolderRole, MailArrived, MailUnreadable
from bot.domain.mail import Address
from bot.domain.matching import kept_references
from bot.domain.sentences import sentence
from bot.domain.signing import token_of
from bot.domain.snapshots import MailSnapshot

_KEPT_TEXT = 100_000
_AWAKE = timedelta(days=1)
"""A thread without change for longer has scrolled away: its waking is told in the main timeline."""


def row_of(key: str) -> MessageRow:
    """A mail's row number, from the key of its input: the same input makes the same row."""
    return MessageRow(int(token_of(key), 16))


def decide_mail(snapshot: MailSnapshot, input: MailArrived | MailUnreadable, now: datetime) -> Decision:
    """The whole story of one mail that was seen in a folder."""
    decision = _decided(snapshot, input, now)
    return decision + told_of(snapshot, input) if is_not_given(input) else decision


def _decided(snapshot: MailSnapshot, input: MailArrived | MailUnreadable, now: datetime) -> Decision:
    if snapshot.announced is not None and snapshot.conversation is not None:
        return _given_late(snapshot, input, snapshot.announced, snapshot.conversation, now)
    known = _known_copy(snapshot, input)
    if known is not None:
        return _copy_seen(snapshot, input, known, now)
    if input.place.role is FolderRole.SENT:
        return _written_elsewhere(snapshot, input, now)
    if snapshot.conversation is not None:
        return _joins(snapshot, input, snapshot.conversation, now)
    return _opens(snapshot, input, now)


def _given_late(
    snapshot: MailSnapshot,
    input: MailArrived | MailUnreadable,
    announced: MailRecord,
    before: Conversation,
    now: datetime,
) -> Decision:
    """A mail that stood announced is posted under its announcement, and its conversation knows what it says."""
    mail = input.mail
    after = replace(before, words=first_words(mail.visible_text or mail.text), changed_at=now)
    if mail.from_ and not before.correspondent.address:
        after = replace(after, correspondent=mail.from_[0], subject=before.subject or mail.subject)
    record = replace(_record(snapshot, input, after), row=announced.row)
    post = replace(_post(snapshot, input, after, record), same_id=False)
    return Decision(
        (SaveConversation(after), UpdateMail(record), refresh_board(after.room, now)), (post, ShowCard(after))
    )


def decide_reset(input: FolderReset, snapshot_room: Say | None) -> Decision:
    return Decision((ForgetFolder(input.mailbox, input.folder),), (snapshot_room,) if snapshot_room else ())


def first_words(text: str) -> str:
    """At most two lines, 160 characters."""
    lines = [line.strip() for line in text.splitlines() if line.strip(" \t>*_-=")]
    words = re.sub(r"\s+", " ", " ".join(lines))
    if len(words) <= 160:
        return words
    # Not in the middle of a word, where there are blanks.
    blank = words.rfind(" ", 80, 160)
    return words[: blank if blank > 0 else 159].rstrip() + "…"


def _known_copy(snapshot: MailSnapshot, input: MailArrived | MailUnreadable) -> MailRecord | None:
    """The mail that this one is only a copy of: the same bytes, or one of ours come back (from Sent, by Cc or Bcc)."""
    if snapshot.same_raw is not None:
        return snapshot.same_raw
    ours = [r for r in snapshot.same_id if r.direction is Direction.OUT]
    if ours and (ours[0].author is not None or input.place.role is FolderRole.SENT):
        return ours[0]
    return None


def _copy_seen(
    snapshot: MailSnapshot, input: MailArrived | MailUnreadable, known: MailRecord, now: datetime
) -> Decision:
    place = input.place
    changes: tuple[Change, ...] = (PlaceMail(known.row, place.folder, place.uidvalidity, place.uid),)
    if known.direction is Direction.OUT and known.state is OutState.UNKNOWN and snapshot.conversation is not None:
        # It has been seen on the server, so it did leave.
        sent = replace(known, state=OutState.SENT, recipients=())
        return Decision((*changes, UpdateMail(sent)), (ShowState(snapshot.conversation, sent),))
    before = snapshot.conversation
    if before is not None and is_rescued(before, known, input.place, snapshot.mailbox):
        back = Status.ACTIVE if before.status_before is Status.SPAM else before.status_before
        return Decision(changes) + set_status(before, back, actor=None, now=now)
    return Decision(changes)


def _record(snapshot: MailSnapshot, input: MailArrived | MailUnreadable, conversation: Conversation) -> MailRecord:
    mail, place = input.mail, input.place
    is_out = place.role is FolderRole.SENT
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
        date=input.received_at,
        text=(mail.visible_text or mail.text)[:_KEPT_TEXT],
        raw=(input.raw or BlobId("")),
        attachments=mail.attachments,
        folder=place.folder,
        uidvalidity=place.uidvalidity,
        uid=place.uid,
        is_automatic=is_marked_spam(input) or not is_message(mail),
        state=OutState.SENT if is_out else None,
    )


def _post(
    snapshot: MailSnapshot,
    input: MailArrived | MailUnreadable,
    conversation: Conversation,
    record: MailRecord,
    *,
    mention: tuple[UserId, ...] = (),
    joins: Conversation | None = None,
    is_quiet: bool = False,
) -> PostMail:
    sender = input.mail.from_[0].address.lower() if input.mail.from_ else ""
    is_in = record.direction is Direction.IN
    mail, verdict = input.mail, verdict_of(input.mail, snapshot.mailbox)
    return PostMail(
        conversation,
        record,
        input.mail,
        is_backlog=isinstance(input, MailArrived) and input.is_backlog,
        other_sender=bool(
            joins and is_in and sender and sender != joins.correspondent.address.lower() and not record.is_automatic
        ),
        changed_subject=bool(joins and is_in and bare_subject(record.subject) != bare_subject(joins.subject)),
        same_id=bool(snapshot.same_id),
        unreadable=input.reason if isinstance(input, MailUnreadable) else "",
        note=not_given_note(input) if is_not_given(input) else None,
        bounced=snapshot.bounced,
        mention=mention,
        is_quiet=is_quiet,
        is_spam=is_marked_spam(input),
        worse=verdict if joins and is_in and not mail.is_bounce and is_worse(verdict, joins.verdict) else None,
    )


def bare_subject(subject: str) -> str:
    """The subject without reply and forward marks, for telling whether it changed."""
    text = re.sub(r"\s+", " ", subject).strip()
    mark = re.compile(
        r"^(?:(?:re|aw|antw|sv|vs|tr|fw|fwd|wg|rif|ref|réf|res|rv|enc|odp|ynt|回复|转发)(?:\[\d+\])?\s*[:：]\s*)+",
        re.IGNORECASE,
    )
    return mark.sub("", text).casefold()


def _opens(snapshot: MailSnapshot, input: MailArrived | MailUnreadable, now: datetime) -> Decision:
    """A new conversation, numbered; quietly where the server marked it as spam, or where it needs nobody."""
    mail = input.mail
    is_spam = is_marked_spam(input)
    is_quiet = is_spam or needs_nobody(mail)
    status = Status.SPAM if is_spam else Status.ACTIVE
    conversation = Conversation(
        id=snapshot.next_number,
        mailbox=snapshot.mailbox.id,
        room=snapshot.mailbox.room,
        subject=mail.subject,
        correspondent=mail.from_[0] if mail.from_ else Address("", ""),
        status=status,
        status_before=Status.ACTIVE,
        assignee=None,
        followers=(),
        verdict=verdict_of(mail, snapshot.mailbox),
        words=first_words(mail.visible_text or mail.text),
        mails=1,
        earlier=snapshot.earlier,
        created_at=now,
        waiting_since=input.received_at,
        changed_at=now,
        needs_nobody=is_quiet and not is_spam,
    )
    record = _record(snapshot, input, conversation)
    is_backlog = isinstance(input, MailArrived) and input.is_backlog
    return Decision(
        (
            SaveConversation(conversation),
            AddMail(record),
            AddHistory(HistoryEntry(conversation.id, now, None, "history.opened")),
            refresh_board(conversation.room, now),
        ),
        (
            ShowCard(conversation, is_backlog=is_backlog or is_quiet),
            _post(snapshot, input, conversation, record, is_quiet=is_quiet),
        ),
    )


def _joins(
    snapshot: MailSnapshot, input: MailArrived | MailUnreadable, before: Conversation, now: datetime
) -> Decision:
    """A mail in a conversation that we know."""
    mail = input.mail
    after = replace(before, mails=before.mails + 1)
    changes: list[Change] = []
    effects: list[Effect] = []
    weight = weigh(input, bounced=snapshot.bounced, signer=snapshot.signer)
    wakes = weight.wakes
    if weight.is_message:
        after = replace(after, words=first_words(mail.visible_text or mail.text))
    if wakes and before.status is not Status.SPAM:
        if before.status is not Status.ACTIVE or before.needs_nobody:
            after = replace(with_status(after, Status.ACTIVE), waiting_since=input.received_at)
        if before.status is not Status.ACTIVE:
            changes.append(AddHistory(HistoryEntry(before.id, now, None, "history.reopened")))
    if not after.correspondent.address and mail.from_ and weight.is_message:
        after = replace(after, correspondent=mail.from_[0])
    after = replace(after, changed_at=now)
    record = _record(snapshot, input, after)
    changes += [SaveConversation(after), AddMail(record), refresh_board(after.room, now)]
    if snapshot.bounced is not None and weight.is_failure:
        bounced = replace(
            snapshot.bounced, state=OutState.BOUNCED, detail=mail.bounce.diagnostic if mail.bounce else ""
        )
        changes.append(UpdateMail(bounced))
        effects.append(ShowState(after, bounced))
    is_backlog = isinstance(input, MailArrived) and input.is_backlog
    mention = () if is_backlog or after.status is Status.SPAM or not wakes else _concerned(after)
    effects.append(_post(snapshot, input, after, record, mention=mention, joins=before, is_quiet=not wakes))
    effects.append(ShowCard(after))
    if wakes and not is_backlog and before.root is not None and now - before.changed_at > _AWAKE:
        if after.status is not Status.SPAM:
            effects.append(
                Say(
                    after.room,
                    (sentence("mail.woke", subject=after.subject),),
                    kind=EventKind.NOTICE,
                    conversation=after.id,
                    in_thread=False,
                )
            )
    return Decision(tuple(changes), tuple(effects))


def _concerned(conversation: Conversation) -> tuple[UserId, ...]:
    people = [conversation.assignee] if conversation.assignee else []
    return tuple(dict.fromkeys([*people, *conversation.followers]))


def _written_elsewhere(snapshot: MailSnapshot, input: MailArrived | MailUnreadable, now: datetime) -> Decision:
    """A reply from webmail or a phone, found in Sent, joins its conversation; other sent mail is none of ours."""
    before = snapshot.conversation
    if before is None:
        return NOTHING
    after = replace(before, mails=before.mails + 1, changed_at=now)
    changes: list[Change] = [AddHistory(HistoryEntry(before.id, now, None, "history.replied_elsewhere"))]
    if before.status is Status.ACTIVE and input.received_at >= before.waiting_since:
        after = with_status(after, snapshot.mailbox.reply_status)
    record = _record(snapshot, input, after)
    changes += [SaveConversation(after), AddMail(record), refresh_board(after.room, now)]
    return Decision(tuple(changes), (_post(snapshot, input, after, record), ShowCard(after)))
