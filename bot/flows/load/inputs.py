"""Reads the few rows that an input names, and nothing else."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import datetime
from typing import assert_never

from bot.domain.authenticity import verdict_of
from bot.domain.blocking import keys_of
from bot.domain.board import BOARD_ROWS
from bot.domain.conversation import (
    Conversation,
    Direction,
    KnownEvent,
    MailRecord,
)
from bot.domain.dialogue import dialogue_of
from bot.domain.direct import DIGEST, QUIET
from bot.domain.due_snapshots import BoardSnapshot, DialogueSnapshot, SnoozeSnapshot
from bot.domain.happening import What
from bot.domain.house_rules import NOT_RULED, HouseRule, ruled
from bot.domain.ids import ConversationId, MessageRow, RoomId, UserId
from bot.domain.inputs import Input
from bot.domain.inputs.imported import ConversationImported, MailImported, RepliesImported
from bot.domain.inputs.inside import (
    BotStarted,
    ClientSecretEnds,
    ClockJumped,
    DatabasePutBack,
    EventsLost,
    Receipt,
    ServiceChanged,
    StatusDue,
    TimerDue,
)
from bot.domain.inputs.mail import FolderReset, FolderRole, MailArrived, MailUnreadable
from bot.domain.inputs.room import (
    Invited,
    MailboxGone,
    MailboxMoved,
    MemberChanged,
    RoomDescribable,
    RoomLost,
    RoomTrouble,
    RoomUpgraded,
)
from bot.domain.inputs.said import MessageEdited, Reaction, ReadUpTo, Redacted, TeamMessage, event_key
from bot.domain.inputs.trust import (
    IdentityTrouble,
    MemberIdentityChanged,
    ReaderCame,
    SessionCame,
    Undecryptable,
    anew_key,
)
from bot.domain.mailed import MAILED
from bot.domain.notices import TIMER as NOTICE
from bot.domain.participants import correspondent_of
from bot.domain.retention import RETENTION
from bot.domain.room_snapshots import LostSnapshot, RoomSnapshot, StartedSnapshot
from bot.domain.rules.answering import Goes, Ordinary, Refused, judged
from bot.domain.rules.autoreply import why_unasked
from bot.domain.rules.config_room import ADMIN_GONE, ALONE, READERS
from bot.domain.rules.continuing import begins_anew
from bot.domain.rules.flood import WITHIN
from bot.domain.rules.learning_server import may_learn
from bot.domain.rules.moves import SNOOZE
from bot.domain.rules.notified import number_in
from bot.domain.rules.passing_on import as_written, owner_passing_on
from bot.domain.rules.rings import newest_slot
from bot.domain.rules.scheduling import LATER
from bot.domain.rules.told import needs_members
from bot.domain.rules.unread_edits import SLOT
from bot.domain.rules.weight import is_marked_spam
from bot.domain.settings import Instance
from bot.domain.signing import Signer
from bot.domain.snapshots import MailSnapshot, RepliesSnapshot, ServiceSnapshot, Snapshot
from bot.domain.stories.room import MOST_TOLD
from bot.domain.stories.started import started_slot
from bot.domain.stories.timer import greeting_slot
from bot.domain.stories.unread_edit import MOST_ANSWERED
from bot.domain.upgrades import uses
from bot.flows.load.again import load_again
from bot.flows.load.autoreply import load_autoreply
from bot.flows.load.codes import load_codes_in_files
from bot.flows.load.direct import has_access, load_direct, load_own_time
from bot.flows.load.edits import load_edited, load_redacted, load_unread
from bot.flows.load.forwarding import load_forwarding
from bot.flows.load.imported import load_carried, load_imported
from bot.flows.load.known_words import known_words
from bot.flows.load.mailed import as_noted, load_claim, load_mailed, with_own_files
from bot.flows.load.matched import load_matched, numbers_for
from bot.flows.load.missed import load_missed
from bot.flows.load.notices import load_notice
from bot.flows.load.opening import load_opening
from bot.flows.load.receipt import Gone, load_receipt, load_returned, waiting_in
from bot.flows.load.restored import load_restored
from bot.flows.load.retention import load_retention, was_here
from bot.flows.load.scheduled import load_scheduled
from bot.flows.load.sight import read_by
from bot.flows.load.space import load_space, load_space_of
from bot.flows.load.status import load_status
from bot.flows.load.team import load_message, load_reaction
from bot.flows.load.told_words import load_told
from bot.flows.load.twin import load_twin, stands_there
from bot.flows.load.work import load_leaving
from storage import (
    canned,
    condition,
    conversations,
    dialogues,
    floods,
    history,
    house_rules,
    lost,
    mails,
    members,
    outbox,
    pages,
    persons,
    rooms,
    seen,
    slots,
    spaces,
    teams,
    upgrades,
    vouching,
)
from storage.blobs import Blobs
from storage.database import Tx

CARDS_ANEW = 60
"""The most cards that are posted anew for people who cannot read the earlier ones."""


async def load(
    tx: Tx,
    input: Input,
    *,
    instance: Instance,
    signer: Signer,
    now: datetime,
    encrypted: AbstractSet[RoomId] = frozenset(),
    blobs: Blobs | None = None,
) -> Snapshot:
    """The snapshot for this kind of input; `encrypted`: the rooms that are known to be.

    Raises:
        Gone: there is nothing to decide.
    """
    match input:
        case MailArrived() | MailUnreadable():
            codes = await load_codes_in_files(input, instance, signer, now, blobs)
            known = await _mail(tx, input, instance, signer, now, blobs)
            return replace(known, codes_in_files=codes) if codes else known
        case MailImported(mail):
            return await load_imported(tx, mail, instance, signer, now)
        case ConversationImported():
            return await load_carried(tx, input, instance, signer)
        case RepliesImported(mailbox=about):
            return RepliesSnapshot(instance.bot, await canned.of(tx, (about,)))
        case FolderReset():
            return ServiceSnapshot(instance, instance.mailbox(input.mailbox))
        case TeamMessage():
            return await load_message(tx, input, instance, signer, now, encrypted, blobs)
        case MessageEdited():
            return await load_edited(tx, input, instance, signer, now)
        case Redacted():
            return await load_redacted(tx, input, instance, now, encrypted)
        case Reaction():
            return await load_reaction(tx, input, instance, signer, now, encrypted)
        case Receipt():
            return await load_receipt(tx, input, instance, now)
        case MemberChanged():
            gone = input.membership not in ("join", "invite")
            assigned = await conversations.assigned_to(tx, input.room, input.user) if gone else ()
            organisation = await spaces.organisation_of(tx, input.room)
            homes = [one.id for one in instance.in_room(input.room)] if gone else []
            leaving = await load_leaving(tx, homes, input.user, instance)
            may_lose = gone and instance.direct_with(input.user) is not None
            is_in = may_lose and await has_access(tx, instance, input.user, besides=input.room)
            present = await members.people(tx, input.room) if gone and instance.run_in(input.room) else ()
            staying = await members.people(tx, input.room) if assigned or leaving else ()
            return RoomSnapshot(
                instance,
                None,
                assigned,
                False,
                organisation,
                leaving=leaving,
                staying=tuple(one for one in staying if one != input.user),
                has_access=is_in,
                present=present,
                missed=await load_missed(tx, input, instance, signer, now, encrypted),
            )
        case ReadUpTo():
            return await _load_read(tx, input, instance)
        case MailboxMoved(moved, room):
            waiting = await waiting_in(tx, room, (moved,))
            return RoomSnapshot(instance, None, (), False, moving=waiting)
        case RoomUpgraded():
            return RoomSnapshot(instance, None, (), False, upgrade=await upgrades.get(tx, input.room))
        case Invited():
            whose, upgrade = await spaces.organisation_of(tx, input.room), await upgrades.towards(tx, input.room)
            earlier, is_in = await rooms.waiting(tx, input.room), await has_access(tx, instance, input.inviter)
            return RoomSnapshot(instance, None, (), False, whose, upgrade=upgrade, waiting=earlier, has_access=is_in)
        case RoomTrouble():
            return RoomSnapshot(instance, None, (), False, await spaces.organisation_of(tx, input.room))
        case RoomDescribable(room):
            return RoomSnapshot(instance, None, (), False, in_space=await load_space_of(tx, room, instance))
        case MemberIdentityChanged(user):
            ours = dict.fromkeys(room for one in instance.mailboxes for room in (one.room, one.config_room) if room)
            ours[instance.config_room] = None
            theirs = [room for room in ours if room in encrypted and await members.is_joined(tx, room, user)]
            return RoomSnapshot(instance, None, (), False, rooms=tuple(theirs))
        case SessionCame(room=room):
            return RoomSnapshot(instance, None, (), False, is_settled=await seen.was_seen(tx, anew_key(room, now)))
        case ReaderCame(room=room):
            told = 0
            while told <= MOST_TOLD and await seen.was_seen(tx, input.turn_key(told, now)):
                told += 1
            is_settled = await seen.was_seen(tx, anew_key(room, now))
            towards = await upgrades.towards(tx, room)
            return RoomSnapshot(instance, None, (), False, is_settled=is_settled, turn=told, upgrade=towards)
        case RoomLost() | IdentityTrouble() | MailboxGone():
            return RoomSnapshot(instance, None, (), False)
        case Undecryptable(room=room, sender=sender, replaces=replaced):
            is_joined = await members.is_joined(tx, room, sender)
            is_done = await seen.was_seen(tx, event_key(input.room, input.event))
            turn = 0
            while turn < MOST_ANSWERED and await seen.was_seen(tx, input.turn_key(turn, now)):
                turn += 1
            is_explained = await seen.was_seen(tx, input.session_key)
            changes = await load_unread(tx, input, replaced, instance) if replaced and is_joined else None
            return RoomSnapshot(
                instance,
                None,
                (),
                False,
                is_joined=is_joined,
                is_settled=is_done,
                is_explained=is_explained,
                turn=turn,
                changes=changes,
            )
        case TimerDue():
            return await _timer(tx, input, instance, signer, now, encrypted, blobs)
        case ClockJumped() | ClientSecretEnds():
            return ServiceSnapshot(instance, None)
        case ServiceChanged():
            mailbox = instance.mailbox(input.mailbox) if input.mailbox else None
            return ServiceSnapshot(instance, mailbox, await condition.outage(tx, input.service, input.of))
        case StatusDue(mailbox=about):
            return (await load_status(tx, (about,), await condition.shown(tx), instance))[0]
        case BotStarted():
            found = await condition.of_mailboxes(tx, [one.id for one in instance.mailboxes])
            apart = (instance.config_room, *instance.told_apart(instance.mailboxes))
            lines = {room: await slots.known_event(tx, started_slot(room)) for room in dict.fromkeys(apart)}
            return StartedSnapshot(instance, found, {room: line for room, line in lines.items() if line is not None})
        case EventsLost(conversations=concerned, again=again):
            return LostSnapshot(instance, await _with_mails(tx, concerned), await load_again(tx, again))
        case DatabasePutBack(own=own):
            return await load_restored(tx, own, instance)
        case _ as unreachable:
            assert_never(unreachable)


async def _with_mails(
    tx: Tx, numbers: Sequence[ConversationId]
) -> tuple[tuple[Conversation, tuple[MailRecord, ...]], ...]:
    found = []
    for number in numbers:
        conversation = await conversations.get(tx, number)
        if conversation is not None:
            found.append((conversation, tuple(await lost.newest_mails(tx, number))))
    return tuple(found)


async def _over_since(tx: Tx, conversation: Conversation) -> datetime:
    """When it was closed, or our last answer in it left, whichever is later; what is known of one that was brought in
    is when it changed."""
    ours = await mails.newest(tx, conversation.id, Direction.OUT)
    closed = await history.last(tx, conversation.id, What.CLOSED.key)
    times = [at for at in (closed, ours.date if ours is not None else None) if at is not None]
    return min(max(times), conversation.changed_at) if times else conversation.changed_at


async def _mail(
    tx: Tx,
    input: MailArrived | MailUnreadable,
    instance: Instance,
    signer: Signer,
    now: datetime,
    blobs: Blobs | None,
) -> MailSnapshot:
    mailbox = instance.also_removed(input.place.mailbox)
    if mailbox is None:
        raise Gone(input.place.mailbox)
    passer = owner_passing_on(input.mail, instance)
    if passer is not None and not await members.is_joined(tx, mailbox.room, passer):
        passer = None
    input = as_written(input, mailbox, is_by_member=passer is not None)
    claim = await load_claim(tx, input, mailbox, instance, signer, now)
    if claim is not None and not isinstance(of_it := judged(input, claim, mailbox, now), Ordinary):
        if isinstance(of_it, Goes) or (isinstance(of_it, Refused) and of_it.may_send):
            claim = replace(claim, told=await load_told(tx, claim, input.mail, instance, signer))
        claim = await with_own_files(claim, input.mail, instance, blobs)
        return MailSnapshot(
            instance, mailbox, signer, None, (), None, claim.conversation, None, ConversationId(0), (), claim=claim
        )
    mail = input.mail
    role, own_addresses = input.place.role, mailbox.own_addresses
    announced = await _announced(tx, input)
    matched = await load_matched(tx, input, mailbox, instance, signer, announced)
    copy_of, same_id, conversation = matched.copy_of, matched.same_id, matched.conversation
    is_blocked, rules = False, tuple[HouseRule, ...]()
    if role is not FolderRole.SENT:
        is_blocked, rules = await house_rules.standing(tx, mailbox.id, keys_of(mail, own_addresses))
    is_new = not (copy_of or announced or same_id) and role is not FolderRole.SENT
    if conversation is not None and is_new and await stands_there(tx, mail, mailbox, role, conversation, instance):
        return MailSnapshot(instance, mailbox, signer, None, (), None, None, None, ConversationId(0), (), was_here=True)
    continues = None
    if mailbox.new_after_days and conversation and not (copy_of or announced or is_blocked or same_id):
        has_begun = (await numbers_for(tx, mail.message_id, mailbox.room))[1] is not None
        over = await _over_since(tx, conversation)
        if begins_anew(conversation, mailbox, input, now, over_since=over, has_begun=has_begun):
            continues, conversation = conversation, None
    bounced = None
    named = matched.match.record if matched.match is not None else None
    if mail.is_bounce and named is not None:
        bounced = named if named.direction is Direction.OUT and not named.is_auto_answer else None
    opens = conversation is None and copy_of is None
    if opens and not same_id and await was_here(tx, mailbox.id, input, now):
        return MailSnapshot(instance, mailbox, signer, None, (), None, None, None, ConversationId(0), (), was_here=True)
    is_automatic, is_list = mail.is_auto_reply, mail.is_bulk
    asks = correspondent_of(mail, own_addresses, is_automatic=is_automatic, is_list=is_list).address
    by = ruled(rules, mail) if opens else NOT_RULED
    following, given = await numbers_for(tx, mail.message_id, mailbox.room) if opens else (ConversationId(0), None)
    opens_with = None
    if not (is_blocked or is_marked_spam(input) or continues or given):
        opens_with = await load_opening(tx, by, mailbox, instance)
    at = opens_with or mailbox
    if opens_with is not None:
        following, given = await numbers_for(tx, mail.message_id, at.room)
        is_blocked, _ = await house_rules.standing(tx, at.id, keys_of(mail, own_addresses))
    earlier, note = await persons.known_of(tx, at.id, asks) if opens and asks else ((), "")
    most, since = mailbox.fold_after, now - WITHIN
    recent, newest = 0, None
    if most and conversation is not None:
        recent = await floods.came_since(tx, conversation.id, since, most)
    elif most and earlier:
        recent, newest = await floods.opened_since(tx, at.id, asks, verdict_of(mail, mailbox), since, most)
    known_one = (one,) if (one := conversation or continues) is not None else ()
    home = conversation.mailbox if conversation is not None else at.id
    # Whose answer came back may have left.
    tells_writer = bounced is not None and bounced.author is not None
    looks = by.assigns or tells_writer or needs_members(instance.choices, home, *known_one)
    twin = await load_twin(tx, mail, mailbox, at.room, instance) if opens else None
    known = MailSnapshot(
        ruled=by,
        opens_with=opens_with,
        teams=await teams.of(tx, (mailbox.id,)) if by.assigns else (),
        members=await members.people(tx, conversation.room if conversation else at.room) if looks else (),
        instance=instance,
        mailbox=mailbox,
        signer=signer,
        copy_of=copy_of,
        same_id=same_id,
        match=matched.match,
        conversation=conversation,
        bounced=bounced,
        newest=await _newest(tx, conversation),
        next_number=following if given is None else given,
        was_shown=given is not None,
        announced=announced,
        earlier=earlier,
        note=note,
        in_subject=await conversations.get(tx, number) if (number := number_in(mail.subject)) is not None else None,
        recent=recent,
        is_blocked=is_blocked,
        known_words=await known_words(tx, mail, conversation or continues, mailbox),
        twin=twin,
        continues=continues,
        returned=await load_returned(tx, bounced),
        claim=await as_noted(tx, claim, conversation, signer) if announced is None else claim,
        passer=passer,
        vouching=await vouching.of(tx, mailbox.id) if may_learn(input, mailbox) else None,
        waiting=await mails.waiting_in(tx, conversation.id) if conversation is not None else (),
        newest_of_sender=await conversations.get(tx, newest) if newest is not None and recent >= most else None,
    )
    may_answer = opens and why_unasked(known, input, now) is None
    if by.forwards or may_answer:
        hour, day = await mails.sent_lately(tx, mailbox.id, now)
        known = replace(known, sent_last_hour=hour, sent_last_day=day)
    if by.forwards:
        known = await load_forwarding(tx, known, mail)
    return await load_autoreply(tx, known, mail, now) if may_answer else known


async def _load_read(tx: Tx, input: ReadUpTo, instance: Instance) -> RoomSnapshot:
    read = await read_by(tx, input, instance.bot)
    known, until = read if read is not None else (None, None)
    number = known.conversation if known is not None else None
    about = await conversations.get(tx, number) if number is not None else None
    moved_to = about.room if about is not None and about.room != input.room else None
    return RoomSnapshot(instance, known, (), False, until=until, moved_to=moved_to)


async def _announced(tx: Tx, input: MailArrived | MailUnreadable) -> MailRecord | None:
    if not isinstance(input, MailArrived) or not input.is_late:
        return None
    place = input.place
    there = await mails.at_place(tx, place.mailbox, place.folder, place.uidvalidity, place.uid)
    return there if there is not None and not (there.raw or there.is_forgotten) else None


async def _newest(tx: Tx, conversation: Conversation | None) -> KnownEvent | None:
    """The newest event in the main timeline of the conversation's room, if it is ours."""
    return await slots.known_event(tx, newest_slot(conversation.room)) if conversation is not None else None


