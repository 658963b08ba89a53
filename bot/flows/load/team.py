"""Reads the rows for a decision on a member's message, reaction, edit or deletion."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import datetime

from bot.domain.beside import Beside, beside_of, wanted
from bot.domain.command import Asked, Called, Reading, Talk
from bot.domain.commands.reading import read, read_edit
from bot.domain.commands.table import TABLE
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
from bot.domain.deeds import Deed
from bot.domain.dialogue import Dialogue, question_of, yes_of
from bot.domain.ground import Elsewhere
from bot.domain.ids import ConversationId, DialogueId, EventId, RoomId, UserId
from bot.domain.inputs.said import MessageEdited, Reaction, Redacted, TeamMessage
from bot.domain.needs import GroundFor
from bot.domain.rules.absent import may_be_absent
from bot.domain.rules.deletion import still_leaves
from bot.domain.rules.preparing import draft_slot, waiting_draft
from bot.domain.rules.taking_back import WAITING
from bot.domain.settings import Instance, MailboxSettings, Meaning
from bot.domain.signing import Signer
from bot.domain.snapshots import Away, DeletedSnapshot, Drafted, EditedSnapshot, Reacted, TakenAway, Turned
from bot.domain.stories.reaction import (
    bare_emoji,
    by_hand,
    is_answer,
    is_moot,
    meaning_of,
    needs_of_hand,
    needs_of_taking,
)
from bot.domain.stories.team import needs_of, needs_of_people
from bot.domain.stories.turning import needs_of_people_turned, needs_of_turned
from bot.domain.upgrades import belongs, uses
from bot.flows.load.ground import load_ground
from bot.flows.load.needs import Reach, load_needs
from bot.flows.load.turning import as_said, continued
from bot.flows.load.work import load_outgoing, load_work
from storage import (
    blocking,
    canned,
    conversations,
    deeds,
    dialogues,
    events,
    house_rules,
    mails,
    members,
    person_notes,
    persons,
    reactions,
    signatures,
    slots,
    teams,
)
from storage.blobs import Blobs
from storage.database import Tx

_SAID_BY_HAND = frozenset(Meaning) - {Meaning.APPROVE, Meaning.DISCARD}
"""Meanings of reactions that people do not put on anything."""


async def load_message(
    tx: Tx,
    input: TeamMessage,
    instance: Instance,
    signer: Signer,
    now: datetime,
    encrypted: AbstractSet[RoomId],
    blobs: Blobs | None,
) -> Asked:
    """The message's place and sender; then the needs of its command, and nothing else."""
    is_ours = uses(instance, input.room)
    replied = await events.get(tx, input.room, input.reply_to) if input.reply_to else None
    is_joined, led = await dialogues.of(tx, input.room, input.sender, now) if is_ours else (False, ())
    if input.secret is not None:
        led = await dialogues.taking_secrets(tx, input.room)
    thread = await _thread(tx, input.room, input.thread, replied) if is_ours else None
    here = thread if thread is not None and belongs(thread, input.room, instance) else None
    asked = Asked(
        instance=instance,
        signer=signer,
        person=input.sender,
        room=input.room,
        key=input.key,
        event=input.event,
        said_at=input.at,
        now=now,
        reading=read(input, bot=instance.bot),
        is_ours=is_ours,
        is_joined=is_joined,
        here=here,
        elsewhere=_elsewhere(thread, input.room, input.thread),
        target=replied,
        thread=input.thread,
        file=input.file,
        is_secret=input.secret is not None or input.is_secret,
        room_encrypted=input.room_encrypted,
        was_encrypted=input.was_encrypted,
        session_trust=input.session_trust,
        dialogues=led,
        is_anything_encrypted=any(uses(instance, room) for room in encrypted),
        table=TABLE,
    )
    if not asked.is_joined:
        return asked
    asked = await _with_conversations(tx, await continued(tx, asked))
    reach = Reach(tx, instance, now, blobs)
    asked = replace(asked, facts=await load_needs(reach, needs_of_people(asked)))
    return replace(asked, facts=asked.facts | await load_needs(reach, needs_of(asked)))


async def _with_conversations(tx: Tx, asked: Asked) -> Asked:
    """Add the conversations that the command is about; those of another room count as missing."""
    called = asked.reading
    if not isinstance(called, Called) or not called.command.is_about_conversations:
        return asked
    if not called.numbers:
        return replace(asked, about=(asked.here,) if asked.here is not None else ())
    known = {one.id: one for one in await conversations.several(tx, called.numbers)}
    about = [
        known[number]
        for number in called.numbers
        if number in known and belongs(known[number], asked.room, asked.instance)
    ]
    found = {one.id for one in about}
    return replace(asked, about=tuple(about), missing=tuple(n for n in called.numbers if n not in found))


