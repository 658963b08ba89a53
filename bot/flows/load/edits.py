"""Reads the rows for a decision on a member's message that was edited or deleted, and on a reaction taken away."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime

from bot.domain.command import Reading, Talk
from bot.domain.commands.reading import read_edit
from bot.domain.conversation import (
    COMMANDS,
    Conversation,
    Direction,
    EventKind,
    KnownEvent,
    MailRecord,
    OutState,
    Status,
    StoredReaction,
)
from bot.domain.deeds import Deed
from bot.domain.dialogue import Dialogue, question_of, yes_of
from bot.domain.ids import ConversationId, EventId, RoomId, UserId
from bot.domain.inputs.said import MessageEdited, Redacted
from bot.domain.inputs.trust import Undecryptable, awaited_key
from bot.domain.mailed import row_of_files
from bot.domain.names import bare_names
from bot.domain.needs import GroundFor, Listed
from bot.domain.persons import PersonNote
from bot.domain.rules.deletion import still_leaves
from bot.domain.rules.preparing import waiting_draft
from bot.domain.rules.taking_back import WAITING
from bot.domain.rules.told import needs_members
from bot.domain.rules.unread_edits import last_edit_slot, unread_slot
from bot.domain.settings import Instance
from bot.domain.signing import Signer
from bot.domain.snapshots import Away, DeletedSnapshot, Drafted, EditedNote, EditedSnapshot, Stranded, TakenAway
from bot.domain.stories.edited import edit_told_slot
from bot.domain.stories.named_anew import in_note
from bot.domain.stories.reaction import (
    needs_of_taking,
)
from bot.domain.unread import Unread
from bot.domain.upgrades import belongs, hears, uses
from bot.domain.work import Work
from bot.flows.load.ground import load_ground
from bot.flows.load.leaving import load_passing
from bot.flows.load.needs import Reach, load_needs
from bot.flows.load.team import left_in, those_here
from bot.flows.load.work import load_outgoing, load_work
from storage import (
    blocking,
    canned,
    conversations,
    deeds,
    dialogues,
    events,
    house_deeds,
    house_rules,
    mailed,
    mails,
    members,
    pages,
    person_notes,
    persons,
    reactions,
    search,
    seen,
    signatures,
    slots,
    teams,
)
from storage.database import Tx


async def load_edited(
    tx: Tx, input: MessageEdited, instance: Instance, signer: Signer, now: datetime
) -> EditedSnapshot:
    """The effects of a message that was edited."""
    room, target = input.room, input.target
    record, dialogue = await _made_of(tx, target)
    question = question_of(dialogue)
    known = await events.get(tx, room, target)
    let_leave = await _let_leave(tx, known) if record is None else None
    numbers = [one.conversation for one in (record, question, let_leave) if one is not None]
    source = target if dialogue is not None else None
    is_joined, led = await dialogues.of(tx, room, input.sender, now)
    found = await those_here(tx, numbers, room, instance)
    work = [await load_work(tx, one, instance, input.sender, now, source=source) for one in found]
    drafted = await _drafted(tx, known, instance)
    reading = read_edit(input, bot=instance.bot)
    told = None if isinstance(reading, Talk) else await slots.get(tx, edit_told_slot(room, input.sender))
    awaited = await _awaited(tx, record) if work else None
    last = await _last_edit(tx, room, target)
    note = await _note(tx, known, reading, input, instance)
    told_to = await _those_told(tx, room, [*(one.conversation for one in work), *_one_of(drafted)], instance)
    return EditedSnapshot(
        instance=instance,
        signer=signer,
        reading=reading,
        is_joined=is_joined,
        work=tuple(work),
        record=record if work else None,
        dialogue=dialogue if work or (dialogue is not None and _waits_in(dialogue, room)) else None,
        others=led,
        target=known,
        let_leave=let_leave if work else None,
        drafted=drafted,
        overtaken=await _overtaken(tx, known, instance) if drafted is None else None,
        person_notes=await person_notes.by_event(tx, target) if known is None or known.kind in COMMANDS else (),
        elsewhere=await left_in(tx, known, instance) if not work else None,
        members=told_to if note is None else await members.people(tx, room),
        note=note,
        is_ours=hears(instance, room),
        is_told_of_edit=told == (room, target),
        awaited=awaited,
        blocked=await blocking.of(tx, (record.mailbox,)) if record is not None and awaited is not None else (),
        was_awaited=await seen.was_seen(tx, awaited_key(input.event)) if last is not None else False,
        last_edit=last,
    )


async def _note(
    tx: Tx, known: KnownEvent | None, reading: Reading, input: MessageEdited, instance: Instance
) -> EditedNote | None:
    """Of the sender's own, which stands still; None also where it names nobody now."""
    if known is None or known.sender != input.sender or known.conversation is None or not bare_names(in_note(reading)):
        return None
    here = await those_here(tx, [known.conversation], input.room, instance)
    number = search.number_of_note(known)
    found = await search.texts(tx, [number])
    return EditedNote(here[0], found[number][1]) if here and number in found else None


