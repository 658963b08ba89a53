"""Reads the rows for a member's act: the conversation, its mails, and the mails that the member may not have seen."""

from collections.abc import Collection, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta

from bot.domain import commands
from bot.domain.commands import Called
from bot.domain.conversation import (
    Conversation,
    Direction,
    EventKind,
    KnownEvent,
    MailRecord,
    OutState,
    Status,
    StoredReaction,
)
from bot.domain.decide.draft import submit_key
from bot.domain.decide.flood import SHOWN_AT_ONCE
from bot.domain.decide.reaction import CONFIRMS, bare_emoji
from bot.domain.decide.submission import has_left
from bot.domain.decide.taking_back import WAITING
from bot.domain.decide.team import hint_slot
from bot.domain.ids import ConversationId, EventId, MessageRow, RoomId, UserId
from bot.domain.inputs import MessageEdited, Reaction, Redacted, TeamMessage
from bot.domain.listing import PAGE, ConversationListing, HistoryListing, Listing, Original, ShowOne
from bot.domain.participants import is_by_participant
from bot.domain.question import HOLDS, Deed
from bot.domain.rights import proves_sight
from bot.domain.settings import Instance, MailboxSettings, Meaning
from bot.domain.signing import Signer
from bot.domain.snapshots import (
    ReactionSnapshot,
    TeamSnapshot,
    Work,
)
from bot.domain.upgrades import RoomUpgrade, belongs, uses
from bot.flows.load_enclosed import load_enclosed
from storage import (
    conversations,
    events,
    floods,
    history,
    mails,
    members,
    outbox,
    questions,
    reactions,
    slots,
    upgrades,
)
from storage.database import Tx

MOST_QUOTED = 20
"""Mails that a reply quotes at most."""
MOST_LOOKED_AT = 60
"""The newest mails of a conversation, of which a command may have thousands under it."""
_REACHED = (None, OutState.SENT, OutState.PARTLY)
"""What the correspondent wrote or got."""
_NEEDS_NOBODY = {"": False, "active": False, "unassigned": False, "noanswer": True}
"""Lists of what is to do leave out what needs no answer; it has a list of its own. The others show both."""
_MAY_WAIT = (OutState.QUEUED, OutState.RETRYING, OutState.PARTLY, OutState.BOUNCED)
"""States in which a submission may be waiting."""


async def load_work(
    tx: Tx,
    conversation: Conversation,
    mailbox: MailboxSettings,
    person: UserId,
    now: datetime,
    *,
    bot: UserId,
    replied_to: KnownEvent | None,
    source: EventId | None = None,
    moves_all: bool = False,
) -> Work:
    """One conversation with what a reply needs to know.

    `moves_all`: it may become spam, or be none any more, and all its mails move on the server.
    """
    recent = await mails.recent(tx, conversation.id, MOST_LOOKED_AT)
    moves_all = moves_all or conversation.status is Status.SPAM
    every = await mails.of_conversation(tx, conversation.id) if moves_all else recent
    newest_in = await _newest_in(tx, conversation.id, recent)
    newest_out = await _newest_out(tx, conversation.id, recent)
    open_out = await _written_here(tx, conversation.id, recent)
    oldest = recent[0] if 0 < len(recent) < MOST_LOOKED_AT else await mails.first(tx, conversation.id)
    theirs = _of_participants((oldest, newest_in, *recent), conversation, mailbox)
    waiting, retries, under_way = await _submissions(tx, open_out[-10:])
    posted = await _posted_at(tx, newest_in)
    first = await _posted_at(tx, oldest)
    read = await members.read_up_to(tx, conversation.room, person, conversation.id)
    wrote = await events.last_by(tx, conversation.id, person, but=source) if proves_sight(bot, person, person) else None
    replied = replied_to.at if replied_to and proves_sight(bot, person, replied_to.sender) else None
    times = [t for t in (read[1] if read else None, wrote, replied) if t is not None]
    quoted = {row for r in open_out if r.row in waiting for row in r.quotes}
    enclosed, loose = await load_enclosed(tx, conversation, person, open_out)
    return Work(
        conversation=conversation,
        mailbox=mailbox,
        newest_in=newest_in,
        newest_out=newest_out,
        newest_in_posted=posted,
        first_posted=first,
        seen_at=max(times) if times else None,
        questions=await questions.of(tx, conversation.id, person, now - HOLDS),
        outgoing=open_out,
        waiting=waiting,
        retries=retries,
        under_way=under_way,
        sent_last_hour=await mails.sent_since(tx, mailbox.id, now - timedelta(hours=1)),
        sent_last_day=await mails.sent_since(tx, mailbox.id, now - timedelta(days=1)),
        enclosed=enclosed,
        loose=loose,
        incoming=tuple(r for r in every if r.direction is Direction.IN),
        last_of_participants=_newest_of_people(theirs),
        history=tuple(r for r in reversed(recent) if r.state in _REACHED and not r.is_automatic)[:MOST_QUOTED],
        folded=await floods.folded(tx, conversation.id, SHOWN_AT_ONCE) if conversation.folded else (),
        quoted=await _those(tx, quoted, recent),
    )


