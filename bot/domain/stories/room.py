"""News of rooms: people come and go, mails are read, invitations come."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import assert_never

from bot.domain.calls import EnterRoom, QuitRoom
from bot.domain.conversation import Conversation, EventKind, KnownEvent, MailRecord, Status
from bot.domain.decision import NOTHING, Change, Decision, NeverTake, SetMember, SetReadUpTo, SetTimer
from bot.domain.direct import EndDirect
from bot.domain.effects import DescribeCommands, Do, Say, ShowPage
from bot.domain.house_changes import AddRoom, ForgetRoom
from bot.domain.ids import RoomId, UserId
from bot.domain.inputs import RoomInput
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
from bot.domain.inputs.said import ReadUpTo
from bot.domain.inputs.trust import IdentityTrouble, MemberIdentityChanged, ReaderCame, SessionCame, Undecryptable
from bot.domain.page import Block, Bullets, Page, Paragraph, RowOf
from bot.domain.read_places import AtLines, Everywhere, InThread, InTimeline, ReadPlace
from bot.domain.rights import proves_sight
from bot.domain.room_snapshots import RoomSnapshot
from bot.domain.rules import config_room, direct, moves, upgrade
from bot.domain.rules.direct import UNUSED_STAY
from bot.domain.rules.granting import left
from bot.domain.rules.not_theirs import kept_with
from bot.domain.rules.scheduling import line_of
from bot.domain.sentences import Sentence, sentence
from bot.domain.spaces import LinkRoom
from bot.domain.stories import spaces
from bot.domain.stories.undecryptable import decide_undecryptable
from bot.domain.upgrades import uses

MOST_TOLD = 20
"""People told one by one of those who come to a room in an hour, and of those who are shut out: whoever runs the
homeserver chooses how many there are."""
MOST_LEFT = 15
"""Conversations named of those that a leaving member had; the lists show the others."""


def decide_room(
    snapshot: RoomSnapshot,
    input: RoomInput,
    now: datetime,
) -> Decision:
    """The decision for news of a room or its people."""
    match input:
        case MemberChanged():
            return _member(snapshot, input, now)
        case ReadUpTo():
            return _read(snapshot, input)
        case Invited():
            return _invited(snapshot, input)
        case RoomLost():
            return _lost(snapshot, input)
        case RoomDescribable():
            return _powerful(snapshot, input)
        case RoomTrouble():
            return _trouble(snapshot, input)
        case RoomUpgraded():
            return upgrade.upgraded(snapshot, input) + direct.upgraded(snapshot, input)
        case MailboxGone(mailbox):
            return config_room.served_no_more(snapshot.instance, mailbox)
        case MailboxMoved():
            return upgrade.reconfigured(snapshot, input, now)
        case IdentityTrouble(trouble, device, fingerprint):
            return _tell_admins(snapshot, sentence(f"identity.{trouble}", device=device, fingerprint=fingerprint))
        case MemberIdentityChanged(user, master):
            key = "identity.member_new" if input.is_first else "identity.member_changed"
            key = key if master else "identity.member_gone"
            told = _tell_admins(snapshot, sentence(key, who=user, command=f"!trust {user}"))
            return told + _tell_them(snapshot, user, is_first=input.is_first)
        case ReaderCame():
            return _reader(snapshot, input, now)
        case SessionCame(room):
            return _posted_anew(snapshot, room, now)
        case Undecryptable():
            return decide_undecryptable(snapshot, input, now)
        case _ as unreachable:
            assert_never(unreachable)


def _member(snapshot: RoomSnapshot, input: MemberChanged, now: datetime) -> Decision:
    """The decision for a membership. Leaving the room is losing access: the person's conversations are free again."""
    is_joined = input.membership == "join"
    decision = Decision((SetMember(input.room, input.user, is_joined, input.display_name),))
    decision += spaces.of_member(snapshot, input, now) + direct.of_member(snapshot, input)
    if is_joined:
        return decision + upgrade.missed(snapshot, input, now)
    if input.membership == "invite":
        return decision
    decision += left(snapshot.instance, input.room, input.user, now)
    decision += config_room.left(snapshot.instance, input.room, input.user, snapshot.present, now)
    leaving = {work.conversation.id: work for work in snapshot.leaving}
    waited: list[MailRecord] = []
    for conversation in snapshot.assigned:
        free = moves.assign(conversation, None, actor=input.user, now=now)
        work = leaving.pop(conversation.id, None)
        if work is None:
            decision += free
            continue
        then = replace(work, conversation=replace(conversation, assignee=None))
        kept, mails = kept_with(free, then, input.user, "kept.left", by=None, now=now)
        decision, waited = decision + kept, [*waited, *mails]
    for work in leaving.values():
        kept, mails = kept_with(NOTHING, work, input.user, "kept.left", by=None, now=now)
        decision, waited = decision + kept, [*waited, *mails]
    if not (snapshot.assigned or waited):
        return decision
    return decision + Decision((), (ShowPage(input.room, _left(input.user, snapshot.assigned, waited)),))


