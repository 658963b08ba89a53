"""Whether somebody is to be told what happened a while ago, by what they choose now, and chose then."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Final

from bot.domain.choices import EVERYBODY, Choice, Medium, as_they_held
from bot.domain.conversation import TO_DO, Conversation, HistoryEntry, MailRecord, OutState
from bot.domain.happening import (
    BY_MAIL,
    CAME_FROM,
    FOR_NOBODY,
    NOTES,
    What,
    command_in,
    named_in,
    people_in,
    what_of,
)
from bot.domain.ids import MailboxId, UserId
from bot.domain.rules.as_if_never import lines_of, put_back, put_back_lines, undone, withdrawn
from bot.domain.rules.follows import FOLLOWS, Follows
from bot.domain.rules.put_off import THROWN, is_thrown_away
from bot.domain.rules.told import told_of, unless_mute
from bot.domain.settings import Instance

_MAILED = (Medium.EMAIL,)
_OTHERS = (Medium.DIRECT, Medium.MENTION)
_MOVES = (What.MOVED, What.ARRIVED, What.COMMAND_UNDONE)
_BY_ITSELF = (What.COMMAND_UNDONE, What.WOKEN, What.NO_SPAM, What.REPLY_KEPT, What.ARRIVED)
"""Told whatever `FOLLOWS` says: a move that is taken back, what may be nobody's act, and what is told in a way of its
own."""
_ENDS = (What.REPLY_REFUSED, What.REPLY_UNCERTAIN)
"""Told to others than the answer's author where they have left: then it is the actor."""
_TAKES = (What.WAITS_FOR_APPROVAL, What.REPLY_WITHDRAWN)
_NOT_LEFT = (What.REPLY_CANCELLED, What.REPLY_WITHDRAWN, What.REPLY_KEPT)
_MAY_BE_THEIRS = (*NOTES, What.REPLY_REFUSED, What.REPLY_UNCERTAIN, *_NOT_LEFT)
"""A note that names them, or what became of their own answer."""
_APART = (What.JOINED, What.SPLIT, What.SPLIT_FROM, What.SPLIT_OFF, What.PARTED)
"""Of what was merged, or split, nobody knows how far they have read."""


@dataclass(frozen=True, slots=True)
class ReadTo:
    """How far somebody has read: in the thread, or wrote there; at the news lines of the main timeline."""

    thread: datetime | None = None
    line: datetime | None = None

    def shows(self, entry: HistoryEntry) -> bool:
        """Whether they saw what was done: by the message that did it, and no clock of ours, where one did. What was
        done from the main timeline the card above the thread shows, but for words."""
        if entry.is_seen is not None and what_of(entry.action) in NOTES:
            return entry.is_seen
        shown_at = entry.shown_at or entry.at
        by_line = self.line is not None and entry.at <= self.line
        return bool(entry.is_seen) or by_line or (self.thread is not None and shown_at <= self.thread)

    def shows_mail(self, posted_at: datetime | None) -> bool:
        return posted_at is not None and any(at is not None and posted_at <= at for at in (self.thread, self.line))


_NOBODY_KNOWS: Final = UserId("")
_NOTHING_READ: Final = ReadTo()


@dataclass(frozen=True, slots=True)
class _Act:
    """What happened, with its conversation before and after it."""

    at: datetime
    what: What
    actor: UserId | None
    before: Conversation
    after: Conversation
    named: tuple[UserId, ...] = ()
    theirs: tuple[UserId, ...] = ()

    def as_never_of(self, person: UserId) -> "_Act":
        """The same, as if the conversation had not been theirs at any time."""
        before, after = (
            replace(one, assignee=None) if one.assignee == person else one for one in (self.before, self.after)
        )
        return replace(self, before=before, after=after)

    def is_told(self, person: UserId, choices: Collection[Choice], media: Iterable[Medium]) -> bool:
        """Whether the person is told of it by one of the media."""
        tells = partial(
            told_of,
            self.what,
            actor=self.actor,
            before=self.before,
            after=self.after,
            choices=choices,
            members=(person,),
            named=self.named,
            theirs=self.theirs,
        )
        return any(person in tells(medium=medium) for medium in media)