async def _submissions(tx: Tx, outgoing: Sequence[MailRecord]) -> tuple[frozenset[int], frozenset[int], frozenset[int]]:
    """Which mails nobody has anything of and that wait; which have a submission, tried or not; and which are being
    handed over without that anybody had them before."""
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


async def _newest_out(tx: Tx, id: ConversationId, recent: Sequence[MailRecord]) -> MailRecord | None:
    found = next((r for r in reversed(recent) if r.direction is Direction.OUT), None)
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
    records: Sequence[MailRecord | None], conversation: Conversation, mailbox: MailboxSettings
) -> list[MailRecord]:
    """Mails that came from those who take part: of the newest, or else the first one, with which it began."""
    known, own = frozenset(conversation.participants), mailbox.own_addresses
    incoming = [r for r in records if r is not None and r.direction is Direction.IN]
    return [r for r in incoming if is_by_participant(r, known, own)]


def _newest_of_people(records: Sequence[MailRecord]) -> MailRecord | None:
    """The newest; what a program wrote only where there is nothing else."""
    return next((r for r in reversed(records) if not r.is_automatic), records[-1] if records else None)


async def _posted_at(tx: Tx, record: MailRecord | None) -> datetime | None:
    """In the room that the conversation was in then."""
    return await events.posted_at(tx, record.event) if record is not None and record.event is not None else None


async def _thread(
    tx: Tx, room: RoomId, thread: EventId | None, replied: KnownEvent | None, instance: Instance
) -> Conversation | None:
    """The conversation of a thread, or of the message of ours that was replied to (thread-unaware clients)."""
    found: Conversation | None = None
    if thread is not None:
        found = await conversations.by_root(tx, room, thread)
        card = await events.get(tx, room, thread) if found is None else None
        if card is not None and card.kind is EventKind.CONVERSATION and card.conversation is not None:
            # A card that was posted anew since: its thread is there, and people go on in it.
            found = await conversations.get(tx, card.conversation)
    elif replied is not None and replied.conversation is not None:
        found = await conversations.get(tx, replied.conversation)
    return found if found is not None and belongs(found, room, instance) else None


async def load_message(
    tx: Tx, input: TeamMessage, instance: Instance, signer: Signer, now: datetime, encrypted: AbstractSet[RoomId]
) -> TeamSnapshot:
    mailboxes = instance.in_room(input.room)
    reading = commands.read(input, bot=instance.bot)
    is_ours = bool(mailboxes) or input.room == instance.config_room
    replied = await events.get(tx, input.room, input.reply_to) if input.reply_to else None
    in_thread = await _thread(tx, input.room, input.thread, replied, instance) if is_ours else None
    joined = await members.joined(tx, input.room) if is_ours else ()
    is_joined = any(user == input.sender for user, _ in joined)
    work: list[Work] = []
    missing: list[ConversationId] = []
    listing: Listing | None = None
    if isinstance(reading, Called) and is_joined:
        found, missing = await _named(tx, reading, in_thread, input.room, instance)
        for conversation in found:
            mailbox = instance.mailbox(conversation.mailbox)
            if mailbox is not None:
                person, source = input.sender, input.event
                one = await load_work(
                    tx,
                    conversation,
                    mailbox,
                    person,
                    now,
                    bot=instance.bot,
                    replied_to=replied,
                    source=source,
                    moves_all=reading.command.name == "spam",
                )
                work.append(one)
        listing = await _listing(tx, reading, work, mailboxes, input.sender, [user for user, _ in joined], replied)
    return TeamSnapshot(
        instance=instance,
        signer=signer,
        reading=reading,
        is_ours=is_ours,
        is_joined=is_joined,
        mailboxes=mailboxes,
        work=tuple(work),
        missing=tuple(missing),
        in_thread=in_thread,
        replied_to=replied,
        members=joined,
        listing=listing,
        is_hinted=await _is_hinted(tx, reading, in_thread, input.sender),
        upgrades=await _upgrades(tx, reading, input.room, instance) if is_joined else (),
        is_anything_encrypted=any(uses(instance, room) for room in encrypted),
    )


