"""Members are mailed what they chose to be mailed: after a short while, in one mail, unless they have read it."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Final

from bot.domain.conversation import REACHED, Conversation, Direction, HistoryEntry, MailRecord, OutState
from bot.domain.decision import NOTHING, Decision, DropTimer, SetTimer
from bot.domain.due_snapshots import NoticeSnapshot
from bot.domain.first_words import MOST_SHOWN
from bot.domain.happening import BY_MAIL, What, answer_in, split_off, what_of
from bot.domain.ids import ConversationId, UserId
from bot.domain.inputs.inside import TimerDue
from bot.domain.member_mail import MailMember
from bot.domain.notices import (
    DELAY,
    MANY,
    WHILE_HELD,
    KeepNotice,
    Noted,
    Notice,
    timer_of,
    told_in,
)
from bot.domain.rules.mailing_members import not_mailed, told_owner
from bot.domain.rules.notice_words import News, mail_of_many, mail_of_one
from bot.domain.rules.notified import is_from_own_address
from bot.domain.rules.one_sender import is_kept_here, times_mailed
from bot.domain.rules.put_off import is_at_the_caps, is_lost, is_thrown_away, may_be_told_at, waits_archived, waits_away
from bot.domain.rules.said_notes import note_of, sent_notes, standing_notes
from bot.domain.rules.still_told import ReadTo, has_come_back, is_still_mailed
from bot.domain.sentences import sentence

_MOST_OLD: Final = 3
_LOST: Final = ("notice.not_mailed", "notice.not_mailed_many")
_KEPT: Final = ("notice.of_one_sender", "notice.of_one_sender_many")
"""Why conversations are not mailed: of one, of several."""
_ON_A_LINE: Final = (*BY_MAIL, What.REPLIED)
"""Of these a news line shows the words, or the card."""


def decide_notice(snapshot: NoticeSnapshot, input: TimerDue, now: datetime) -> Decision:
    """Everything is asked anew: who has left, or muted the mailbox, gets nothing; who has no address, a word here.

    What waits of a conversation is one, and is told from the earliest on, whichever of its timers has come.
    """
    since = _since(snapshot, (input.timer, input.due))
    # What is asked about again may bear the name of one that is dropped.
    dropped = _dropped(snapshot)
    if snapshot.conversation is not None and waits_away(snapshot.gone_at, since, now):
        return dropped + _again(snapshot.conversation, snapshot.person, since, now + WHILE_HELD)
    parted, news = _judged(snapshot, since, now)
    if news is None:
        return dropped + parted
    waits = waits_archived(snapshot.mailbox, since, now)
    again_at = since + WHILE_HELD if waits else may_be_told_at(snapshot, now)
    if again_at > now:
        again = _again(news.one, snapshot.person, since, again_at)
        is_full = is_at_the_caps(snapshot) and not is_thrown_away(news.one)
        return dropped + again + (_told_of_caps(news, now) if is_full else NOTHING)
    # It may have been paused or taken off, or the mailbox archived, while this waited; and nobody was mentioned.
    is_kept = bool(news.address) and is_kept_here(news)
    joined = _joined(snapshot, now)
    found, taken = _beside(
        snapshot,
        now,
        lambda each: (
            not (joined and each.one == snapshot.onward) and (not news.address or is_kept_here(each) is is_kept)
        ),
    )
    dropped += joined or NOTHING
    every = [news, *found]
    if is_kept or not news.address:
        numbers, said = [each.one.id for each in every], _KEPT if is_kept else _LOST
        told = not_mailed(snapshot.instance, news.mailbox.id, snapshot.person, numbers, now, one=said[0], many=said[1])
        return dropped + parted + taken + told
    if len(every) >= MANY:
        return dropped + parted + taken + _sent(every, mail_of_many(every, input.key, now), now)
    return dropped + parted + _sent([news], mail_of_one(news, input.key, now), now)


def _since(snapshot: NoticeSnapshot, *more: tuple[str, datetime]) -> datetime:
    return min(told_in(*each)[2] for each in (*more, *snapshot.timers))


def _dropped(snapshot: NoticeSnapshot) -> Decision:
    return Decision(tuple(DropTimer(timer, due) for timer, due in snapshot.timers))


def _beside(snapshot: NoticeSnapshot, now: datetime, is_wanted: Callable[[News], bool]) -> tuple[list[News], Decision]:
    """What else the person is to be mailed, a conversation each, and what takes its timers out."""
    found, taken = list[News](), NOTHING
    for each in snapshot.beside:
        if is_thrown_away(each.conversation):
            continue
        parted, news = _judged(each, _since(each), now)
        if news is not None and not is_wanted(news):
            continue
        taken += _dropped(each) + parted
        found += [news] if news is not None else []
    return found, taken


def _joined(snapshot: NoticeSnapshot, now: datetime) -> Decision | None:
    """What takes out the timers of that as which it goes on, where nothing else is told of that: a merge is one act."""
    one, onward = snapshot.conversation, snapshot.joined
    if one is None or onward is None:
        return None
    parted, news = _judged(onward, _since(onward), now)
    done = {(what_of(entry.action), entry.detail) for entry in news.done} if news is not None else ()
    if news is None or news.new or done != {(What.JOINED, f"#{one.id}")}:
        return None
    return _dropped(onward) + parted


def _judged(snapshot: NoticeSnapshot, since: datetime, now: datetime) -> tuple[Decision, News | None]:
    """What follows in any case, and what is to be mailed; None: nothing."""
    one, mailbox, person, instance = snapshot.conversation, snapshot.mailbox, snapshot.person, snapshot.instance
    if one is None or mailbox is None:
        return NOTHING, None
    parted = _parted(snapshot, since)
    if one.room != mailbox.room or is_lost(one, snapshot.history, since, now):
        return parted, None
    history = standing_notes(snapshot.history, person, snapshot.written, are_all_known=snapshot.are_all_known)
    known = [record for record in snapshot.records if record.state in REACHED]
    done = [entry for entry in history if entry.at >= since and _is_news_to(person, entry)]
    new = _new(snapshot, known, done, since)
    came = [_posted(snapshot, record) for record in new if _is_reason(snapshot, record)]
    parent, back = snapshot.parent, has_come_back(person, snapshot.records)
    is_mailed = partial(is_still_mailed, person, one, instance=instance, since=since, seen=ReadTo(snapshot.seen_at))
    if not is_mailed(history, came=came, parent=parent, came_back=back):
        return parted, None
    # What is on no news line, as a note, and they have not seen in the thread.
    off_lines = [entry for entry in history if what_of(entry.action) not in _ON_A_LINE]
    is_elsewhere = is_mailed(off_lines, came=(), read=ReadTo(snapshot.seen_at))
    read = _read_to(snapshot, new, counts_line=not is_elsewhere)
    unread = [mail for mail in new if read == ReadTo() or not read.shows_mail(_posted(snapshot, mail))]
    if (
        not unread
        and (read != ReadTo() or any(entry.is_seen for entry in history))
        and not is_mailed(_known_as_new(history), came=(), read=read)
    ):
        return parted, None
    acts = [entry for entry in history if what_of(entry.action) not in BY_MAIL]
    is_of_mails = not is_mailed(acts, came=())
    old = tuple([record for record in known if record not in new][-_MOST_OLD:])
    answers = sent_notes(snapshot.notes, new)
    done = [entry for entry in done if note_of(entry) not in answers]
    notes, waiting = _notes(snapshot, done), _waiting(snapshot, done)
    address = next(iter(snapshot.addresses), "")
    return parted, News(
        snapshot,
        one,
        mailbox,
        address,
        since,
        tuple(done),
        new,
        old,
        notes,
        waiting,
        is_of_mails,
        unread=tuple(unread),
        unseen=tuple(entry for entry in done if not read.shows(entry)),
    )


def is_still_told(snapshot: NoticeSnapshot, since: datetime, made_at: datetime, now: datetime) -> bool:
    """Whether a mail that was made then still tells its person something: what was read, or is not for them any more,
    does not leave, whatever has happened since."""
    until = (record for record in snapshot.records if (at := _posted(snapshot, record)) is None or at <= made_at)
    done = (entry for entry in snapshot.history if entry.at <= made_at)
    return _judged(replace(snapshot, records=tuple(until), history=tuple(done)), since, now)[1] is not None


def _known_as_new(history: Iterable[HistoryEntry]) -> tuple[HistoryEntry, ...]:
    """The history for who has read all its mails: to them it is not new."""
    known = {What.NO_SPAM.key: What.ACTIVE.key, What.ARRIVED.key: What.MOVED.key}
    return tuple(replace(one, action=known.get(one.action, one.action)) for one in history)


def _is_news_to(person: UserId, entry: HistoryEntry) -> bool:
    """What a colleague did, or somebody elsewhere; or a time that came, also where they set it themselves."""
    what = what_of(entry.action)
    return entry.actor not in (None, person) or what is What.WOKEN or (what is What.NO_SPAM and entry.actor is None)


def _sent(every: Sequence[News], mail: MailMember, now: datetime) -> Decision:
    """It counts as one mail, of the sender of whom most were mailed before."""
    first, of = every[0], max(every, key=lambda news: times_mailed(news) if news.is_of_mails else (-1, -1))
    kept = KeepNotice(Notice(first.snapshot.person, first.mailbox.id, of.one.id, now, of.is_of_mails))
    since, *others_since = (news.since for news in every)
    return Decision((kept,), (replace(mail, since=since, others_since=tuple(others_since)),))


def _parted(snapshot: NoticeSnapshot, since: datetime) -> Decision:
    """Mails that a colleague has split off meanwhile are told of the conversation that they are now."""
    person = snapshot.person
    numbers = [split_off(entry) for entry in snapshot.history if entry.at >= since and entry.actor != person]
    timers = [timer_of(number, person) for number in numbers if number is not None]
    return Decision(tuple(SetTimer(timer, since + DELAY, keep_earlier=True) for timer in timers))


def _is_reason(snapshot: NoticeSnapshot, record: MailRecord) -> bool:
    """Whether the mail came, and may be what somebody is mailed of."""
    return record.direction is Direction.IN and not is_from_own_address(record.from_, snapshot.instance)


def _new(
    snapshot: NoticeSnapshot, known: Sequence[MailRecord], done: Sequence[HistoryEntry], since: datetime
) -> tuple[MailRecord, ...]:
    """The mails that are new to the person, the oldest first.

    What came is new by when it was posted: a server may have had it for long. An answer of ours is so by when it left,
    which may be days after it was posted: of each writer the newest, as many as the history tells. What stands folded
    was told to nobody; nor was what came while it was spam, or where they are not.
    """
    whats = [(what_of(entry.action), entry.actor) for entry in done]
    left = Counter(actor for what, actor in whats if what is What.REPLIED)
    is_all_new = any(what in (What.NO_SPAM, What.ARRIVED) for what, _ in whats)
    found = list[MailRecord]()
    for record in reversed(known):
        if record.author == snapshot.person or record.is_folded:
            continue
        if record.author is not None:
            is_new = left[record.author] > 0
            left[record.author] -= 1
        else:
            posted = _posted(snapshot, record)
            is_new = is_all_new or posted is None or posted >= since
        if is_new:
            found.append(record)
    return tuple(reversed(found))


def _posted(snapshot: NoticeSnapshot, record: MailRecord) -> datetime | None:
    """When it was posted; None: it is not yet. Of an event that is forgotten the mail's own time is known."""
    return snapshot.posted.get(record.row, None if record.event is None else record.date)


