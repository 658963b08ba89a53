"""Reads the rows for a decision on a member's message or reaction."""

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import datetime

from bot.domain.beside import Beside, beside_of, wanted
from bot.domain.command import Asked, Called, Reading, Talk
from bot.domain.commands.reading import read
from bot.domain.commands.table import TABLE
from bot.domain.conversation import (
    COMMANDS,
    Conversation,
    EventKind,
    KnownEvent,
)
from bot.domain.dialogue import question_of
from bot.domain.ground import Elsewhere
from bot.domain.ids import ConversationId, DialogueId, EventId, RoomId
from bot.domain.inputs.said import Reaction, TeamMessage
from bot.domain.needs import Needs
from bot.domain.rights import narrowed, needs_of_rights
from bot.domain.rules.pointed import LINES, meant_by_it, place_of
from bot.domain.rules.preparing import draft_slot
from bot.domain.rules.taking_back import WAITING
from bot.domain.settings import Instance, MailboxSettings, Meaning
from bot.domain.signing import Signer
from bot.domain.snapshots import Reacted, Turned
from bot.domain.stories.reaction import (
    bare_emoji,
    by_hand,
    is_answer,
    is_moot,
    meaning_of,
    needs_of_hand,
)
from bot.domain.stories.talking import confirms
from bot.domain.stories.team import needs_of, needs_of_people
from bot.domain.stories.turning import needs_of_people_turned, needs_of_turned
from bot.domain.upgrades import belongs, hears, is_read_in, uses
from bot.domain.within import Within
from bot.flows.load.direct import with_access
from bot.flows.load.lines import as_line, with_begun
from bot.flows.load.needs import Reach, load_needs
from bot.flows.load.turning import as_said, continued
from storage import (
    conversations,
    dialogues,
    events,
    mails,
    slots,
)
from storage.blobs import Blobs
from storage.database import Tx

_SAID_BY_HAND = frozenset(Meaning) - {Meaning.APPROVE, Meaning.DISCARD}
"""Meanings of reactions that people do not put on anything."""
_MOST_WAITING = 20
"""The newest mails of a conversation, among which one may wait for a reaction."""


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
    is_ours, instance, others = hears(instance, input.room), *_seen_from(instance, input.room)
    replied = await events.get(tx, input.room, input.reply_to) if input.reply_to else None
    is_joined, led = await dialogues.of(tx, input.room, input.sender, now) if is_ours else (False, ())
    if input.secret is not None:
        led = await dialogues.taking_secrets(tx, input.room)
    pointed = await _pointed(tx, replied) if is_ours else ()
    thread = await _thread(tx, input.room, input.thread, replied, pointed) if is_ours else None
    here = thread if thread is not None and is_read_in(thread, input.room, instance) else None
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
        pointed=pointed,
        thread=input.thread,
        file=input.file,
        is_secret=input.secret is not None or input.is_secret,
        room_encrypted=input.room_encrypted,
        was_encrypted=input.was_encrypted,
        session_trust=input.session_trust,
        dialogues=led,
        is_anything_encrypted=any(uses(instance, room) for room in encrypted),
        table=TABLE,
        others=others,
    )
    if replied is not None and replied.mail is not None and confirms(asked):
        # Also one whose time is over.
        put = await dialogues.get(tx, DialogueId(replied.mail))
        asked = replace(asked, dialogues=(put,) if put is not None else ())
    asked = await with_access(tx, asked, encrypted)
    if asked.within is not None:
        # What is replied to may be about a conversation elsewhere.
        asked = replace(asked, elsewhere=None)
    if not asked.is_joined:
        return asked
    asked = await _with_conversations(tx, await continued(tx, asked), replied)
    reach = Reach(tx, instance, now, blobs)
    return await _with_needs(reach, asked, needs_of_people, needs_of)


def _seen_from(instance: Instance, room: RoomId) -> tuple[Instance, tuple[MailboxSettings, ...]]:
    """What those in a room know of the instance, and the mailboxes of which they know nothing."""
    seen = instance.seen_from(room)
    return seen, () if seen is instance else tuple(one for one in instance.mailboxes if one not in seen.mailboxes)


async def _with_needs(reach: Reach, asked: Asked, *ladder: Callable[[Asked], Needs]) -> Asked:
    """With the facts that its rule reads: those that its rights hang on, then those of each step, which knows the ones
    before."""
    asked = narrowed(replace(asked, facts=await load_needs(reach, needs_of_rights(asked))))
    for needs in ladder:
        asked = replace(asked, facts=asked.facts | await load_needs(reach, needs(asked)))
    return asked