def _elsewhere(thread: Conversation | None, room: RoomId, card: EventId | None) -> Elsewhere | None:
    """The conversation of a thread in this room that went to another one."""
    return Elsewhere(thread.id, card) if thread is not None and thread.room != room else None


async def _left(tx: Tx, known: KnownEvent | None, instance: Instance) -> Elsewhere | None:
    """The conversation of an event that stands in the thread which it left."""
    if known is None or known.conversation is None or not uses(instance, known.room):
        return None
    one = await conversations.get(tx, known.conversation)
    if one is None or one.room == known.room:
        return None
    card = await events.last_of_kind_in(tx, one.id, EventKind.CONVERSATION, known.room)
    return Elsewhere(one.id, card.event if card is not None else None)


async def _thread(tx: Tx, room: RoomId, thread: EventId | None, replied: KnownEvent | None) -> Conversation | None:
    """The conversation of a thread, or of the message of ours that was replied to (thread-unaware clients); also one
    that goes on in another room."""
    found: Conversation | None = None
    if thread is not None:
        found = await conversations.by_root(tx, room, thread)
        card = await events.get(tx, room, thread) if found is None else None
        if card is not None and card.kind is EventKind.CONVERSATION and card.conversation is not None:
            # A card that was posted anew since: its thread is there, and people go on in it.
            found = await conversations.get(tx, card.conversation)
    elif replied is not None and replied.conversation is not None:
        found = await conversations.get(tx, replied.conversation)
    return found


async def load_reaction(
    tx: Tx, input: Reaction, instance: Instance, signer: Signer, now: datetime, encrypted: AbstractSet[RoomId]
) -> Reacted | Turned:
    """The reaction's target, and the needs of the command that it stands for."""
    target = await events.get(tx, input.room, input.target)
    beside = beside_of(target)
    command = wanted(beside, bare_emoji(input.emoji))
    if beside is not None and command and uses(instance, input.room):
        return await _load_turned(tx, input, beside, command, instance, signer, now)
    found = await _reacted_on(tx, input, target, instance)
    conversation, mailbox = found if found is not None else (None, None)
    is_joined, led = await dialogues.of(tx, input.room, input.sender, now)
    asked = replace(
        _given_by_hand(input, instance, signer, now, is_joined=is_joined),
        reading=_by_hand(mailbox, target, input),
        here=conversation,
        about=(conversation,) if conversation is not None else (),
        target=target,
        dialogues=led,
        is_anything_encrypted=any(uses(instance, room) for room in encrypted),
    )
    if mailbox is None or target is None:
        if target is None or not _means(target, input, instance, also=_SAID_BY_HAND):
            return Reacted(asked, None)
        left = await _left(tx, target, instance)
        return Reacted(replace(asked, elsewhere=left, thread=left.card if left is not None else None), None)
    if is_answer(target, input.emoji):
        put = await dialogues.get(tx, DialogueId(target.mail)) if target.mail else None
        # Where the question stands in the main timeline, there is no thread.
        question = question_of(put)
        is_apart = question is not None and question.is_apart
        asked = replace(asked, dialogues=(put,) if put is not None else (), here=None if is_apart else asked.here)
    asked = replace(asked, facts=await load_needs(Reach(tx, instance, now), needs_of_hand(asked)))
    return Reacted(asked, mailbox)


def _given_by_hand(input: Reaction, instance: Instance, signer: Signer, now: datetime, *, is_joined: bool) -> Asked:
    """Who reacted, to what and when; nothing is read into it yet."""
    return Asked(
        instance=instance,
        signer=signer,
        person=input.sender,
        room=input.room,
        key=input.key,
        event=input.target,
        said_at=input.at,
        now=now,
        reading=Talk(),
        is_joined=is_joined,
        is_by_hand=True,
        room_encrypted=input.room_encrypted,
        table=TABLE,
    )


async def _load_turned(
    tx: Tx, input: Reaction, beside: Beside, command: str, instance: Instance, signer: Signer, now: datetime
) -> Turned:
    """The needs of the page beside the one that somebody reacted to, shown where that one stands."""
    is_joined, _ = await dialogues.of(tx, input.room, input.sender, now)
    there = await _those_here(tx, (beside.thread,), input.room, instance) if beside.thread is not None else ()
    asked = replace(
        _given_by_hand(input, instance, signer, now, is_joined=is_joined),
        here=there[0] if there else None,
        thread=beside.under,
    )
    if beside.thread is not None and not there:
        return Turned(asked)
    asked = await _with_conversations(tx, as_said(asked, command, input.target))
    reach = Reach(tx, instance, now)
    asked = replace(asked, facts=await load_needs(reach, needs_of_people_turned(asked)))
    return Turned(replace(asked, facts=asked.facts | await load_needs(reach, needs_of_turned(asked))))