async def _last_edit(tx: Tx, room: RoomId, target: EventId) -> EventId | None:
    place = await slots.get(tx, last_edit_slot(room, target))
    return place[1] if place is not None else None


async def _awaited(tx: Tx, record: MailRecord | None) -> EventId | None:
    place = await slots.get(tx, unread_slot(record.row)) if record is not None else None
    return place[1] if place is not None else None


async def load_unread(tx: Tx, input: Undecryptable, target: EventId, instance: Instance) -> Unread:
    """What waits of the sender's that an edit of the message would change."""
    room, sender = input.room, input.sender
    record, dialogue = await _made_of(tx, target)
    question = question_of(dialogue)
    known = await events.get(tx, room, target)
    drafted = await _drafted(tx, known, instance) if known is not None and known.sender == sender else None
    if record is None and drafted is not None:
        record = drafted.mail
    elif record is not None and record.author != sender:
        record = None
    if question is not None and (question.is_used or dialogue is None or dialogue.person != sender):
        question = None
    numbers = [one.conversation for one in (record, question) if one is not None]
    here = {one.id: one for one in await those_here(tx, numbers, room, instance)}
    record = record if record is not None and record.conversation in here else None
    is_own = record is not None or question is not None or (known is not None and known.sender == sender)
    is_again = not input.is_awaited and await seen.was_seen(tx, awaited_key(input.event))
    return Unread(
        outgoing=await load_outgoing(tx, here[record.conversation], instance) if record is not None else None,
        record=record,
        awaited=await _awaited(tx, record),
        question=question if question is not None and question.conversation in here else None,
        draft=drafted.conversation if drafted is not None else None,
        is_own=is_own,
        is_earlier=is_again and await _last_edit(tx, room, target) not in (None, input.event),
    )


async def _noted(tx: Tx, notes: Sequence[PersonNote]) -> tuple[Conversation, ...]:
    wanted = (Listed((one.mailbox,), correspondent=one.address) for one in notes)
    return tuple([row for one in wanted for row in (await pages.listing(tx, one))[0]])


async def load_redacted(
    tx: Tx, input: Redacted, instance: Instance, now: datetime, encrypted: AbstractSet[RoomId]
) -> DeletedSnapshot | TakenAway:
    """The effects of a message that was deleted, with its command's changes; or the meaning of a reaction."""
    room, target = input.room, input.target
    given = await reactions.get(tx, target)
    if given is not None and given.room == room:
        return await _taken_away(tx, given, instance, now)
    known = await events.get(tx, room, target)
    edited = await events.edited_by(tx, room, target) if known is None else None
    known = known or edited
    made_of = target if edited is None else edited.event
    record, dialogue = await _made_of(tx, made_of)
    if record is None and edited is None:
        record = await _let_leave(tx, known)
    if (
        record is None
        and known is not None
        and edited is None
        and known.file is not None
        and known.conversation is not None
    ):
        record = await _waiting_with(tx, known.conversation, target)
    done = await deeds.done_by(tx, target)
    question = question_of(dialogue)
    numbers = [one.conversation for one in (record, question, *done) if one is not None]
    about = {one.id: one for one in await those_here(tx, numbers, room, instance)}
    away = next((deed for deed in done if deed.conversation not in about and deed.before.room == room), None)
    went = await _away(tx, away, room, instance) if away is not None else None
    left = [deed for deed in done if deed.conversation not in about and deed.before.room == room]
    stranded = await _stranded(tx, left, room) if went is None else ()
    # A deletion counts in its own room: in another one it ends nothing.
    done = tuple(deed for deed in done if deed.conversation in about)
    moving = [about[deed.conversation] for deed in done if _moves_mail(deed, about.get(deed.conversation))]
    were_spam = [
        about[deed.conversation]
        for deed in done
        if deed.before.status is Status.SPAM and about[deed.conversation].status is not Status.SPAM
    ]
    # Of the main timeline no message is known.
    may_be_command = known is None or known.kind in COMMANDS
    of_record = about.get(record.conversation) if record is not None else None
    carded = await _carded(tx, known)
    notes = await person_notes.by_event(tx, target) if may_be_command else ()
    house = await house_deeds.of(tx, target) if may_be_command else ()
    return DeletedSnapshot(
        instance=instance,
        is_ours=bool(instance.in_room(room)),
        about=tuple(about.values()),
        outgoing=await load_outgoing(tx, of_record, instance) if of_record is not None else None,
        record=record,
        dialogue=dialogue if about or (dialogue is not None and _waits_in(dialogue, room)) else None,
        deeds=done,
        incoming=await _incoming(tx, moving),
        target=known,
        card_of=carded if known is not None and carded is not None and _is_card_of(known, carded, instance) else None,
        refused=await mailed.get(tx, row_of_files(target)) if known is not None else None,
        drafted=await _drafted(tx, known, instance),
        canned=await canned.by_event(tx, target) if may_be_command else (),
        signatures=await signatures.by_event(tx, target) if may_be_command else (),
        blocked=await blocking.by_event(tx, target) if may_be_command else (),
        house=house,
        waiting={one.deed.mailbox: await mails.leaving(tx, one.deed.mailbox) for one in house},
        rules=await house_rules.by_event(tx, target) if may_be_command else (),
        teams=await teams.by_event(tx, target) if may_be_command else (),
        persons=await persons.by_event(tx, target) if may_be_command else (),
        person_notes=notes,
        noted=await _noted(tx, notes),
        members=await _members(tx, room, done, about, instance),
        leaving=await _leaving(tx, done, about, instance),
        merged=await _merged(tx, done, about, instance, input, now),
        is_edit=edited is not None,
        away=went,
        spam_again={one.id: await load_outgoing(tx, one, instance) for one in were_spam},
        passing=await load_passing(tx, instance) if were_spam else (),
        stranded=stranded,
        rewished=await _rewished(tx, done, about, instance, input, now),
        is_encrypted=room in encrypted,
        is_left_card=carded is not None and carded.room != room and uses(instance, room),
    )


