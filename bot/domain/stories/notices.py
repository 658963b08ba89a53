"""Members are mailed what they chose to be mailed: after a short while, in one mail, unless they have read it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from bot.domain.conversation import REACHED, Conversation, Direction, HistoryEntry, MailRecord, Status
from bot.domain.decision import NOTHING, Decision, SetTimer
from bot.domain.due_snapshots import NoticeSnapshot
from bot.domain.happening import WITH_WORDS, What, said_of, what_of
from bot.domain.ids import ConversationId, UserId
from bot.domain.inputs.inside import TimerDue
from bot.domain.mail import Address
from bot.domain.member_mail import MailMember, Passage
from bot.domain.notices import DELAY, KeepNotice, Noted, Notice, digest_of, timer_of
from bot.domain.rules.mailing_members import told_owner
from bot.domain.rules.still_told import is_still_mailed
from bot.domain.sentences import Sentence, sentence
from bot.domain.settings import MailboxSettings
from bot.domain.signing import Signer, ascii_domain, token_of

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_NEW_WORDS, _OLD_WORDS, _MOST_OLD = 20_000, 1_500, 3
_ON_ITS_WAY: Final = timedelta(minutes=10)


def timers_for(people: Iterable[UserId], conversation: Conversation, at: datetime) -> tuple[SetTimer, ...]:
    """The times at which these people are mailed what happened; a mail that is to come anyway tells it, too."""
    return tuple(SetTimer(timer_of(conversation.id, one), at + DELAY, keep_earlier=True) for one in people)


def decide_notice(snapshot: NoticeSnapshot, input: TimerDue, now: datetime) -> Decision:
    """Everything is asked anew: who has left, who muted the mailbox or took their address off gets nothing."""
    one, mailbox, person, instance = snapshot.conversation, snapshot.mailbox, snapshot.person, snapshot.instance
    if one is None or mailbox is None or mailbox.rests:
        return NOTHING
    addresses = instance.addresses_of(person)
    if not addresses:
        return NOTHING
    since = input.due - DELAY
    parted = _parted(snapshot, input, since)
    if one.status in (Status.SPAM, Status.DELETED) or one.room != mailbox.room:
        return parted
    history = _with_standing_notes(snapshot)
    known = [record for record in snapshot.records if record.state in REACHED]
    done = [entry for entry in history if entry.at >= since and entry.actor not in (None, person)]
    new = _new(snapshot, known, done, since)
    came = [_posted(snapshot, record) for record in new if record.direction is Direction.IN]
    choices, parent = instance.choices_now, snapshot.parent
    if not is_still_mailed(person, one, history, choices, since=since, came=came, parent=parent):
        return parted
    if _is_read(snapshot, new, done, since):
        return parted
    if snapshot.sent.is_full:
        return parted + _full(snapshot, mailbox, now)
    notes = _notes(snapshot, done, since)
    old = [record for record in known if record not in new][-_MOST_OLD:]
    mail = _mail(snapshot, one, mailbox, addresses[0], new, old, done, notes, input.key, now)
    mail = replace(mail, since=since)
    return parted + Decision((KeepNotice(Notice(person, mailbox.id, one.id, now)),), (mail,))


def _parted(snapshot: NoticeSnapshot, input: TimerDue, since: datetime) -> Decision:
    """Mails that a colleague has split off meanwhile are told of the conversation that they are now."""
    person = snapshot.person
    numbers = [
        entry.detail.removeprefix("#")
        for entry in snapshot.history
        if entry.at >= since and what_of(entry.action) is What.SPLIT and entry.actor != person
    ]
    timers = [timer_of(ConversationId(int(number)), person) for number in numbers if number.isdecimal()]
    return Decision(tuple(SetTimer(timer, input.due, keep_earlier=True) for timer in timers))


def _with_standing_notes(snapshot: NoticeSnapshot) -> tuple[HistoryEntry, ...]:
    """The history without notes of colleagues that were deleted: of each writer the newest stand."""
    if snapshot.standing is None:
        return snapshot.history
    left = Counter(snapshot.standing)
    found = list[HistoryEntry]()
    for entry in reversed(snapshot.history):
        if what_of(entry.action) is What.NOTED and entry.actor is not None and entry.actor != snapshot.person:
            left[entry.actor] -= 1
            if left[entry.actor] < 0:
                continue
        found.append(entry)
    return tuple(reversed(found))


def _new(
    snapshot: NoticeSnapshot, known: Sequence[MailRecord], done: Iterable[HistoryEntry], since: datetime
) -> tuple[MailRecord, ...]:
    """The mails that are new to the person, the oldest first.

    What came is new by when it was posted: a server may have had it for long. An answer of ours is so by when it left,
    which may be days after it was posted: of each writer the newest, as many as the history tells. What stands folded
    was told to nobody.
    """
    left = Counter(entry.actor for entry in done if what_of(entry.action) is What.REPLIED)
    found = list[MailRecord]()
    for record in reversed(known):
        if record.author == snapshot.person or record.is_folded:
            continue
        if record.author is not None:
            is_new = left[record.author] > 0
            left[record.author] -= 1
        else:
            posted = _posted(snapshot, record)
            is_new = posted is None or posted >= since
        if is_new:
            found.append(record)
    return tuple(reversed(found))


def _posted(snapshot: NoticeSnapshot, record: MailRecord) -> datetime | None:
    """When it was posted; None: it is not yet. Of an event that is forgotten the mail's own time is known."""
    return snapshot.posted.get(record.row, None if record.event is None else record.date)