async def _with_conversations(tx: Tx, asked: Asked, replied: KnownEvent | None = None) -> Asked:
    """Add the conversations that the command is about; those of another room count as missing.

    Args:
        replied: the message of ours that was replied to; in a direct chat it may be about one of another room.
    """
    called = asked.reading
    if not isinstance(called, Called) or not called.command.is_about_conversations:
        return asked
    if asked.within is not None and not called.numbers and replied is not None and replied.conversation is not None:
        at = place_of(replied, asked.pointed)
        called = replace(called, numbers=(replied.conversation if at is None else at.id,))
    if not called.numbers:
        asked = await with_begun(tx, asked, called.command)
        return replace(asked, about=meant_by_it(asked, called.command))
    known = {one.id: one for one in await conversations.several(tx, called.numbers)}
    about = [known[number] for number in called.numbers if number in known and _may_be_named(known[number], asked)]
    found = {one.id for one in about}
    return replace(asked, about=tuple(about), missing=tuple(n for n in called.numbers if n not in found))


def _may_be_named(one: Conversation, asked: Asked) -> bool:
    if asked.within is None:
        return is_read_in(one, asked.room, asked.instance)
    return any(mailbox.id == one.mailbox and mailbox.room == one.room for mailbox in asked.within.mailboxes)


def _elsewhere(thread: Conversation | None, room: RoomId, card: EventId | None) -> Elsewhere | None:
    """The conversation of a thread in this room that went to another one."""
    return Elsewhere(thread.id, card) if thread is not None and thread.room != room else None


async def left_in(tx: Tx, known: KnownEvent | None, instance: Instance) -> Elsewhere | None:
    """The conversation of an event that stands in the thread which it left."""
    if known is None or known.conversation is None or not uses(instance, known.room):
        return None
    one = await conversations.get(tx, known.conversation)
    if one is None or one.room == known.room:
        return None
    card = await events.last_of_kind_in(tx, one.id, EventKind.CONVERSATION, known.room)
    return Elsewhere(one.id, card.event if card is not None else None)


async def those_here(
    tx: Tx, numbers: Sequence[ConversationId], room: RoomId, instance: Instance
) -> tuple[Conversation, ...]:
    """The conversations, of these, that go on in this room."""
    known = {one.id: one for one in await conversations.several(tx, tuple(dict.fromkeys(numbers)))}
    wanted = (known[number] for number in dict.fromkeys(numbers) if number in known)
    return tuple(one for one in wanted if belongs(one, room, instance))


async def _pointed(tx: Tx, target: KnownEvent | None) -> tuple[Conversation, ...]:
    """Where the mail is that an event shows or stands for, and as which that goes on."""
    if target is None or target.kind not in LINES:
        return ()
    if target.mail is not None:
        record = await mails.get(tx, target.mail)
    else:
        record = await mails.by_source(tx, target.event) if target.kind in COMMANDS else None
    one = await conversations.get(tx, record.conversation) if record is not None else None
    return () if one is None else await conversations.those_after(tx, one)


async def _thread(
    tx: Tx,
    room: RoomId,
    thread: EventId | None,
    replied: KnownEvent | None,
    pointed: tuple[Conversation, ...],
) -> Conversation | None:
    """The conversation of a thread, or of the message of ours that was replied to (thread-unaware clients): of a mail,
    the one in which it is by now. Also one that goes on in another room."""
    found: Conversation | None = None
    if thread is not None:
        found = await conversations.by_root(tx, room, thread)
        card = await events.get(tx, room, thread) if found is None else None
        if card is not None and card.kind is EventKind.CONVERSATION and card.conversation is not None:
            # A card that was posted anew since: its thread is there, and people go on in it.
            found = await conversations.get(tx, card.conversation)
    elif replied is not None and replied.conversation is not None:
        found = place_of(replied, pointed) or await conversations.get(tx, replied.conversation)
    return found