def is_still_mailed(
    person: UserId,
    one: Conversation,
    history: Sequence[HistoryEntry],
    instance: Instance,
    *,
    since: datetime,
    came: Iterable[datetime | None],
    parent: Conversation | None = None,
    read: ReadTo = _NOTHING_READ,
    seen: ReadTo = _NOTHING_READ,
    came_back: bool = False,
) -> bool:
    """Whether a mail is what the person chose for something that happened since.

    What they chose to be mailed when it happened was told by nothing else: it is, unless they are to be told nothing of
    it any more. What they chose is that of the mailbox in which it happened; where it is by now may be mute.

    Args:
        one: the conversation as it is now; whose it was at each time, and where, is read from its history.
        came: the times at which the mails from outside were posted; None: not yet.
        parent: of which its mails were split off: they may have come to that one.
        read: what was done before that was seen.
        seen: how far they have read the thread: what they saw there, and was taken back, is no less told so.
        came_back: an answer of theirs has.
    """
    choices = instance.choices_if_mailed(person)
    if not unless_mute((person,), one.mailbox, choices):
        return False

    def is_told(act: _Act) -> bool:
        if act.is_told(person, choices, _MAILED):
            return True
        held = as_they_held(choices, act.at)
        return act.is_told(person, held, _MAILED) and act.is_told(person, choices, _OTHERS)

    acts = _acts(
        person,
        one,
        history,
        instance,
        since=since,
        came=came,
        parent=parent,
        read=read,
        seen=seen,
        came_back=came_back,
    )
    return any(map(is_told, acts))


def is_still_kept(
    person: UserId,
    one: Conversation,
    history: Sequence[HistoryEntry],
    instance: Instance,
    *,
    since: datetime,
    came: Sequence[datetime | None],
    read: ReadTo,
    with_gone: Sequence[HistoryEntry],
    came_back: bool = False,
) -> bool:
    """Whether what was kept for after somebody's quiet hours is told then: not what they chose since to be told of by
    nothing, not what they have read here, and not what was given to them and taken back. In doubt it is: a note may
    name them. Of what is thrown away by then it is told alone that a colleague did so.

    Args:
        history: without the notes that were deleted.
        since: when the first of it happened.
        read: how far they have read the thread, or have written there.
        with_gone: the history with the notes that were deleted.
        came_back: an answer of theirs has.
    """
    choices = instance.choices_now
    spans = [(history[n].at, history[m].at) for n, m in put_back(person, history, instance)]
    is_of_thrown = any(thrown_at == since for thrown_at, _ in spans)

    def is_told(act: _Act) -> bool:
        # Kept because it was thrown away, which no mail tells: what has happened since it is back is mailed.
        is_back = not any(thrown_at <= act.at < back_at for thrown_at, back_at in spans)
        is_mailed = is_of_thrown and is_back and act.what not in (What.CAME, *THROWN)
        is_mailed = is_mailed and _is_as_chosen(person, choices, act.at)
        return act.is_told(person, choices, _OTHERS if is_mailed else (*_MAILED, *_OTHERS))

    def was_told(act: _Act) -> bool:
        return act.is_told(person, as_they_held(choices, act.at), (*_MAILED, *_OTHERS))

    if is_thrown_away(one):
        acts = _acts(person, one, history, instance, since=since, read=read, seen=read)
        return any(act.what in THROWN and is_told(act) for act in acts)
    if one.goes_on_as is not None or any(what_of(entry.action) in _APART for entry in history if entry.at >= since):
        return True
    if _was_theirs_meanwhile(person, one, history, instance, since, read):
        acts = _acts(person, one, history, instance, since=since, came=came, seen=read, came_back=came_back)
        as_never = [act.as_never_of(person) for act in acts]
        if not _may_name(person, history, since) and not any(map(is_told, as_never)):
            return False
    done = list(_acts(person, one, history, instance, since=since, came=came, seen=read, came_back=came_back))
    if not any(map(is_told, done)):
        is_gone = len(history) < len(with_gone)
        if is_gone and _may_name(person, history, since):
            return True
        acts = _acts(person, one, with_gone, instance, since=since, came=came, came_back=came_back, with_undone=True)
        return not any(map(was_told, acts))
    if not all(map(read.shows_mail, came)):
        return True
    later = [entry for entry in history if not read.shows(entry)]
    noted = _may_name(person, later, since)
    return noted or any(map(is_told, _acts(person, one, history, instance, since=since, read=read, seen=read)))


def theirs_by(
    what: What, actor: UserId | None, detail: str, after: Conversation, earlier: Sequence[HistoryEntry]
) -> tuple[UserId, ...]:
    """To whom an act is as what is done in a conversation of theirs, whoever has it: to the writer of an answer whose
    approval was taken back, and to whose it was before a member took it who gives it up now.

    Args:
        earlier: the history before the act.
    """
    if what is What.APPROVAL_WITHDRAWN:
        return people_in(detail)
    if what is not What.UNASSIGNED or actor is None or actor != detail or after.status not in TO_DO:
        return ()
    if _given(_NOBODY_KNOWS, earlier) != actor:
        return ()
    taken = max(n for n, entry in enumerate(earlier) if what_of(entry.action) is What.ASSIGNED)
    lost = _given(_NOBODY_KNOWS, earlier[:taken]) if earlier[taken].actor == actor else None
    return (lost,) if lost else ()