async def _is_hinted(tx: Tx, reading: commands.Reading, in_thread: Conversation | None, person: UserId) -> bool:
    is_asked = isinstance(reading, commands.Talk) and in_thread is not None
    return not is_asked or await slots.get(tx, hint_slot(person)) is not None


async def _upgrades(tx: Tx, reading: commands.Reading, room: RoomId, instance: Instance) -> tuple[RoomUpgrade, ...]:
    is_asked = isinstance(reading, Called) and reading.command.name == "upgrade" and room == instance.config_room
    return await upgrades.waiting(tx) if is_asked else ()


async def _named(
    tx: Tx, called: Called, in_thread: Conversation | None, room: RoomId, instance: Instance
) -> tuple[list[Conversation], list[ConversationId]]:
    """The conversations that a command names; another room's are as if they did not exist."""
    if not called.numbers:
        return ([in_thread] if in_thread is not None else []), []
    found, missing = [], []
    for number in called.numbers:
        conversation = await conversations.get(tx, number)
        if conversation is None or not belongs(conversation, room, instance):
            missing.append(number)
        else:
            found.append(conversation)
    return found, missing


async def _listing(
    tx: Tx,
    called: Called,
    work: list[Work],
    mailboxes: tuple[MailboxSettings, ...],
    sender: UserId,
    joined: Sequence[UserId],
    replied: KnownEvent | None,
) -> Listing | None:
    name = called.command.name
    if name == "list":
        return await _list(tx, called, mailboxes, sender, joined)
    if not work:
        return None
    conversation = work[0].conversation
    if name == "show":
        return ShowOne(conversation, await mails.of_conversation(tx, conversation.id), conversation.root)
    if name == "history":
        return HistoryListing(conversation.id, await history.of(tx, conversation.id))
    if name == "original":
        record = await mails.get(tx, replied.mail) if replied is not None and replied.mail is not None else None
        record = record or work[0].newest_in or work[0].newest_out
        return Original(record) if record is not None else None
    return None


async def _list(
    tx: Tx,
    called: Called,
    mailboxes: tuple[MailboxSettings, ...],
    sender: UserId,
    joined: Sequence[UserId],
) -> ConversationListing | None:
    if not mailboxes:
        return None
    word, page = commands.filter_and_page(called)
    who = called.people[0] if called.people else None
    if called.names and called.names[0] == "me":
        word = "mine"
    elif called.names:
        # Written without a pill.
        who = who or commands.member_named(called.names[0], joined)
    status: dict[str, tuple[Status, ...]] = {
        "": (Status.ACTIVE,),
        "active": (Status.ACTIVE,),
        "pending": (Status.PENDING,),
        "closed": (Status.CLOSED,),
        "spam": (Status.SPAM,),
        "unassigned": (Status.ACTIVE,),
        "noanswer": (Status.ACTIVE,),
        "mine": (Status.ACTIVE, Status.PENDING),
    }
    rows, total = await conversations.listing(
        tx,
        [m.id for m in mailboxes],
        status=(Status.ACTIVE, Status.PENDING) if who else status.get(word),
        assignee=sender if word == "mine" else who,
        unassigned=word == "unassigned",
        follower=sender if word == "followed" else None,
        limit=PAGE,
        skip=PAGE * (page - 1),
        needs_nobody=_NEEDS_NOBODY.get(word) if who is None else None,
    )
    return ConversationListing(who or word, rows, total, page, who or word)


