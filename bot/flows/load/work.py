"""Reads the rows for writing to a correspondent: mails, waiting answers, news that the writer may not know."""

from collections.abc import Collection, Sequence
from datetime import datetime
from operator import attrgetter

from bot.domain.conversation import (
    KEPT_BACK,
    REACHED,
    WRITTEN,
    Conversation,
    Direction,
    KnownEvent,
    MailRecord,
    OutState,
)
from bot.domain.files import Enclosure
from bot.domain.ids import ConversationId, EventId, MailboxId, MessageRow, UserId
from bot.domain.mailed import row_of_files
from bot.domain.participants import is_by_participant
from bot.domain.read_places import InThread
from bot.domain.rights import proves_sight
from bot.domain.rules.draft import submit_key
from bot.domain.rules.resend import is_written_anew
from bot.domain.rules.submission import has_left
from bot.domain.rules.taking_back import WAITING
from bot.domain.settings import Instance, MailboxSettings
from bot.domain.work import Outgoing, Work
from bot.flows.load.enclosed import load_enclosed
from bot.flows.load.onward import load_onward, load_sources
from bot.flows.load.sight import latest, seen_in
from storage import conversations, events, mailed, mails, members, outbox, returned
from storage.database import Tx

MOST_QUOTED = 20
"""Mails that a reply quotes at most."""
MOST_LOOKED_AT = 60
"""The newest mails of a conversation, of which a command may have thousands under it."""
MOST_LEAVING = 1_000
"""Mails of a mailbox that are still to leave, looked through for those of one person."""
MOST_MERGED = 5
"""Conversations that were merged into one, whose mails are looked at."""
_MAY_WAIT = (*KEPT_BACK, OutState.RETRYING, OutState.PARTLY, OutState.BOUNCED)
"""States in which a submission may be waiting."""


class MailboxGone(LookupError):
    """The conversation's mailbox is no longer ours."""


async def load_outgoing(tx: Tx, conversation: Conversation, instance: Instance) -> Outgoing:
    """The mails that members wrote, and which of them still wait.

    Raises:
        MailboxGone: see there.
    """
    recent = await mails.recent(tx, conversation.id, MOST_LOOKED_AT)
    outgoing = await _written_here(tx, conversation.id, recent)
    waiting, retries, under_way = await _submissions(tx, _recent(outgoing))
    return Outgoing(
        conversation=conversation,
        mailbox=_mailbox(conversation, instance),
        outgoing=outgoing,
        waiting=waiting,
        retries=retries,
        under_way=under_way,
    )


async def load_leaving(
    tx: Tx, mailboxes: Sequence[MailboxId], author: UserId | None, instance: Instance
) -> tuple[Outgoing, ...]:
    """The conversations from which mails are still to leave, of these mailboxes, that this person (None: anybody) wrote
    there."""
    found = [one for mailbox in mailboxes for one in await mails.leaving_of(tx, mailbox, MOST_LEAVING)]
    wanted = dict.fromkeys(one.conversation for one in found if one.author and author in (None, one.author))
    known = await conversations.several(tx, tuple(wanted))
    return tuple([await load_outgoing(tx, one, instance) for one in known if instance.mailbox(one.mailbox) is not None])