def has_come_back(person: UserId, records: Iterable[MailRecord]) -> bool:
    """Whether an answer of theirs has, at least from one of its recipients."""
    return any(one.author == person and OutState.BOUNCED in (one.state, one.state_before) for one in records)


def _may_name(person: UserId, history: Iterable[HistoryEntry], since: datetime) -> bool:
    later = (one for one in history if one.at >= since and one.actor != person)
    return any(what_of(one.action) in _MAY_BE_THEIRS and _names(one, person) for one in later)


def _names(entry: HistoryEntry, person: UserId) -> bool:
    """Whether a note may name them: of one of before nobody knows."""
    what = what_of(entry.action)
    return what not in NOTES or not entry.detail or person in named_in(what, entry.detail)


def _was_theirs_meanwhile(
    person: UserId,
    one: Conversation,
    history: Sequence[HistoryEntry],
    instance: Instance,
    since: datetime,
    read: ReadTo,
) -> bool:
    """Whether it was given to them since then, which they did not see, and taken back: it is no news of theirs any
    more."""
    first = next((n for n, entry in enumerate(history) if entry.at >= since), len(history))
    to_them = [one for one in history[first:] if what_of(one.action) is What.ASSIGNED and one.detail == person]
    given = bool(to_them) and not any(map(read.shows, to_them))
    was_theirs = _whose(person, one, history, instance)[first].assignee == person
    return given and not was_theirs and one.assignee != person


def _acts(
    person: UserId,
    one: Conversation,
    history: Sequence[HistoryEntry],
    instance: Instance,
    *,
    since: datetime,
    came: Iterable[datetime | None] = (),
    parent: Conversation | None = None,
    read: ReadTo = _NOTHING_READ,
    seen: ReadTo = _NOTHING_READ,
    came_back: bool = False,
    with_undone: bool = False,
) -> Iterator[_Act]:
    """What happened since then of which the person may be told; what was taken back since then, and was not `seen`,
    alone `with_undone`."""
    whose = _whose(person, one, history, instance)
    opened, skipped = False, frozenset[int]()
    if not with_undone:
        skipped = withdrawn(history, since, seen.shows) | undone(history, since, seen.shows)
        skipped |= put_back_lines(person, history, instance, seen.shows)
    for n, entry in enumerate(history):
        what = what_of(entry.action)
        if entry.at < since or what is None or n in skipped or read.shows(entry):
            continue
        before, after = replace(whose[n], snoozed_by=_snoozed_by(history[:n])), whose[n + 1]
        if what is What.WOKEN and entry.detail == FOR_NOBODY:
            before = replace(before, assignee=None, snoozed_by=None)
        if what is What.REPLIED:
            before = replace(before, assignee=_before_answer(history, n, before.assignee))
        before = replace(before, mails=int(not _is_begun(history[:n])))
        if what in _TAKES:
            # Its writer may have taken the conversation, or given it up, by the same act.
            lines = [m for m, each in enumerate(history) if each.at == entry.at]
            before, after = replace(before, assignee=whose[lines[0]].assignee), whose[lines[-1] + 1]
        if what in BY_MAIL:
            opened = True
            for state in (replace(one, mailbox=after.mailbox), after):
                yield _Act(entry.at, What.OPENED, entry.actor, after, state)
        elif what in _BY_ITSELF or (entry.actor is not None and (what in _ENDS or Follows.HEARD in FOLLOWS[what])):
            theirs = theirs_by(what, entry.actor, entry.detail, after, history[:n])
            yield _Act(entry.at, what, entry.actor, before, after, named_in(what, entry.detail), theirs)
    # The mail that opened it was told as such.
    if list(came)[1 if opened else 0 :]:
        for state in (*_since(one, history, whose, since), *((parent,) if parent is not None else ())):
            yield _Act(since, What.CAME, None, state, state, theirs=(person,) if came_back else ())


def _is_as_chosen(person: UserId, choices: Iterable[Choice], at: datetime) -> bool:
    """Whether the person chose then what they choose now."""
    theirs = tuple(one for one in choices if one.person in (person, EVERYBODY))
    return as_they_held(theirs, at) == theirs


def _whose(
    person: UserId, one: Conversation, history: Sequence[HistoryEntry], instance: Instance
) -> list[Conversation]:
    """The conversation before each line of its history, and after the last."""
    found, now, mailbox = [one], one.assignee, one.mailbox
    for n in range(len(history) - 1, -1, -1):
        now = _before(person, history, n, now)
        mailbox = came_from(history[n], instance) or mailbox
        found.append(replace(one, assignee=now, mailbox=mailbox))
    return found[::-1]