def _by_hand(mailbox: MailboxSettings | None, target: KnownEvent | None, input: Reaction) -> Reading:
    return Talk() if mailbox is None or target is None else by_hand(mailbox, target, input.emoji)


async def _reacted_on(
    tx: Tx, input: Reaction, target: KnownEvent | None, instance: Instance
) -> tuple[Conversation | None, MailboxSettings] | None:
    """The conversation that a reaction with a meaning is about; a question may be about no single one."""
    if target is not None and target.conversation is None and is_answer(target, input.emoji):
        ours = instance.in_room(input.room)
        return (None, ours[0]) if ours else None
    if target is None or target.conversation is None:
        return None
    if not _means(target, input, instance):
        return None
    found = await _served_here(tx, target.conversation, input.room, instance)
    if found is None or is_answer(target, input.emoji):
        return found
    meaning = meaning_of(found[1], input.emoji)
    return found if meaning is not None and await _is_meant(tx, meaning, target, found[0]) else None


async def _is_meant(tx: Tx, meaning: Meaning, target: KnownEvent, conversation: Conversation) -> bool:
    """Whether a reaction with a meaning has one there; only of two does that take a look."""
    record, is_draft = None, False
    if meaning in (Meaning.APPROVE, Meaning.DISCARD) and target.kind is EventKind.MAIL and target.mail is not None:
        record = await mails.get(tx, target.mail)
    elif meaning is Meaning.DISCARD and conversation.draft is not None:
        words = conversation.draft.source
        is_draft = target.event == words or (target.room, target.event) == await slots.get(tx, draft_slot(conversation))
    return not is_moot(meaning, record, is_draft=is_draft)


def _means(
    target: KnownEvent, input: Reaction, instance: Instance, also: AbstractSet[Meaning] = frozenset(Meaning)
) -> bool:
    """Whether a reaction on such an event is an answer, or has one of these meanings in some mailbox of the room."""
    if is_answer(target, input.emoji):
        return True
    means = any(meaning_of(mailbox, input.emoji) in also for mailbox in instance.in_room(input.room))
    return means and target.kind is not EventKind.QUESTION


async def _served_here(
    tx: Tx, number: ConversationId, room: RoomId, instance: Instance
) -> tuple[Conversation, MailboxSettings] | None:
    """A conversation that goes on in this room, with its mailbox."""
    conversation = await conversations.get(tx, number)
    mailbox = instance.mailbox(conversation.mailbox) if conversation is not None else None
    if conversation is None or mailbox is None or not belongs(conversation, room, instance):
        return None
    return conversation, mailbox


async def load_edited(
    tx: Tx, input: MessageEdited, instance: Instance, signer: Signer, now: datetime
) -> EditedSnapshot:
    """The effects of a message that was edited."""
    room, target = input.room, input.target
    record, dialogue = await _made_of(tx, target)
    question = question_of(dialogue)
    numbers = [one.conversation for one in (record, question) if one is not None]
    source = target if dialogue is not None else None
    is_joined, led = await dialogues.of(tx, room, input.sender, now)
    found = await _those_here(tx, numbers, room, instance)
    work = [await load_work(tx, one, instance, input.sender, now, source=source) for one in found]
    known = await events.get(tx, room, target)
    return EditedSnapshot(
        instance=instance,
        signer=signer,
        reading=read_edit(input, bot=instance.bot),
        is_joined=is_joined,
        work=tuple(work),
        record=record if work else None,
        dialogue=dialogue if work or (dialogue is not None and _waits_in(dialogue, room)) else None,
        others=led,
        target=known,
        drafted=await _drafted(tx, known, instance),
        person_notes=await person_notes.by_event(tx, target)
        if known is None or known.kind is EventKind.COMMAND
        else (),
        elsewhere=await _left(tx, known, instance) if not work else None,
    )


async def load_redacted(tx: Tx, input: Redacted, instance: Instance, now: datetime) -> DeletedSnapshot | TakenAway:
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
    about = {one.id: one for one in await _those_here(tx, numbers, room, instance)}
    away = next((deed for deed in done if deed.conversation not in about and deed.before.room == room), None)
    # A deletion counts in its own room: in another one it ends nothing.
    done = tuple(deed for deed in done if deed.conversation in about)
    moving = [about[deed.conversation] for deed in done if _moves_mail(deed, about.get(deed.conversation))]
    # Of the main timeline no message is known.
    may_be_command = known is None or known.kind is EventKind.COMMAND
    of_record = about.get(record.conversation) if record is not None else None
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
        card_of=await _of_card(tx, known, instance),
        drafted=await _drafted(tx, known, instance),
        canned=await canned.by_event(tx, target) if may_be_command else (),
        signatures=await signatures.by_event(tx, target) if may_be_command else (),
        blocked=await blocking.by_event(tx, target) if may_be_command else (),
        rules=await house_rules.by_event(tx, target) if may_be_command else (),
        teams=await teams.by_event(tx, target) if may_be_command else (),
        persons=await persons.by_event(tx, target) if may_be_command else (),
        person_notes=await person_notes.by_event(tx, target) if may_be_command else (),
        members=await _members(tx, room, done, about),
        leaving=await _leaving(tx, done, about, instance),
        is_edit=edited is not None,
        away=await _away(tx, away, room, instance, now) if away is not None else None,
        left_card=await _left_card(tx, known, instance),
    )