async def load_edited(
    tx: Tx, input: MessageEdited | Redacted, instance: Instance, signer: Signer, now: datetime
) -> TeamSnapshot | ReactionSnapshot:
    """For an edit or a redaction: of a reaction that had a meaning, or of a message that something was made of."""
    room, sender, target = input.room, input.sender, input.target
    given = await reactions.get(tx, target)
    if given is not None and given.room == room and not await _is_here(tx, given, instance):
        # The conversation went on in another room: what is undone in this one undoes nothing there.
        return ReactionSnapshot(instance, signer, False, None, None, None, None, ())
    if given is not None and given.room == room:
        return await _removed(tx, given, instance, signer, now)
    known = await events.get(tx, room, target)
    question = await questions.about(tx, target)
    record = await mails.by_source(tx, target)
    if record is None and question is not None and question.is_used:
        # The same command again has confirmed it.
        record = await mails.get(tx, question.row)
    deeds: tuple[Deed, ...] = ()
    if isinstance(input, Redacted):
        deeds = await questions.done_by(tx, target)
        if record is None and known is not None and known.file is not None and known.conversation is not None:
            record = await _waiting_with(tx, known.conversation, target)
    numbers = [record.conversation] if record is not None else []
    numbers += [question.conversation] if question is not None else []
    work: list[Work] = []
    for number in dict.fromkeys((*numbers, *(deed.conversation for deed in deeds))):
        conversation = await conversations.get(tx, number)
        mailbox = instance.mailbox(conversation.mailbox) if conversation is not None else None
        if conversation is not None and mailbox is not None and belongs(conversation, room, instance):
            source = target if question is not None else None
            work.append(
                await load_work(
                    tx,
                    conversation,
                    mailbox,
                    sender,
                    now,
                    bot=instance.bot,
                    replied_to=None,
                    source=source,
                    moves_all=True,
                )
            )
    if not work:
        record = question = None
    reading = commands.read_edit(input, bot=instance.bot) if isinstance(input, MessageEdited) else commands.Talk()
    return TeamSnapshot(
        instance=instance,
        signer=signer,
        reading=reading,
        is_ours=bool(instance.in_room(room)),
        is_joined=await members.is_joined(tx, room, sender),
        mailboxes=instance.in_room(room),
        work=tuple(work),
        missing=(),
        in_thread=await _of_card(tx, known, instance),
        replied_to=None,
        members=(),
        listing=None,
        edited=record,
        question=question,
        deeds=deeds,
        target=known,
    )


async def _of_card(tx: Tx, known: KnownEvent | None, instance: Instance) -> Conversation | None:
    """Whose card an event is, as long as no other one stands in its place."""
    if known is None or known.kind is not EventKind.CONVERSATION or known.conversation is None:
        return None
    found = await conversations.get(tx, known.conversation)
    is_it = found is not None and found.root == known.event and belongs(found, known.room, instance)
    return found if is_it else None


async def _is_here(tx: Tx, given: StoredReaction, instance: Instance) -> bool:
    conversation = await conversations.get(tx, given.conversation)
    return conversation is not None and belongs(conversation, given.room, instance)


async def _waiting_with(tx: Tx, conversation: ConversationId, file: EventId) -> MailRecord | None:
    """The mail that is to leave with this file."""
    for record in await mails.open_out(tx, conversation):
        if record.state is OutState.QUEUED and any(one.event == file for one in record.files):
            return record
    return None


async def _removed(
    tx: Tx, given: StoredReaction, instance: Instance, signer: Signer, now: datetime
) -> ReactionSnapshot:
    """For a reaction that was taken away."""
    conversation = await conversations.get(tx, given.conversation)
    mailbox = instance.mailbox(conversation.mailbox) if conversation else None
    work = None
    others: tuple[StoredReaction, ...] = ()
    if conversation is not None and mailbox is not None:
        work = await load_work(
            tx, conversation, mailbox, given.sender, now, bot=instance.bot, replied_to=None, moves_all=True
        )
        given_here = await reactions.active(tx, conversation.id, given.key)
        # One that was given in the room before this one can be taken away by nobody any more.
        others = tuple(r for r in given_here if r.event != given.event and r.room == conversation.room)
    question = await questions.about(tx, given.target)
    return ReactionSnapshot(instance, signer, True, None, work, question, given, others)


async def load_reaction(tx: Tx, input: Reaction, instance: Instance, signer: Signer, now: datetime) -> ReactionSnapshot:
    target = await events.get(tx, input.room, input.target)
    work = None
    is_question = target is not None and target.kind is EventKind.QUESTION
    keys = (
        {CONFIRMS}
        if is_question
        else {bare_emoji(key) for mailbox in instance.in_room(input.room) for key, _ in mailbox.reactions}
    )
    if target is not None and target.conversation is not None and bare_emoji(input.emoji) in keys:
        conversation = await conversations.get(tx, target.conversation)
        mailbox = instance.mailbox(conversation.mailbox) if conversation else None
        if conversation is not None and mailbox is not None and belongs(conversation, input.room, instance):
            is_spam = any(
                meaning is Meaning.SPAM and bare_emoji(key) == bare_emoji(input.emoji)
                for key, meaning in mailbox.reactions
            )
            work = await load_work(
                tx, conversation, mailbox, input.sender, now, bot=instance.bot, replied_to=target, moves_all=is_spam
            )
    is_joined = await members.is_joined(tx, input.room, input.sender)
    question = await questions.get(tx, target.mail) if is_question and target is not None and target.mail else None
    # Messages of a thread are remembered; a command that names its conversation elsewhere is not.
    is_apart = question is not None and await events.get(tx, input.room, question.event) is None
    return ReactionSnapshot(instance, signer, is_joined, target, work, question, None, (), is_apart)