async def load_reaction(
    tx: Tx, input: Reaction, instance: Instance, signer: Signer, now: datetime, encrypted: AbstractSet[RoomId]
) -> Reacted | Turned:
    """The reaction's target, and the needs of the command that it stands for."""
    target = await as_line(tx, await events.get(tx, input.room, input.target))
    beside = beside_of(target)
    command = wanted(beside, bare_emoji(input.emoji))
    if beside is not None and command and hears(instance, input.room):
        return await _load_turned(tx, input, beside, command, instance, signer, now, encrypted)
    found = await _reacted_on(tx, input, target, instance)
    conversation, mailbox = found if found is not None else (None, None)
    pointed = await _pointed(tx, target) if mailbox is not None else ()
    is_joined, led = await dialogues.of(tx, input.room, input.sender, now)
    asked = replace(
        _given_by_hand(input, instance, signer, now, is_joined=is_joined),
        reading=_by_hand(mailbox, target, input),
        here=conversation,
        about=(conversation,) if conversation is not None else (),
        target=target,
        pointed=pointed,
        dialogues=led,
        is_anything_encrypted=any(uses(instance, room) for room in encrypted),
    )
    if mailbox is None or target is None:
        asked = await with_access(tx, asked, encrypted)
        if asked.within is not None:
            meant = await _meant_in_direct(tx, asked.within, target, input)
            return Reacted(replace(asked, about=(meant,) if meant is not None else ()), None)
        if target is None or not _means(target, input, instance, also=_SAID_BY_HAND):
            return Reacted(asked, None)
        left = await left_in(tx, target, instance)
        return Reacted(replace(asked, elsewhere=left, thread=left.card if left is not None else None), None)
    if is_answer(target, input.emoji):
        put = await dialogues.get(tx, DialogueId(target.mail)) if target.mail else None
        # Where the question stands in the main timeline, there is no thread.
        question = question_of(put)
        is_apart = question is not None and question.is_apart
        asked = replace(asked, dialogues=(put,) if put is not None else (), here=None if is_apart else asked.here)
    elif isinstance(asked.reading, Called):
        asked = replace(asked, about=meant_by_it(asked, asked.reading.command))
    asked = replace(asked, facts=await load_needs(Reach(tx, instance, now), needs_of_hand(asked)))
    return Reacted(asked, mailbox)


async def _meant_in_direct(tx: Tx, within: Within, target: KnownEvent | None, input: Reaction) -> Conversation | None:
    """The conversation that a message in a direct chat tells of, where the reaction means something there."""
    one = await conversations.get(tx, target.conversation) if target is not None and target.conversation else None
    mailbox = next((each for each in within.mailboxes if one is not None and each.id == one.mailbox), None)
    if one is None or mailbox is None or mailbox.room != one.room:
        return None
    meaning = meaning_of(mailbox, input.emoji)
    if meaning is None:
        return None
    if meaning in _SAID_BY_HAND:
        return one
    recent = await mails.recent(tx, one.id, _MOST_WAITING)
    return one if any(not is_moot(meaning, each, is_draft=False) for each in recent if each.state in WAITING) else None


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
    tx: Tx,
    input: Reaction,
    beside: Beside,
    command: str,
    instance: Instance,
    signer: Signer,
    now: datetime,
    encrypted: AbstractSet[RoomId],
) -> Turned:
    """The needs of the page beside the one that somebody reacted to, shown where that one stands."""
    instance, others = _seen_from(instance, input.room)
    is_joined, _ = await dialogues.of(tx, input.room, input.sender, now)
    thread = await conversations.get(tx, beside.thread) if beside.thread is not None else None
    here = thread if thread is not None and is_read_in(thread, input.room, instance) else None
    asked = replace(
        _given_by_hand(input, instance, signer, now, is_joined=is_joined),
        here=here,
        thread=beside.under,
        others=others,
    )
    asked = await with_access(tx, asked, encrypted)
    if beside.thread is not None and here is None:
        return Turned(asked)
    asked = await _with_conversations(tx, as_said(asked, command, input.target))
    reach = Reach(tx, instance, now)
    return Turned(await _with_needs(reach, asked, needs_of_people_turned, needs_of_turned))


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
    means = any(meaning_of(mailbox, input.emoji) in also for mailbox in instance.read_in(input.room))
    return means and target.kind is not EventKind.QUESTION


async def _served_here(
    tx: Tx, number: ConversationId, room: RoomId, instance: Instance
) -> tuple[Conversation, MailboxSettings] | None:
    """A conversation that is read in this room, with its mailbox."""
    conversation = await conversations.get(tx, number)
    mailbox = instance.also_removed(conversation.mailbox) if conversation is not None else None
    if conversation is None or mailbox is None or not is_read_in(conversation, room, instance):
        return None
    return conversation, mailbox