async def load_work(
    tx: Tx,
    conversation: Conversation,
    instance: Instance,
    person: UserId,
    now: datetime,
    *,
    replied_to: KnownEvent | None = None,
    source: EventId | None = None,
) -> Work:
    """
    Raises:
        MailboxGone: see there.
    """
    mailbox, bot = _mailbox(conversation, instance), instance.bot
    recent = await mails.recent(tx, conversation.id, MOST_LOOKED_AT)
    merged = await _of_merged(tx, conversation)
    newest = _newest_of_people(_in_order(await _newest_in(tx, conversation.id, recent), *_incoming(merged)))
    outgoing = await _written_here(tx, conversation.id, recent)
    oldest = recent[0] if 0 < len(recent) < MOST_LOOKED_AT else await mails.first(tx, conversation.id)
    also_ours = _also_ours((*recent, *merged), mailbox, instance)
    own = mailbox.own_addresses | also_ours
    last = _newest_of_people(_of_participants(_in_order(oldest, newest, *recent, *merged), conversation, own))
    # Whom it answers knows what was written there, and nothing of what was merged with it.
    talk = [r for r in (*recent, *merged) if r.conversation == (conversation.id if last is None else last.conversation)]
    waiting, retries, under_way = await _submissions(tx, _recent(outgoing))
    seen = await seen_in(tx, conversation, person, bot, but=source)
    place = InThread(newest.conversation) if newest is not None else None
    read = await members.read_up_to(tx, conversation.room, person, place) if place is not None else None
    replied = replied_to.at if replied_to and proves_sight(bot, person, replied_to.sender) else None
    quoted = {row for r in outgoing if r.row in waiting or is_written_anew(mailbox, r) for row in r.quotes}
    quoted_mails = await _those(tx, quoted, recent)
    enclosed, _ = await load_enclosed(tx, conversation, person, outgoing)
    hour, day = await mails.sent_lately(tx, mailbox.id, now)
    return Work(
        conversation=conversation,
        mailbox=mailbox,
        newest_in=newest,
        newest_out=_last((await _newest_out(tx, conversation.id, recent), *merged), Direction.OUT),
        newest_in_posted=await _posted_at(tx, newest),
        first_posted=await _posted_at(tx, oldest),
        seen_at=latest(seen.at, read.at if read is not None else None, replied),
        read_at=seen.read,
        outgoing=outgoing,
        waiting=waiting,
        retries=retries,
        under_way=under_way,
        sent_last_hour=hour,
        sent_last_day=day,
        elsewhere=await _written_elsewhere(tx, recent) if any(map(_waits, outgoing)) else None,
        enclosed=enclosed,
        beside=await _files_of_refused(tx, replied_to),
        also_ours=also_ours,
        last_of_participants=last,
        incoming=_incoming(talk),
        history=tuple(r for r in reversed(talk) if r.state in REACHED and not r.is_automatic)[:MOST_QUOTED],
        quoted=quoted_mails,
        returned=await returned.of(tx, mailbox.id, _may_get_it(conversation, newest, last)),
        onward=await load_onward(tx, conversation, instance, person),
        sources=await load_sources(tx, outgoing, quoted_mails, instance, person),
    )


def _also_ours(records: Sequence[MailRecord], mailbox: MailboxSettings, instance: Instance) -> frozenset[str]:
    others = {one.mailbox for one in _incoming(records)} - {mailbox.id}
    found = (instance.also_removed(one) for one in others)
    return frozenset[str]().union(*(one.own_addresses for one in found if one is not None))


async def _files_of_refused(tx: Tx, words: KnownEvent | None) -> tuple[Enclosure, ...]:
    """The files of an answer by mail that did not go on, where these are its words."""
    if words is None or words.kind not in WRITTEN:
        return ()
    kept = await mailed.get(tx, row_of_files(words.event))
    return kept.files if kept is not None else ()


async def _of_merged(tx: Tx, conversation: Conversation) -> tuple[MailRecord, ...]:
    """The newest mails of the conversations that go on as this one, each one's oldest first: of those in its room.

    Who works there has never been shown what stands in another one.
    """
    merged = await conversations.several(tx, await conversations.merged_into(tx, conversation.id, MOST_MERGED))
    here = [one.id for one in merged if one.room == conversation.room]
    found = await mails.recent_of(tx, [(number, MOST_LOOKED_AT) for number in here])
    return tuple(record for every in found for record in every)


def _may_get_it(conversation: Conversation, *answered: MailRecord | None) -> set[str]:
    """The addresses that an answer there may go to."""
    wishes, mails_ = conversation.wishes, [record for record in answered if record is not None]
    named = [one for record in mails_ for one in (*record.from_, *record.reply_to, *record.to, *record.cc)]
    named += [*wishes.cc, *wishes.bcc, conversation.correspondent, *(r for m in mails_ for r in m.original_from)]
    given = () if wishes.customer is None else (wishes.customer.address,)
    return {*conversation.participants, *given, *(one.address for one in named)}


def _incoming(records: Sequence[MailRecord]) -> tuple[MailRecord, ...]:
    return tuple(r for r in records if r.direction is Direction.IN)


def _in_order(*records: MailRecord | None) -> list[MailRecord]:
    """Each once, oldest first."""
    return sorted({r.row: r for r in records if r is not None}.values(), key=attrgetter("order"))


def _last(records: Sequence[MailRecord | None], direction: Direction) -> MailRecord | None:
    """The newest that somebody wrote."""
    written = (r for r in reversed(_in_order(*records)) if r.direction is direction)
    return next((r for r in written if not r.is_auto_answer), None)


async def newest_in(tx: Tx, id: ConversationId) -> MailRecord | None:
    """The newest mail of a person from outside, or else of a machine."""
    return await mails.newest_of_person(tx, id) or await mails.newest(tx, id, Direction.IN)


async def written_here(tx: Tx, id: ConversationId) -> tuple[MailRecord, ...]:
    """Mails that members wrote: the recent ones, and older ones that are not settled."""
    return await _written_here(tx, id, await mails.recent(tx, id, MOST_LOOKED_AT))


