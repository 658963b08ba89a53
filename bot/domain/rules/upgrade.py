"""A room was upgraded: an admin is asked, confirms, and the bot goes on in the new room once it has looked at it."""

from dataclasses import replace
from datetime import datetime

from bot.domain.calls import FollowUpgrade, QuitRoom, SendEvent
from bot.domain.conversation import EventKind
from bot.domain.decision import NOTHING, Change, Decision, SetTimer
from bot.domain.direct import quiet_timer
from bot.domain.effects import Do, Effect, Say, SayLinked, ShowCard
from bot.domain.house_changes import ForgetRoom, MoveMailbox, MoveRoom, SetUpgrade
from bot.domain.ids import ConversationId, RoomId, UserId
from bot.domain.inputs.room import Invited, MailboxMoved, MemberChanged, RoomUpgraded
from bot.domain.notices import AskAgain
from bot.domain.outcomes import AnyOutcome, Followed, Refused
from bot.domain.rights import server_of
from bot.domain.room_snapshots import RoomSnapshot
from bot.domain.rules import config_room
from bot.domain.rules.moves import refresh_board
from bot.domain.rules.quiet_hours import awake
from bot.domain.sentences import numbered, sentence
from bot.domain.settings import Instance
from bot.domain.snapshots import ReceiptSnapshot
from bot.domain.upgrades import UNFIT, RoomUpgrade, UpgradeState, call_name, is_room_id, uses

_OWN_WORDS = UNFIT | {"M_FORBIDDEN"}


def upgraded(snapshot: RoomSnapshot, input: RoomUpgraded) -> Decision:
    """Remember the upgrade and ask; a confirmed one that was not followed yet is tried again."""
    instance, known = snapshot.instance, snapshot.upgrade
    room, replacement = input.room, input.replacement
    apart = config_room.lost(instance, room, "own_room.upgraded")
    if apart.changes:
        # Who is in the other one is not known: somebody names it, or has a new one made.
        return apart
    if not uses(instance, room) or not is_room_id(replacement) or room == replacement:
        return NOTHING
    if known is not None and known.state is UpgradeState.FOLLOWED:
        return NOTHING
    if known is None or known.replacement != replacement:
        known = RoomUpgrade(room, replacement, input.by, UpgradeState.ASKED, input.at)
    elif input.by is not None:
        known = replace(known, by=input.by)
    saved: tuple[Change, ...] = (SetUpgrade(known),)
    if known.state is UpgradeState.CONFIRMED:
        return Decision(saved, (follow(instance, known),))
    return Decision(saved, (_question(instance, known),))


def _question(instance: Instance, upgrade: RoomUpgrade) -> SayLinked:
    who = upgrade.by or UserId("")
    kind = "mailbox" if instance.in_room(upgrade.room) else "config"
    told = sentence(
        f"upgrade.asked_{kind}",
        mailbox=_names(instance, upgrade.room),
        who=who,
        room=upgrade.replacement,
        name=call_name(instance, upgrade.room),
        bot=instance.bot,
        link="new_room",
    )
    if not upgrade.by:
        told = replace(told, key=f"{told.key}_unseen")
    return SayLinked(
        instance.config_room,
        told,
        upgrade.replacement,
        mention=instance.admins,
    )


def _names(instance: Instance, room: RoomId) -> str:
    return ", ".join(m.address for m in instance.in_room(room)) or room


def follow(instance: Instance, upgrade: RoomUpgrade) -> Do:
    """Our server may be in the new room already; else that of who upgraded it is, and the one that made it."""
    made_by = upgrade.replacement.partition(":")[2]
    servers = (server_of(instance.bot), server_of(upgrade.by) if upgrade.by else "", made_by)
    via = tuple(dict.fromkeys(server for server in servers if server))
    return Do(FollowUpgrade(upgrade.room, upgrade.replacement, via))


def invited(snapshot: RoomSnapshot, input: Invited) -> Decision | None:
    """The answer to an invitation into a room that replaces one of ours; None for any other invitation.

    Whoever invites: that the room is the right one was said by an admin, and is looked at.
    """
    upgrade = snapshot.upgrade
    if upgrade is None or not uses(snapshot.instance, upgrade.room):
        return None
    if upgrade.state is UpgradeState.CONFIRMED:
        return Decision((), (follow(snapshot.instance, upgrade),))
    # Before an admin has decided it stays open, so that nobody has to invite us twice.
    return None if input.inviter in snapshot.instance.admins else NOTHING


def followed(
    snapshot: ReceiptSnapshot, call: FollowUpgrade, ended: Decision, outcome: AnyOutcome, now: datetime
) -> Decision:
    """The new room was looked at. `ended` settles the call itself."""
    instance, upgrade = snapshot.instance, snapshot.upgrade
    if not isinstance(outcome, Followed | Refused):
        return ended
    is_wanted = upgrade is not None and upgrade.replacement == call.replacement and uses(instance, call.room)
    if upgrade is None or not is_wanted or upgrade.state is UpgradeState.FOLLOWED:
        # Decided otherwise meanwhile.
        is_stray = isinstance(outcome, Followed) and not uses(instance, call.replacement)
        return ended + Decision((), (Do(QuitRoom(call.replacement)),) if is_stray else ())
    if isinstance(outcome, Refused):
        return ended + _refused(instance, upgrade, outcome)
    return ended + _moved(snapshot, upgrade, outcome.people, now)