def _left(user: UserId, had: Sequence[Conversation], waiting: Sequence[MailRecord]) -> Page:
    """What nobody has now that the member has left: a row for each, those to do first, and how many more there are; and
    what they wrote that does not leave any more.
    """
    free = sorted((replace(one, assignee=None) for one in had), key=lambda one: one.status is not Status.ACTIVE)
    rows = tuple(RowOf(one, with_mark=True) for one in free[:MOST_LEFT])
    blocks: list[Block] = [Bullets(rows)] if rows else []
    if len(free) > MOST_LEFT:
        blocks.append(Paragraph((sentence("member.left_more", count=len(free) - MOST_LEFT),)))
    if waiting:
        blocks.append(Paragraph((sentence("member.left_kept", count=len(waiting)),)))
        blocks.append(Bullets(tuple(line_of(one) for one in waiting[:MOST_LEFT])))
    title = sentence("member.left", who=user, count=len(free)) if free else sentence("member.gone", who=user)
    return Page(title, tuple(blocks), is_short=True)


def _read(snapshot: RoomSnapshot, input: ReadUpTo) -> Decision:
    known = snapshot.known
    if known is None or not proves_sight(snapshot.instance.bot, input.user, known.sender):
        return NOTHING
    read = [SetReadUpTo(input.room, input.user, known.event, at, place) for place, at in _places(snapshot, known)]
    every = [replace(one, place=Everywhere()) for one in read[:1] if input.is_unthreaded]
    # As the move took along what had been read before it.
    there = snapshot.moved_to
    moved = [replace(one, room=there) for one in read if there is not None and one.place != InTimeline()]
    return Decision((*read, *every, *moved))


def _places(snapshot: RoomSnapshot, known: KnownEvent) -> tuple[tuple[ReadPlace, datetime], ...]:
    """Where a receipt counts, and until when, the latest first."""
    until = snapshot.until or known.at
    match known.kind:
        case _ if known.conversation is None or known.kind is EventKind.ABOVE:
            return ((InTimeline(), until),)
        case EventKind.CONVERSATION:
            # What hangs on a card is in the main timeline (Matrix, "Threading"): it says nothing of the thread.
            return (InTimeline(), until), (InThread(known.conversation), known.at)
        case EventKind.NEWS:
            # A client that opens the room marks the newest line of it, also after the thread was read to its end.
            return (InTimeline(), until), (AtLines(known.conversation), known.at)
        case _:
            return ((InThread(known.conversation), until),)


def _invited(snapshot: RoomSnapshot, input: Invited) -> Decision:
    """The answer to an invitation: yes to admins, and to a chat of two with somebody of a mailbox's room; others are
    refused silently, so that nobody makes us answer.
    """
    instance, chat = snapshot.instance, snapshot.instance.direct_in(input.room)
    if chat is not None:
        # Who is invited is in the room no more, whether or not it was seen how that came.
        without = replace(instance, directs=tuple(one for one in instance.directs if one != chat))
        return Decision((EndDirect(input.room),)) + _invited(replace(snapshot, instance=without), input)
    about_upgrade = upgrade.invited(snapshot, input)
    if about_upgrade is not None:
        return about_upgrade
    about_direct = direct.invited(snapshot, input)
    if about_direct is not None:
        return about_direct
    if input.inviter not in snapshot.instance.admins:
        return Decision((), (Do(QuitRoom(input.room)),))
    has_use = uses(snapshot.instance, input.room) or bool(snapshot.organisation)
    unused = (AddRoom(input.room, input.inviter, input.at), SetTimer(f"unused:{input.room}", input.at + UNUSED_STAY))
    changes: tuple[Change, ...] = () if has_use else unused
    return Decision(changes, (Do(EnterRoom(input.room)),))