def _is_read(
    snapshot: NoticeSnapshot, new: Iterable[MailRecord], done: Iterable[HistoryEntry], since: datetime
) -> bool:
    """Whether the person's receipt, or an own message, stands at all that is new, or after it. A mail that is not
    posted yet was read by nobody."""
    times = [_posted(snapshot, one) for one in new]
    if snapshot.seen_at is None or None in times:
        return False
    posted = (at for at in times if at is not None)
    return snapshot.seen_at >= max((*posted, *(entry.at for entry in done)), default=since)


def _full(snapshot: NoticeSnapshot, mailbox: MailboxSettings, now: datetime) -> Decision:
    """Too many: nothing is mailed, and the person hears so once in an hour."""
    if snapshot.sent.was_told:
        return NOTHING
    told = Decision((KeepNotice(Notice(snapshot.person, mailbox.id, ConversationId(0), now)),))
    return told + told_owner(snapshot.instance, mailbox.id, snapshot.person, sentence("notice.too_many"))


def _mail(
    snapshot: NoticeSnapshot,
    one: Conversation,
    mailbox: MailboxSettings,
    address: str,
    new: tuple[MailRecord, ...],
    old: list[MailRecord],
    done: list[HistoryEntry],
    notes: tuple[Noted, ...],
    key: str,
    now: datetime,
) -> MailMember:
    person, signer = snapshot.person, snapshot.signer
    domain = ascii_domain(mailbox.address)
    token = token_of(key)
    id = signer.notification_id(person=person, conversation=one.id, at=now, token=token, domain=domain, address=address)
    # Where the words follow, a line that somebody wrote them says nothing more.
    shown = Counter(note.writer for note in notes)
    told = list[Sentence]()
    for entry in done:
        if what_of(entry.action) is What.NOTED and entry.actor is not None and shown[entry.actor] > 0:
            shown[entry.actor] -= 1
            continue
        told.append(_told(entry))
    is_proven = bool(mailbox.trusted_authserv or mailbox.answer_unproven)
    can_answer = mailbox.answer_by_mail and is_proven
    blocks: list[Sentence | Passage] = [
        sentence("notice.about", number=one.id, subject=one.subject, who=_who(one.correspondent)),
        *told,
        *_new_words(new, notes),
        _standing(one),
        *((sentence("notice.before"),) if old else ()),
        *(_passage(record, _OLD_WORDS) for record in reversed(old)),
        sentence("notice.how" if can_answer else "notice.not_by_mail"),
        sentence("notice.stop", mailbox=mailbox.address),
    ]
    return MailMember(
        mailbox.id,
        person,
        address,
        id,
        sentence("notice.subject", number=one.id, subject=one.subject),
        tuple(blocks),
        conversation=one.id,
        references=(_root(signer, person, one.id, domain),),
        language=snapshot.instance.language_of(person),
        notes=tuple(note.number for note in notes),
        said=digest_of((note.number, note.words) for note in notes),
        can_be_answered=can_answer,
        tag=signer.answer_tag(person=person, conversation=one.id, at=now) if can_answer else "",
        room=one.room,
        card=one.root,
    )


def _told(entry: HistoryEntry) -> Sentence:
    """What was done. The words of a draft are nobody's yet, and leave the room in no mail."""
    if what_of(entry.action) in WITH_WORDS:
        return sentence(f"notice.{entry.action.removeprefix('history.')}", who=entry.actor or "")
    return said_of(entry.action, entry.actor or "", entry.detail, is_own=entry.detail == entry.actor)


def _root(signer: Signer, person: UserId, conversation: ConversationId, domain: str) -> str:
    """The same for all mails about a conversation to a person: their client shows them as one thread."""
    token = token_of(f"notice:{conversation}:{person}")
    return signer.notification_id(person=person, conversation=conversation, at=_EPOCH, token=token, domain=domain)


def _standing(one: Conversation) -> Sentence:
    if one.assignee is None:
        return sentence("notice.nobodys", status=one.status.value)
    return sentence("notice.assigned", status=one.status.value, who=one.assignee)


def _passage(record: MailRecord, most: int) -> Passage:
    if record.author is not None:
        heading = sentence("notice.we_wrote", who=record.author, at=record.date)
    else:
        heading = sentence("notice.wrote", who=_who(*record.from_), at=record.date)
    return Passage(heading, _cut(record.text.strip(), most), is_markdown=record.author is not None)


def _new_words(new: tuple[MailRecord, ...], notes: tuple[Noted, ...]) -> list[Passage]:
    """Mails and notes in the order in which they were written."""
    said = [(note.at, _note_passage(note)) for note in notes]
    said += [(record.date, _passage(record, _NEW_WORDS)) for record in new]
    return [passage for _, passage in sorted(said, key=lambda one: one[0])]


def _note_passage(note: Noted) -> Passage:
    heading = sentence("notice.noted", who=note.writer, at=note.at)
    return Passage(heading, _cut(note.words, _NEW_WORDS), is_markdown=True)


def _cut(words: str, most: int) -> str:
    return words if len(words) <= most else words[: most - 1] + "…"


def _notes(snapshot: NoticeSnapshot, done: list[HistoryEntry], since: datetime) -> tuple[Noted, ...]:
    """The notes that are new: of each writer the newest, as many as the history tells. By the clock of the writer's
    homeserver a note may be a little older than the time at which it reached us."""
    told = Counter(entry.actor for entry in done if what_of(entry.action) is What.NOTED)
    found = list[Noted]()
    for note in reversed(snapshot.notes):
        if told[note.writer] > 0 and note.at >= since - _ON_ITS_WAY:
            told[note.writer] -= 1
            found.append(note)
    return tuple(reversed(found))


def _who(*people: Address) -> str:
    one = people[0] if people else Address("", "")
    return f"{one.name} <{one.address}>" if one.name else one.address