def _read_to(snapshot: NoticeSnapshot, new: Iterable[MailRecord], *, counts_line: bool) -> ReadTo:
    """How far the person has read; a receipt at the news line counts where that shows all words of the new mails.

    Args:
        counts_line: the line shows all else that they are told.
    """
    is_whole = all(
        len(" ".join(one.text.split())) <= MOST_SHOWN and not (one.attachments or one.files or one.folded)
        for one in new
    )
    return ReadTo(snapshot.seen_at, snapshot.line_seen_at if is_whole and counts_line else None)


def _told_of_caps(news: News, now: datetime) -> Decision:
    """The person hears once a day that there are too many."""
    snapshot, mailbox = news.snapshot, news.mailbox
    if snapshot.sent.was_told or snapshot.instance.quiet_until(snapshot.person, now) is not None:
        return NOTHING
    told = Decision((KeepNotice(Notice(snapshot.person, mailbox.id, ConversationId(0), now)),))
    return told + told_owner(snapshot.instance, mailbox.id, snapshot.person, now, sentence("notice.too_many"))


def _again(one: Conversation, person: UserId, since: datetime, due: datetime) -> Decision:
    return Decision((SetTimer(timer_of(one.id, person, since), due, keep_earlier=True),))


def _notes(snapshot: NoticeSnapshot, done: Sequence[HistoryEntry]) -> tuple[Noted, ...]:
    """The notes that are new."""
    told = {note_of(entry) for entry in done}
    return tuple(note for note in snapshot.notes if note.event in told)


def _waiting(snapshot: NoticeSnapshot, done: Sequence[HistoryEntry]) -> tuple[MailRecord, ...]:
    """The answers that were to be approved since then, and wait still."""
    answers = {answer_in(what_of(entry.action), entry.detail) for entry in done}
    return tuple(one for one in snapshot.records if one.state is OutState.UNAPPROVED and str(one.row) in answers)