async def _members(
    tx: Tx, room: RoomId, done: Sequence[Deed], about: Mapping[ConversationId, Conversation]
) -> tuple[UserId, ...]:
    """The members, where what is taken back may be of one who left."""
    concerned = [deed for deed in done if deed.before.assignee or may_be_absent(about[deed.conversation])]
    return tuple(user for user, _ in await members.joined(tx, room)) if concerned else ()


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


async def _away(tx: Tx, deed: Deed, room: RoomId, instance: Instance, now: datetime) -> Away | None:
    """The conversation that a command of this room moved into another one, where that still is its place."""
    one = await conversations.get(tx, deed.conversation)
    home = instance.mailbox(deed.before.mailbox) if deed.before.mailbox is not None else None
    if one is None or home is None or home.room != room or instance.mailbox(one.mailbox) is None:
        return None
    if (one.room, one.mailbox) != (deed.after.room, deed.after.mailbox):
        return None
    ground = await load_ground(tx, GroundFor(one, home.id, home.room))
    return Away(one, deed, await load_outgoing(tx, one, instance), ground)


async def _left_card(tx: Tx, known: KnownEvent | None, instance: Instance) -> ConversationId | None:
    if known is None or known.kind is not EventKind.CONVERSATION:
        return None
    left = await _left(tx, known, instance)
    return left.number if left is not None else None


async def _made_of(tx: Tx, message: EventId) -> tuple[MailRecord | None, Dialogue | None]:
    """The mail that was made from a message, and the dialogue in which its author was asked back about it."""
    dialogue = await dialogues.about(tx, message)
    record = await mails.by_source(tx, message)
    question = question_of(dialogue)
    if record is None and question is not None and question.is_used:
        # The same command again has confirmed it.
        record = await mails.get(tx, question.row)
    return record, dialogue


def _waits_in(dialogue: Dialogue, room: RoomId) -> bool:
    """Whether it is about a command that waits for ✅, and led in this room."""
    return yes_of(dialogue) is not None and dialogue.room == room


def _moves_mail(deed: Deed, conversation: Conversation | None) -> bool:
    """Whether taking the deed back may bring mails into Junk, or out of it."""
    statuses = (deed.before.status, deed.after.status)
    return conversation is not None and Status.SPAM in (*statuses, conversation.status)


async def _those_here(
    tx: Tx, numbers: Sequence[ConversationId], room: RoomId, instance: Instance
) -> tuple[Conversation, ...]:
    """The conversations, of these, that go on in this room."""
    known = {one.id: one for one in await conversations.several(tx, tuple(dict.fromkeys(numbers)))}
    wanted = (known[number] for number in dict.fromkeys(numbers) if number in known)
    return tuple(one for one in wanted if belongs(one, room, instance))


async def _incoming(tx: Tx, conversations_of: Sequence[Conversation]) -> dict[ConversationId, tuple[MailRecord, ...]]:
    found = await mails.of_conversations(tx, [one.id for one in conversations_of])
    return {number: tuple(r for r in every if r.direction is Direction.IN) for number, every in found.items()}


async def _of_card(tx: Tx, known: KnownEvent | None, instance: Instance) -> Conversation | None:
    """The conversation whose card an event is, unless another card took its place."""
    if known is None or known.kind is not EventKind.CONVERSATION or known.conversation is None:
        return None
    found = await conversations.get(tx, known.conversation)
    is_it = found is not None and found.root == known.event and belongs(found, known.room, instance)
    return found if is_it else None


async def _drafted(tx: Tx, known: KnownEvent | None, instance: Instance) -> Drafted | None:
    """The draft that the words of this message are, while it or its mail waits."""
    if known is None or known.kind is not EventKind.COMMAND or known.conversation is None:
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
    here = await _those_here(tx, (given.conversation,), given.room, instance)
    if not here:
        # The conversation went on in another room: what is undone in this one undoes nothing there.
        return TakenAway(given, None, instance)
    (one,) = here
    facts = await load_needs(Reach(tx, instance, now), needs_of_taking(given, one))
    return TakenAway(given, one, instance, facts)