def _refused(instance: Instance, upgrade: RoomUpgrade, outcome: Refused) -> Decision:
    code = outcome.code
    told = sentence(
        f"upgrade.refused.{code}" if code in _OWN_WORDS else "upgrade.refused.other",
        mailbox=_names(instance, upgrade.room),
        code=code,
        name=call_name(instance, upgrade.room),
        bot=instance.bot,
        link="new_room",
    )
    say = SayLinked(instance.config_room, told, upgrade.replacement, mention=instance.admins)
    if code not in UNFIT:
        # An invitation may be all that is missing: the next one is taken at once.
        return Decision((), (say,))
    return Decision(
        (SetUpgrade(replace(upgrade, state=UpgradeState.ASKED)), ForgetRoom(upgrade.replacement)),
        (say,),
    )


def _moved(snapshot: ReceiptSnapshot, upgrade: RoomUpgrade, people: int, now: datetime) -> Decision:
    instance, old, new = snapshot.instance, upgrade.room, upgrade.replacement
    has_mailboxes = bool(instance.in_room(old))
    changes: list[Change] = [
        SetUpgrade(replace(upgrade, state=UpgradeState.FOLLOWED, at=now)),
        ForgetRoom(new),
        MoveRoom(old, new, tuple(m.id for m in (*instance.mailboxes, *instance.removed))),
    ]
    key = "upgrade.continues" if has_mailboxes else "upgrade.continues_config"
    effects: list[Effect] = [SayLinked(new, sentence(key, link="old_room"), old)]
    if has_mailboxes:
        changes.append(refresh_board(new, now))
    cards = [c for c in snapshot.moving if c.room == old]
    effects += [ShowCard(replace(c, room=new, root=None), is_backlog=True) for c in cards]
    config = new if old == instance.config_room else instance.config_room
    done = sentence("upgrade.done", mailbox=_names(instance, old), count=people)
    effects.append(Say(config, (done,), kind=EventKind.NOTICE, in_thread=False))
    return Decision(tuple(changes), tuple(effects))


def missed(snapshot: RoomSnapshot, input: MemberChanged, now: datetime) -> Decision:
    """Whoever comes to the new room later is mentioned for what they would have been told of there meanwhile; what
    waits for them, to be mailed or for the end of their quiet hours, is told as they chose."""
    if snapshot.missed is None:
        return NOTHING
    told, held = list[ConversationId](), Decision((AskAgain(input.user),))
    if snapshot.missed.has_held:
        held += Decision((SetTimer(quiet_timer(input.user), now),))
    for one in snapshot.missed.conversations:
        people, later = awake(snapshot.instance, (input.user,), one.id, now)
        told, held = told + [one.id for _ in people], held + later
    if not told:
        return held
    words = sentence("upgrade.missed", count=len(told), numbers=numbered(sorted(told)))
    say = Say(input.room, (words,), EventKind.NOTICE, in_thread=False, mention=(input.user,))
    return held + Decision((), (say,))


def reconfigured(snapshot: RoomSnapshot, input: MailboxMoved, now: datetime) -> Decision:
    """A mailbox has another room in config.yaml: its conversations follow, as after an upgrade.

    Nobody is asked: whoever writes that file runs the bot. Who is in the old room keeps no right in them.
    """
    instance, old = snapshot.instance, input.room
    mailbox = instance.mailbox(input.mailbox)
    if mailbox is None or mailbox.room == old:
        return NOTHING
    new = mailbox.room
    is_shared = uses(instance, old)
    changes: list[Change] = [MoveMailbox(mailbox.id, old, new, is_shared), refresh_board(new, now)]
    if is_shared:
        changes.append(refresh_board(old, now))
    effects: list[Effect] = [ShowCard(replace(c, room=new, root=None), is_backlog=True) for c in snapshot.moving]
    told = sentence("mailbox.moved", mailbox=mailbox.address, count=len(snapshot.moving))
    effects.append(Say(instance.told_in(mailbox), (told,), kind=EventKind.NOTICE, in_thread=False))
    return Decision(tuple(changes), tuple(effects))


def pointer(snapshot: ReceiptSnapshot, card: SendEvent, number: ConversationId) -> tuple[SayLinked, ...]:
    """The first words in a thread of a conversation from another room: a link to its earlier messages."""
    earlier = snapshot.earlier_card
    if earlier is None or earlier.room == card.room:
        return ()
    return (
        SayLinked(
            card.room,
            sentence("upgrade.thread_before", link="old_thread"),
            earlier.room,
            thread=earlier.event,
            conversation=number,
        ),
    )