def _mailbox(conversation: Conversation, instance: Instance) -> MailboxSettings:
    mailbox = instance.mailbox(conversation.mailbox)
    if mailbox is None:
        raise MailboxGone
    return mailbox


def _recent(outgoing: Sequence[MailRecord]) -> Sequence[MailRecord]:
    """Those that may still wait: the newest, and older ones that wait for their time."""
    older = [one for one in outgoing[:-10] if not one.is_written and one.state in WAITING]
    return (*older, *outgoing[-10:])


async def _submissions(tx: Tx, outgoing: Sequence[MailRecord]) -> tuple[frozenset[int], frozenset[int], frozenset[int]]:
    """Rows of mails: those that wait and that nobody has in part; those with a submission, tried or not; and those that
    are being handed over to people of whom none had them before."""
    waiting, retries, under_way = set(), set(), set()
    for record in outgoing:
        if record.state not in _MAY_WAIT:
            continue
        call = await outbox.get_by_key(tx, submit_key(record)) if record.is_written else None
        if call is not None and call.state in (outbox.State.OPEN, outbox.State.SENDING):
            retries.add(int(record.row))
        is_resent = record.state_before is not None
        if call is not None and call.state is outbox.State.SENDING and (is_resent or not has_left(record)):
            under_way.add(int(record.row))
        if call is not None and call.state is outbox.State.OPEN:
            is_untouched = call.attempt == 0 if record.state is OutState.QUEUED else not has_left(record)
        else:
            is_untouched = not record.is_written
        if record.state in WAITING and is_untouched:
            waiting.add(int(record.row))
    return frozenset(waiting), frozenset(retries), frozenset(under_way)


async def _newest_in(tx: Tx, id: ConversationId, recent: Sequence[MailRecord]) -> MailRecord | None:
    """The newest mail of a person, or else of a machine."""
    incoming = [r for r in recent if r.direction is Direction.IN]
    found = next((r for r in reversed(incoming) if not r.is_automatic), None)
    if found is None and len(recent) == MOST_LOOKED_AT:
        found = await mails.newest_of_person(tx, id)
    if found is None:
        found = incoming[-1] if incoming else await mails.newest(tx, id, Direction.IN)
    return found


def _waits(record: MailRecord) -> bool:
    return record.is_scheduled or record.waits_for_word


async def _written_elsewhere(tx: Tx, recent: Sequence[MailRecord]) -> tuple[MailRecord, datetime] | None:
    ours = [r for r in recent if r.direction is Direction.OUT and r.author is None and not r.is_auto_answer]
    return (ours[-1], await _posted_at(tx, ours[-1]) or ours[-1].date) if ours else None


async def _newest_out(tx: Tx, id: ConversationId, recent: Sequence[MailRecord]) -> MailRecord | None:
    found = next((r for r in reversed(recent) if r.direction is Direction.OUT and not r.is_auto_answer), None)
    return found if found is not None or len(recent) < MOST_LOOKED_AT else await mails.newest(tx, id, Direction.OUT)


async def _written_here(tx: Tx, id: ConversationId, recent: Sequence[MailRecord]) -> tuple[MailRecord, ...]:
    """Mails that members wrote: the recent ones, and older ones that are not settled."""
    older = await mails.open_out(tx, id) if len(recent) == MOST_LOOKED_AT else ()
    known = {r.row for r in recent}
    every = (*(r for r in older if r.row not in known), *recent)
    return tuple(r for r in every if r.direction is Direction.OUT and r.author is not None)


async def _those(tx: Tx, rows: Collection[MessageRow], recent: Sequence[MailRecord]) -> tuple[MailRecord, ...]:
    """These mails of the conversation, oldest first."""
    known = [r for r in recent if r.row in rows]
    older = [await mails.get(tx, row) for row in sorted(set(rows) - {r.row for r in known})]
    return (*(r for r in older if r is not None), *known)


def _of_participants(
    records: Sequence[MailRecord | None], conversation: Conversation, own: frozenset[str]
) -> list[MailRecord]:
    """Mails that came from those who take part: of the newest, or else the first one, with which it began."""
    known = frozenset(conversation.participants)
    incoming = [r for r in records if r is not None and r.direction is Direction.IN]
    return [r for r in incoming if is_by_participant(r, known, own)]


def _newest_of_people(records: Sequence[MailRecord]) -> MailRecord | None:
    """The newest mail of a person; a program's only where there is no other."""
    return next((r for r in reversed(records) if not r.is_automatic), records[-1] if records else None)


async def _posted_at(tx: Tx, record: MailRecord | None) -> datetime | None:
    """The time of posting, in the room that the conversation was in then."""
    return await events.posted_at(tx, record.event) if record is not None and record.event is not None else None