async def _timer(
    tx: Tx,
    input: TimerDue,
    instance: Instance,
    signer: Signer,
    now: datetime,
    encrypted: AbstractSet[RoomId],
    blobs: Blobs | None,
) -> Snapshot:
    kind, _, about = input.timer.partition(":")
    if kind == MAILED:
        return await load_mailed(tx, input.timer, instance, signer, now, encrypted, blobs)
    if kind == NOTICE:
        return await load_notice(tx, input, instance, signer, now, encrypted)
    if kind == "board":
        room = RoomId(about)
        board = await pages.open_board(tx, [m.id for m in instance.in_room(room)], BOARD_ROWS)
        return BoardSnapshot(instance, room, board)
    if kind == "anew":
        ours = [m.id for m in instance.in_room(RoomId(about))]
        opened = await conversations.to_do_in(tx, RoomId(about), ours, CARDS_ANEW)
        return RoomSnapshot(instance, None, (), False, moving=opened)
    if kind == "dialogue":
        return DialogueSnapshot(await dialogues.get(tx, dialogue_of(input.timer)))
    if kind == RETENTION:
        return await load_retention(tx, about, instance, now)
    if kind == SNOOZE:
        one = await conversations.get(tx, ConversationId(int(about)))
        home = instance.mailbox(one.mailbox) if one is not None else None
        present = await members.people(tx, one.room) if one is not None else ()
        return SnoozeSnapshot(one, home, instance, present)
    if kind in (QUIET, DIGEST):
        return await load_own_time(tx, UserId(about), instance, now, encrypted, with_lists=kind == DIGEST)
    if kind == LATER:
        return await load_scheduled(tx, MessageRow(int(about)), instance, now)
    if kind in (ADMIN_GONE, SLOT):
        return RoomSnapshot(instance, None, (), False)
    if kind in (ALONE, READERS):
        return RoomSnapshot(instance, None, (), False, present=await members.people(tx, RoomId(about)))
    if kind == "space":
        return await load_space(tx, about, instance)
    if kind == "greet":
        slot = greeting_slot(RoomId(about))
        # Filled, or on its way.
        is_greeted = await slots.get(tx, slot) is not None or await outbox.get_by_key(tx, slot) is not None
    else:
        is_greeted = False
    room = RoomId(about)
    waiting, towards = await rooms.waiting(tx, room), await upgrades.towards(tx, room)
    waits = waiting is not None and not uses(instance, room)
    found = RoomSnapshot(instance, None, (), waits, is_greeted=is_greeted, upgrade=towards, waiting=waiting)
    return await load_direct(tx, found, room) if kind == "greet" else found
