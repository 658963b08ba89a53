"""The end of a mail to a member: nobody waits for it, so that it is told only where its owner has to do something."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from bot.domain.addresses import normal
from bot.domain.calls import SubmitToMember
from bot.domain.conversation import EventKind
from bot.domain.decision import NOTHING, CloseCall, Decision, RetryCall, SetTimer, together
from bot.domain.effects import Say
from bot.domain.ids import ConversationId, MailboxId, UserId
from bot.domain.inputs.inside import Receipt
from bot.domain.notices import timer_of
from bot.domain.outcomes import OUTDATED, WITHDRAWN, MailAccepted, Refused, TryLater, Unknown
from bot.domain.own_addresses import MOST_BOUNCES, OwnAddress, SaveAddress, with_return
from bot.domain.retry import GiveUp, next_mail_try
from bot.domain.rules.quiet_hours import awake
from bot.domain.sentences import Sentence, numbered, sentence
from bot.domain.settings import Instance
from bot.domain.signing import Notified
from bot.domain.snapshots import ReceiptSnapshot

_DEFERRED: Final = "deferred"
_CLOSING: Final = "421"
"""The whole server says so (RFC 5321 3.8), of no address."""


def decide_mailed(snapshot: ReceiptSnapshot, call: SubmitToMember, input: Receipt, now: datetime) -> Decision:
    """Settle the call. What may have left is never sent again."""
    match input.outcome:
        case MailAccepted(refused=refused) if refused:
            return _refused(snapshot, call, now)
        case MailAccepted(deferred=deferred) if deferred:
            return _later(snapshot, call, TryLater(_DEFERRED), now)
        case MailAccepted():
            return Decision((CloseCall(snapshot.effect, "done"),))
        case Refused(code=code) if code == WITHDRAWN:
            return Decision((CloseCall(snapshot.effect, "cancelled"),)) + _code_ends(
                snapshot, call, now, "email.code_late"
            )
        case Refused(code=code) if code == OUTDATED:
            return Decision((CloseCall(snapshot.effect, "cancelled"),)) + _anew(snapshot, call, now)
        case Refused():
            return _refused(snapshot, call, now)
        case TryLater() as later:
            return _later(snapshot, call, later, now)
        case Unknown():
            return Decision((CloseCall(snapshot.effect, "unknown"),)) + _perhaps(snapshot, call, now)
        case _ as other:
            raise AssertionError(f"{type(other).__name__} for a mail to a member")


def _later(snapshot: ReceiptSnapshot, call: SubmitToMember, later: TryLater, now: datetime) -> Decision:
    due = next_mail_try(failures=snapshot.failures + 1, first_tried_at=snapshot.first_tried_at, now=now)
    if later.after is not None:
        # A fault of ours: its server was not asked.
        again = RetryCall(snapshot.effect, now + timedelta(seconds=later.after), counts=False, reason=later.reason)
        return Decision((again,))
    if _has_code(snapshot, call):
        one = of_address(snapshot.instance, call.person, normal(call.recipient))
        if isinstance(due, GiveUp) or not is_code_mailed(one, call, due):
            closed = Decision((CloseCall(snapshot.effect, "refused", later.reason),))
            return closed + _code_ends(snapshot, call, now, "email.code_late")
    if isinstance(due, GiveUp):
        closed = Decision((CloseCall(snapshot.effect, "refused", later.reason),)) + _not_mailed(snapshot, call, now)
        return closed + _put_off_for_long(snapshot, call, later, now)
    return Decision((RetryCall(snapshot.effect, due, counts=True, reason=later.reason),))


def _put_off_for_long(snapshot: ReceiptSnapshot, call: SubmitToMember, later: TryLater, now: datetime) -> Decision:
    """That its server took no mail to it until the end counts as a mail that came back; a server that was away does
    not, nor a mail of before its owner asked for a code."""
    one = of_address(snapshot.instance, call.person, normal(call.recipient))
    was_asked_since = one is not None and one.asked_at >= snapshot.first_tried_at
    is_of_address = later.reason == _DEFERRED or (later.reason.isdecimal() and later.reason != _CLOSING)
    if one is None or was_asked_since or later.is_outage or not is_of_address:
        return NOTHING
    return came_back(snapshot.instance, call.mailbox, one, now)


def _anew(snapshot: ReceiptSnapshot, call: SubmitToMember, now: datetime) -> Decision:
    """What else the mail told is not lost on them: it is made anew. Of a call of before they are told where to look."""
    about = snapshot.conversation
    if about is None and not call.others:
        return NOTHING
    if call.since is None and about is not None:
        told = sentence("notice.note_gone", number=about.id)
        return told_owner(snapshot.instance, call.mailbox, call.person, now, told)
    begun = call.begun(about.id if about is not None else None)
    # What was told of one before, with a mail of its own, is not told again because another has waited for longer.
    return Decision(tuple(SetTimer(timer_of(one, call.person, since), now) for one, since in begun))


def _refused(snapshot: ReceiptSnapshot, call: SubmitToMember, now: datetime) -> Decision:
    closed = Decision((CloseCall(snapshot.effect, "refused"),))
    if _has_code(snapshot, call):
        return closed + _code_ends(snapshot, call, now, "email.code_came_back")
    told, one = _not_mailed(snapshot, call, now), of_address(snapshot.instance, call.person, normal(call.recipient))
    return closed + told + (came_back(snapshot.instance, call.mailbox, one, now) if one is not None else NOTHING)


def _not_mailed(
    snapshot: ReceiptSnapshot,
    call: SubmitToMember,
    now: datetime,
    *,
    one: str = "notice.not_mailed",
    many: str = "notice.not_mailed_many",
) -> Decision:
    """Whoever chose to be mailed is mentioned by nothing else."""
    if call.since is None or snapshot.conversation is None:
        return NOTHING
    numbers = (snapshot.conversation.id, *map(ConversationId, call.others))
    return not_mailed(snapshot.instance, call.mailbox, call.person, numbers, now, one=one, many=many)


def _perhaps(snapshot: ReceiptSnapshot, call: SubmitToMember, now: datetime) -> Decision:
    """It may have left, and is never sent again: its person is told so. A code in it counts still."""
    if not _has_code(snapshot, call):
        return _not_mailed(snapshot, call, now, one="notice.perhaps_mailed", many="notice.perhaps_mailed_many")
    one = of_address(snapshot.instance, call.person, normal(call.recipient))
    if one is None or not is_code_mailed(one, call, now):
        return NOTHING
    return told_owner(snapshot.instance, call.mailbox, call.person, now, sentence("email.code_perhaps"))


def not_mailed(
    instance: Instance,
    mailbox: MailboxId,
    person: UserId,
    numbers: Sequence[ConversationId],
    now: datetime,
    *,
    one: str = "notice.not_mailed",
    many: str = "notice.not_mailed_many",
) -> Decision:
    """Whoever was to be mailed of these conversations is told where they stand; in their quiet hours, afterwards.

    Args:
        one, many: the sentences that say why.
    """
    held = together(awake(instance, (person,), number, now)[1] for number in numbers)
    if held != NOTHING:
        return held
    if len(numbers) == 1:
        return told_owner(instance, mailbox, person, now, sentence(one, number=numbers[0]), tells=numbers)
    named = sentence(many, count=len(numbers), numbers=numbered(sorted(numbers)))
    return told_owner(instance, mailbox, person, now, named, tells=numbers)


def code_came_back(
    instance: Instance, mailbox: MailboxId, one: OwnAddress, now: datetime, why: str = "email.code_came_back"
) -> Decision:
    """The mail with the code that counts came back, was refused, or waited too long: whoever waits for it is told at
    once what to do, also where the address is paused."""
    if not one.source:
        return NOTHING
    told = told_owner(instance, mailbox, one.person, now, sentence(why), is_own=True)
    return Decision((SaveAddress(replace(one, source="")),)) + told


def came_back(
    instance: Instance, mailbox: MailboxId, one: OwnAddress, now: datetime, told: Notified | None = None
) -> Decision:
    """A mail to an address of a member was refused, or came back. After a few the address is paused.

    Args:
        told: the mail that came back, which counts once, and not where its owner has asked for a code since: what left
            before that may come back for days. None: it was refused, and comes back no more.
    """
    if not one.is_used or (told is not None and int(told.at.timestamp()) <= int(one.asked_at.timestamp())):
        return NOTHING
    after = replace(one, bounces=one.bounces + 1) if told is None else with_return(one, told.mark)
    if after == one:
        return NOTHING
    changed = Decision((SaveAddress(after),))
    if not after.is_paused:
        return changed
    paused = sentence("email.paused", count=MOST_BOUNCES)
    return changed + told_owner(instance, mailbox, one.person, now, paused, is_own=True)


def arrived(instance: Instance, person: UserId, address: str) -> Decision:
    """Something came from an address of a member that only who got our mail there could send: they are counted anew.

    That a server took a mail is no sign of it: most bounces come later. A paused address stays so until its owner asks.
    """
    one = of_address(instance, person, address)
    if one is None or not one.bounces or not one.is_used:
        return NOTHING
    return Decision((SaveAddress(replace(one, bounces=0)),))


def is_mailed_to(one: OwnAddress | None) -> bool:
    """Whether a mail to a member still leaves for this address: while it is theirs. A code asks `is_code_mailed`."""
    return one is not None and one.is_used


def is_code_mailed(one: OwnAddress | None, call: SubmitToMember, at: datetime) -> bool:
    """Whether the code in a mail counts by then."""
    return one is not None and one.waits_at(at) and _is_asked_last(one, call)


def _is_asked_last(one: OwnAddress, call: SubmitToMember) -> bool:
    """Whether no other code was asked for since."""
    return bool(one.source) and call.code_of in ("", one.source)


def _has_code(snapshot: ReceiptSnapshot, call: SubmitToMember) -> bool:
    return snapshot.planned.conversation is None and call.since is None and not call.tells_of_answer


def _code_ends(snapshot: ReceiptSnapshot, call: SubmitToMember, now: datetime, key: str) -> Decision:
    """A code that was not mailed counts no more, and whoever asked for it is told what to do."""
    one = of_address(snapshot.instance, call.person, normal(call.recipient)) if _has_code(snapshot, call) else None
    if one is None or not _is_asked_last(one, call):
        return NOTHING
    return code_came_back(snapshot.instance, call.mailbox, one, now, key)


def told_owner(
    instance: Instance,
    mailbox: MailboxId,
    person: UserId,
    now: datetime,
    *told: Sentence,
    tells: Sequence[ConversationId] = (),
    is_own: bool = False,
) -> Decision:
    """A word to a member in Matrix: in their direct chat, else where the mailbox is, if they are there still. It rings
    not in quiet hours.

    Args:
        is_own: it tells of their own address, and nothing of the mailbox: if they left its room, it is said in that of
            another mailbox.
        tells: conversations of which it is news to them; where their chat does not take it they are told otherwise.
    """
    found, direct = instance.also_removed(mailbox), instance.direct_with(person)
    room = direct.room if direct is not None else found.room if found is not None else None
    if room is None:
        return NOTHING
    mention = () if instance.quiet_until(person, now) is not None else (person,)
    others = {one.room: None for one in instance.mailboxes if one.room != room} if is_own and direct is None else {}
    say = Say(
        room,
        told,
        EventKind.NOTICE,
        in_thread=False,
        mention=mention,
        only_for=person,
        or_in=tuple(others),
        tells=tuple(tells),
    )
    return Decision((), (say,))


def of_address(instance: Instance, person: UserId, address: str) -> OwnAddress | None:
    """The row of an address, in `normal` form, that the person says to be theirs."""
    return next((one for one in instance.addresses if (one.person, one.address) == (person, address)), None)
