"""A time of a person's own has come: their quiet hours are over, or their digest is due. Told in their direct chat.

Whose chat has ended meanwhile is told of the first in the rooms of the mailboxes.
"""

from datetime import datetime
from typing import Final

from bot.domain.conversation import EventKind
from bot.domain.decision import NOTHING, Decision, SetTimer
from bot.domain.direct import DropNews, Own, digest_timer, quiet_timer
from bot.domain.due_snapshots import OwnTimeSnapshot
from bot.domain.effects import Say, ShowPage
from bot.domain.ids import ConversationId, RoomId
from bot.domain.inputs.inside import TimerDue
from bot.domain.needs import Found
from bot.domain.notices import WHILE_HELD
from bot.domain.page import Block, Bullets, More, Page, Paragraph, RowOf
from bot.domain.quiet import next_digest
from bot.domain.rules.direct import checked, told_withheld
from bot.domain.sentences import Sentence, numbered, sentence
from bot.domain.times import zone
from bot.domain.within import Within

MOST_HELD: Final = 20
"""Conversations in each message after quiet hours."""
MOST_WAITING: Final = 10
"""Conversations in each part of a digest."""


def decide_own_time(snapshot: OwnTimeSnapshot, input: TimerDue, now: datetime) -> Decision:
    """What is said then, in a chat of two that may be read."""
    person, within = snapshot.person, snapshot.within
    is_quiet_over = input.timer == quiet_timer(person)
    again = NOTHING if is_quiet_over else _again(snapshot, now)
    if within is None:
        return _in_rooms(snapshot, now) if is_quiet_over else again
    has_access = bool(within.mailboxes or within.withheld)
    ended = checked(snapshot.instance, within.chat, within.present, has_access=has_access)
    if ended is not None:
        # Without a chat they are told where the mailboxes are, unless they may read nothing any more.
        told = Decision((SetTimer(quiet_timer(person), now),)) if is_quiet_over else NOTHING
        return ended + again + (told if has_access or snapshot.held else _dropped(snapshot, now))
    if is_quiet_over:
        return _after_quiet(snapshot, within, now)
    return again + _digest(snapshot, within) if again != NOTHING else NOTHING


def _again(snapshot: OwnTimeSnapshot, now: datetime) -> Decision:
    """The timer of the next digest; nothing where none is wanted any more."""
    person, instance = snapshot.person, snapshot.instance
    due = next_digest(instance.own_of(person, Own.DIGEST), now, zone(instance.timezone_of(person)))
    return NOTHING if due is None else Decision((SetTimer(digest_timer(person), due),))


def _after_quiet(snapshot: OwnTimeSnapshot, within: Within, now: datetime) -> Decision:
    person = snapshot.person
    until = snapshot.instance.quiet_until(person, now)
    if until is not None:
        # The clock was set back, or the hours were changed.
        return Decision((SetTimer(quiet_timer(person), until),))
    dropped = _dropped(snapshot, now)
    count = len(snapshot.held) + len(snapshot.gone) + snapshot.withheld
    if not count:
        return dropped
    rows = [RowOf(one, with_mark=True) for one in snapshot.held]
    first, *others = [rows[n : n + MOST_HELD] for n in range(0, max(len(rows), 1), MOST_HELD)]
    title = sentence("direct.after_quiet", count=count)
    gone = tuple(sentence("move.left", number=one.number, who=one.who, mailbox=one.mailbox) for one in snapshot.gone)
    blocks: list[Block] = [*([Bullets(tuple(first))] if first else []), *([Paragraph(gone)] if gone else [])]
    shown = dropped + _shown(within, title, blocks, EventKind.NOTICE)
    # It rings once.
    room, kind = within.chat.room, EventKind.NOTICE
    pages = tuple(ShowPage(room, Page(None, (Bullets(tuple(some)),)), kind=kind) for some in others)
    return shown + Decision((), pages)


def _in_rooms(snapshot: OwnTimeSnapshot, now: datetime) -> Decision:
    """Whose chat has ended meanwhile is mentioned, as from then on, once in the room of each mailbox. Who is in none of
    them may be told in another chat."""
    person, numbers = snapshot.person, dict[RoomId, list[ConversationId]]()
    for number, room in [
        *((one.id, one.room) for one in snapshot.held),
        *((each.number, each.room) for each in snapshot.gone),
    ]:
        numbers.setdefault(room, []).append(number)
    says = [
        Say(
            room,
            (sentence("direct.after_quiet_room", count=len(some), numbers=numbered(sorted(some))),),
            EventKind.NOTICE,
            in_thread=False,
            mention=(person,),
        )
        for room, some in numbers.items()
    ]
    return _dropped(snapshot, now) + Decision((), tuple(says)) if says or snapshot.away else NOTHING


def _dropped(snapshot: OwnTimeSnapshot, now: datetime) -> Decision:
    """It is told, but for what they may see once they come to the room that took the place of theirs: they are told
    then (`rules/upgrade.py`), within a day."""
    person, away = snapshot.person, snapshot.away
    again = (SetTimer(quiet_timer(person), now + WHILE_HELD),) if away else ()
    return Decision((DropNews(person), *away, *again))


def _digest(snapshot: OwnTimeSnapshot, within: Within) -> Decision:
    """What is theirs and what is nobody's; nothing where nothing waits, and that it cannot be said where all of it is
    withheld. In quiet hours it comes all the same: its time was chosen."""
    parts = [
        *_part(snapshot.mine, "direct.digest_mine", "!list mine"),
        *_part(snapshot.unassigned, "direct.digest_unassigned", "!list unassigned"),
    ]
    return _shown(within, sentence("direct.digest"), parts) if parts or snapshot.withheld else NOTHING


def _part(found: Found | None, key: str, command: str) -> list[Block]:
    if found is None or not found.rows:
        return []
    blocks: list[Block] = [Bullets(tuple(RowOf(one) for one in found.rows), sentence(key, count=found.total))]
    more = found.total - len(found.rows)
    return [*blocks, More(more, command)] if more > 0 else blocks


def _shown(within: Within, title: Sentence, blocks: list[Block], kind: EventKind = EventKind.ANSWER) -> Decision:
    if within.withheld:
        blocks = [*blocks, Paragraph((told_withheld(within),))]
    page, chat = Page(title, tuple(blocks)), within.chat
    return Decision((), (ShowPage(chat.room, page, mention=(chat.person,), kind=kind),))