async def _members(
    tx: Tx, room: RoomId, done: Sequence[Deed], about: Mapping[ConversationId, Conversation], instance: Instance
) -> tuple[UserId, ...]:
    """The members, where what is taken back may be of one who left, or be told to one."""
    if any(deed.before.assignee for deed in done):
        return await members.people(tx, room)
    return await _those_told(tx, room, tuple(about.values()), instance)


async def _those_told(
    tx: Tx, room: RoomId, concerned: Sequence[Conversation], instance: Instance
) -> tuple[UserId, ...]:
    """The members, where somebody might be told who left."""
    may_be_told = any(needs_members(instance.choices, one.mailbox, one) for one in concerned)
    return await members.people(tx, room) if may_be_told else ()


def _one_of(drafted: Drafted | None) -> tuple[Conversation, ...]:
    return (drafted.conversation,) if drafted is not None else ()


async def _leaving(
    tx: Tx, done: Sequence[Deed], about: Mapping[ConversationId, Conversation], instance: Instance
) -> frozenset[ConversationId]:
    """The conversations that were deleted, or elsewhere, before the command, and in which an answer waits to leave."""
    found = [
        about[deed.conversation]
        for deed in done
        if deed.before.status is Status.DELETED or deed.before.mailbox not in (None, deed.after.mailbox)
    ]
    return frozenset([one.id for one in found if still_leaves(await load_outgoing(tx, one, instance))])


async def _rewished(
    tx: Tx,
    done: Sequence[Deed],
    about: Mapping[ConversationId, Conversation],
    instance: Instance,
    input: Redacted,
    now: datetime,
) -> tuple[Work, ...]:
    """The conversations in which the command changed who gets the answers, whatever changed there since."""
    changed = [about[deed.conversation] for deed in done if deed.before.wishes != deed.after.wishes]
    return await _works(tx, changed, instance, input, now)


async def _merged(
    tx: Tx,
    done: Sequence[Deed],
    about: Mapping[ConversationId, Conversation],
    instance: Instance,
    input: Redacted,
    now: datetime,
) -> tuple[Work, ...]:
    """The conversations that the command merged, with what came since where they go on."""
    found = [
        about[deed.conversation]
        for deed in done
        if deed.before.goes_on_as is None and about[deed.conversation].goes_on_as == deed.after.goes_on_as is not None
    ]
    return await _works(tx, found, instance, input, now)


async def _works(
    tx: Tx, concerned: Sequence[Conversation], instance: Instance, input: Redacted, now: datetime
) -> tuple[Work, ...]:
    """Those whose mailbox is served, with what an answer in them looks at."""
    known = [one for one in concerned if instance.mailbox(one.mailbox) is not None]
    return tuple([await load_work(tx, one, instance, input.sender, now) for one in known])


async def _away(tx: Tx, deed: Deed, room: RoomId, instance: Instance) -> Away | None:
    """The conversation that a command of this room moved into another one, where that still is its place."""
    one = await conversations.get(tx, deed.conversation)
    home = instance.mailbox(deed.before.mailbox) if deed.before.mailbox is not None else None
    if one is None or home is None or home.room != room or instance.mailbox(one.mailbox) is None:
        return None
    if (one.room, one.mailbox) != (deed.after.room, deed.after.mailbox):
        return None
    ground = await load_ground(tx, GroundFor(one, home.id, home.room), instance)
    return Away(one, deed, await load_outgoing(tx, one, instance), ground)