def _lost(snapshot: RoomSnapshot, input: RoomLost) -> Decision:
    mailboxes = snapshot.instance.in_room(input.room)
    changes: tuple[Change, ...] = (ForgetRoom(input.room),)
    if snapshot.instance.direct_in(input.room) is not None:
        changes = (EndDirect(input.room), *changes)
    decision = Decision(changes) + config_room.lost(snapshot.instance, input.room, "own_room.lost")
    if not mailboxes or input.room == snapshot.instance.config_room:
        return decision
    for room, those in snapshot.instance.told_apart(mailboxes).items():
        # Nobody can invite who is banned.
        told = sentence("room.lost", mailbox=those[0].name, who=input.by or "")
        if input.membership == "ban":
            told = sentence("room.banned", mailbox=those[0].name, bot=snapshot.instance.bot)
        mention = snapshot.instance.those_who_run(snapshot.instance.run_in(room))
        decision += Decision((), (Say(room, (told,), kind=EventKind.NOTICE, mention=mention),))
    return decision


def _powerful(snapshot: RoomSnapshot, input: RoomDescribable) -> Decision:
    """Do what waited for the power to write state in the room: describe commands, and name the space."""
    decision = NOTHING
    if input.missing or input.gone:
        decision += Decision((), (DescribeCommands(input.room, input.missing, input.gone),))
    organisation = snapshot.instance.organisation_of(input.room)
    if snapshot.in_space is not None and organisation:
        link = LinkRoom(organisation, snapshot.in_space, input.room, is_child=True)
        decision += Decision((), (Do(link),))
    return decision


def _trouble(snapshot: RoomSnapshot, input: RoomTrouble) -> Decision:
    """Tell the config room of the trouble, with the cure; people in the room itself may not be able to mend it."""
    instance = snapshot.instance
    own, mailboxes = instance.run_in(input.room), instance.in_room(input.room)
    is_config = not mailboxes and (own is not None or input.room == instance.config_room)
    trouble = "no_power_config" if input.trouble == "no_power" and is_config else input.trouble
    # In a config room that anybody reads nothing is told of the mailbox, also not that.
    apart = {instance.config_room: (own,)} if own is not None else instance.told_apart(mailboxes)
    says = []
    for room, those in (apart or {instance.config_room: ()}).items():
        name = ", ".join(m.address for m in those) or snapshot.organisation or input.room
        told = sentence(f"room.trouble.{trouble}", mailbox=name, room=input.room, bot=instance.bot)
        mention = instance.those_who_run(instance.run_in(room))
        says.append(Say(room, (told,), kind=EventKind.NOTICE, mention=mention))
    return Decision((), tuple(says))


def _tell_them(snapshot: RoomSnapshot, user: UserId, *, is_first: bool) -> Decision:
    """Tell a person of their new or changed identity, in one room and in clear, since they read nothing encrypted."""
    told = sentence("identity.yours_new" if is_first else "identity.yours_changed")
    rooms = snapshot.rooms[:1]
    return Decision((), tuple(Say(room, (told,), EventKind.NOTICE, mention=(user,), in_clear=True) for room in rooms))


def _posted_anew(snapshot: RoomSnapshot, room: RoomId, now: datetime) -> Decision:
    """Plan to post open conversations anew, at most once an hour, for people who cannot read earlier messages."""
    if not snapshot.instance.in_room(room):
        return NOTHING
    due = moves.anew_again(now) if snapshot.is_settled else now + moves.ANEW_PAUSE
    return Decision((SetTimer(moves.anew_timer(room), due, keep_earlier=True),))


def _reader(snapshot: RoomSnapshot, input: ReaderCame, now: datetime) -> Decision:
    """Tell the room who reads it from now on; mention the admins where something is wrong."""
    instance = snapshot.instance
    # A room that another is about to go on as is as good as ours.
    if not uses(instance, input.room) and snapshot.upgrade is None:
        return NOTHING
    turn = Decision((NeverTake(input.turn_key(snapshot.turn, now)),))
    anew = NOTHING if input.is_shut_out else _posted_anew(snapshot, input.room, now)
    if snapshot.turn > MOST_TOLD:
        return anew
    mention = instance.admins if input.is_shut_out else ()
    if snapshot.turn == MOST_TOLD:
        told = sentence("reader.shut_out_more" if input.is_shut_out else "reader.came_more")
    elif input.is_shut_out:
        told = sentence("reader.shut_out", who=input.user, bot=instance.bot)
    else:
        told = sentence(
            "reader.came" if input.by else "reader.came_by_rule", who=input.user, by=input.by or "", at=input.at
        )
    said = Decision((), (Say(input.room, (told,), kind=EventKind.NOTICE, mention=mention, in_thread=False),))
    return turn + said + anew


def _tell_admins(snapshot: RoomSnapshot, told: Sentence) -> Decision:
    config, admins = snapshot.instance.config_room, snapshot.instance.admins
    return Decision((), (Say(config, (told,), kind=EventKind.NOTICE, mention=admins),))