def came_from(entry: HistoryEntry, instance: Instance) -> MailboxId | None:
    """The mailbox out of which a line of the history moved it."""
    address = entry.detail.partition(CAME_FROM)[2] if what_of(entry.action) in _MOVES else ""
    found = instance.named(address) if address else None
    return found.id if found is not None else None


def as_arrived(
    history: Sequence[HistoryEntry], theirs: Collection[MailboxId], instance: Instance
) -> tuple[HistoryEntry, ...]:
    """The history for somebody of these mailboxes: what first came to one of them out of another one is new to them."""
    found, is_known = list[HistoryEntry](), False
    for entry in history:
        left = came_from(entry, instance)
        to = instance.named(entry.detail.partition(CAME_FROM)[0]) if left is not None else None
        is_new = left is not None and left not in theirs and to is not None and to.id in theirs and not is_known
        is_known = is_known or is_new or left in theirs
        is_new = is_new and what_of(entry.action) is What.MOVED
        found.append(replace(entry, action=What.ARRIVED.key) if is_new else entry)
    return tuple(found)


def was_moved(history: Iterable[HistoryEntry], instance: Instance) -> bool:
    """Whether it came out of another mailbox."""
    return any(came_from(entry, instance) is not None for entry in history)


def moved_out_of(
    mailboxes: Collection[MailboxId], history: Sequence[HistoryEntry], instance: Instance
) -> HistoryEntry | None:
    """The last line that moved it out of one of the mailboxes."""
    return next((one for one in reversed(history) if came_from(one, instance) in mailboxes), None)


def _before(person: UserId, history: Sequence[HistoryEntry], n: int, after: UserId | None) -> UserId | None:
    """Whose it was before a line of the history. Where a line does not say so it may have been the person's, who had a
    reason to be told."""
    match what_of(history[n].action):
        case What.UNASSIGNED:
            return UserId(history[n].detail) or None
        case What.ASSIGNED:
            return _given(person, history[:n])
        case What.COMMAND_UNDONE:
            return _by_command(history[:n], command_in(history[n]), after)
        case _:
            return after


def _by_command(history: Sequence[HistoryEntry], at: datetime | None, after: UserId | None) -> UserId | None:
    """Whose it was by the command that was given then, and is taken back by what follows this history."""
    lines = [] if at is None else [history[n] for n in lines_of(history, at)]
    for entry in reversed(lines):
        match what_of(entry.action):
            case What.ASSIGNED:
                return UserId(entry.detail)
            case What.UNASSIGNED:
                return None
            case _:
                pass
    return after


def _snoozed_by(earlier: Sequence[HistoryEntry]) -> UserId | None:
    return next((one.actor for one in reversed(earlier) if what_of(one.action) is What.SNOOZED), None)


def _before_answer(history: Sequence[HistoryEntry], n: int, then: UserId | None) -> UserId | None:
    """Whose it was before its writer began the answer that left with a line of the history: nobody's, if they took it
    themselves, perhaps by writing it."""
    writer = history[n].actor
    taken = next((one for one in reversed(history[:n]) if what_of(one.action) is What.ASSIGNED), None)
    is_theirs = taken is not None and taken.actor == writer and taken.detail == then == writer
    return None if is_theirs else then


def _is_begun(earlier: Sequence[HistoryEntry]) -> bool:
    """Whether a colleague began it, and no mail has left since."""
    whats = {what_of(one.action) for one in earlier}
    return What.BEGUN in whats and What.REPLIED not in whats


def _given(person: UserId, earlier: Sequence[HistoryEntry]) -> UserId | None:
    for one in reversed(earlier):
        match what_of(one.action):
            case What.ASSIGNED:
                return UserId(one.detail)
            case What.UNASSIGNED | What.OPENED:
                return None
            case What.RULED | What.JOINED | What.COMMAND_UNDONE | What.SPLIT_OFF | What.PARTED | What.RESTORED:
                # It may have given it to somebody.
                return person
            case _:
                pass
    return None


def _since(
    one: Conversation, history: Sequence[HistoryEntry], whose: Sequence[Conversation], since: datetime
) -> Iterator[Conversation]:
    """As it was at each time since then: in which of them a mail came is not known."""
    yield one
    for n, entry in enumerate(history):
        # What a command made of it that was taken back, was so for a moment.
        of_command = command_in(entry)
        if entry.at >= since and (of_command is None or of_command < since):
            yield whose[n]