async def _stranded(tx: Tx, done: Sequence[Deed], room: RoomId) -> tuple[Stranded, ...]:
    """What a command of this room changed and is in another one now; what it moved itself comes back (`_away`)."""
    known = {one.id: one for one in await conversations.several(tx, [deed.conversation for deed in done])}
    found = []
    for deed in done:
        one = known.get(deed.conversation)
        if one is not None and one.room != room:
            card = await events.last_of_kind_in(tx, one.id, EventKind.CONVERSATION, room)
            found.append(Stranded(one, deed, card.event if card is not None else None))
    return tuple(found)


async def _made_of(tx: Tx, message: EventId) -> tuple[MailRecord | None, Dialogue | None]:
    """The mail that was made from a message, and the dialogue in which its author was asked back about it."""
    dialogue = await dialogues.about(tx, message)
    record = await mails.by_source(tx, message)
    question = question_of(dialogue)
    if record is None and question is not None and question.is_used:
        # The same command again has confirmed it.
        record = await mails.get(tx, question.row)
    return record, dialogue


async def _let_leave(tx: Tx, known: KnownEvent | None) -> MailRecord | None:
    """The mail of other words that a member's command let leave."""
    if known is None or known.kind not in COMMANDS or known.mail is None:
        return None
    return await mails.get(tx, known.mail)


def _waits_in(dialogue: Dialogue, room: RoomId) -> bool:
    """Whether it is about a command that waits for ✅, and led in this room."""
    return yes_of(dialogue) is not None and dialogue.room == room


def _moves_mail(deed: Deed, conversation: Conversation | None) -> bool:
    """Whether taking the deed back may bring mails into Junk, or out of it."""
    statuses = (deed.before.status, deed.after.status)
    return conversation is not None and Status.SPAM in (*statuses, conversation.status)


async def _incoming(tx: Tx, conversations_of: Sequence[Conversation]) -> dict[ConversationId, tuple[MailRecord, ...]]:
    found = await mails.of_conversations(tx, [one.id for one in conversations_of])
    return {number: tuple(r for r in every if r.direction is Direction.IN) for number, every in found.items()}


async def _carded(tx: Tx, known: KnownEvent | None) -> Conversation | None:
    """The conversation whose card an event is, or was."""
    if known is None or known.kind is not EventKind.CONVERSATION or known.conversation is None:
        return None
    return await conversations.get(tx, known.conversation)


def _is_card_of(known: KnownEvent, one: Conversation, instance: Instance) -> bool:
    """Whether no other card took its place."""
    return one.root == known.event and belongs(one, known.room, instance)


async def _overtaken(tx: Tx, known: KnownEvent | None, instance: Instance) -> Conversation | None:
    """The conversation of this command in which a draft waits that is in another message."""
    if known is None or known.kind not in COMMANDS or known.conversation is None:
        return None
    one = await conversations.get(tx, known.conversation)
    if one is None or one.draft is None or one.draft.source == known.event or not belongs(one, known.room, instance):
        return None
    mail = await mails.get(tx, one.draft.mail) if one.draft.mail is not None else None
    return one if waiting_draft(one, mail) is not None else None


async def _drafted(tx: Tx, known: KnownEvent | None, instance: Instance) -> Drafted | None:
    """The draft that the words of this message are, while it or its mail waits."""
    if known is None or known.kind not in COMMANDS or known.conversation is None:
        return None
    one = await conversations.get(tx, known.conversation)
    if one is None or one.draft is None or one.draft.source != known.event or not belongs(one, known.room, instance):
        return None
    mail = await mails.get(tx, one.draft.mail) if one.draft.mail is not None else None
    if mail is not None and mail.state in WAITING:
        return Drafted(one, mail, await load_outgoing(tx, one, instance))
    return Drafted(one) if waiting_draft(one, mail) is not None else None


async def _waiting_with(tx: Tx, conversation: ConversationId, file: EventId) -> MailRecord | None:
    """The mail that is to leave with this file."""
    for record in await mails.open_out(tx, conversation):
        if record.state is OutState.QUEUED and any(one.event == file for one in record.files):
            return record
    return None


async def _taken_away(tx: Tx, given: StoredReaction, instance: Instance, now: datetime) -> TakenAway:
    here = await those_here(tx, (given.conversation,), given.room, instance)
    if not here:
        # The conversation went on in another room: what is undone in this one undoes nothing there.
        return TakenAway(given, None, instance)
    (one,) = here
    facts = await load_needs(Reach(tx, instance, now), needs_of_taking(given, one, instance.choices))
    return TakenAway(given, one, instance, facts)
