"""Two conversations become one: the first stays closed and points on, later mail of both comes to the second."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.conversation import Conversation, Status
from bot.domain.decision import Decision
from bot.domain.happening import Happening, What
from bot.domain.ids import UserId
from bot.domain.participants import MOST_PARTICIPANTS
from bot.domain.rules.goes_to import listed
from bot.domain.rules.leading import led
from bot.domain.rules.moves import changed, timer_of, with_status
from bot.domain.sentences import Sentence, sentence
from bot.domain.tags import MOST_TAGS, with_tags


def goes_on(one: Conversation) -> Sentence:
    """What is said to somebody who works in a conversation that goes on as another one."""
    return sentence("error.goes_on", number=one.id, other=one.goes_on_as or 0)


def merged(one: Conversation, into: Conversation, *, actor: UserId, now: datetime) -> Decision:
    """`one` goes on as `into`, which takes over its people, tags, followers and what is to do."""
    closed = replace(with_status(one, Status.CLOSED), goes_on_as=into.id)
    decision = changed(one, closed, What.MERGED, actor=actor, now=now, detail=f"#{into.id}")
    both = _with(into, one, actor, now)
    if both == into:
        # Its history tells all the same what came to it.
        decision += Decision((), (), (Happening(What.JOINED, into, actor, now, f"#{one.id}"),))
    else:
        decision += changed(into, both, What.JOINED, actor=actor, now=now, detail=f"#{one.id}") + timer_of(both)
    whom = listed((*both.wishes.cc, *both.wishes.bcc))
    joined = (
        led(into, one, "merge.joined_copies", who=actor, whom=whom)
        if whom
        else led(into, one, "merge.joined", who=actor)
    )
    return decision + Decision((), (led(one, into, "merge.goes_on", who=actor), joined))


def split_off(one: Conversation, later: Sequence[Conversation], *, actor: UserId, now: datetime) -> Decision:
    """`one` goes on by itself again, in the status of before, and its copies are its own. What else those took over as
    which it went on (`later`, one after another) stays there.
    """
    after = replace(one, goes_on_as=None)
    back = one.status_before if one.status_before in (Status.ACTIVE, Status.PENDING) else Status.ACTIVE
    after = with_status(after, back)
    decision = changed(one, after, What.SPLIT_OFF, actor=actor, now=now, detail=f"#{one.goes_on_as}")
    # What goes on in another room is nothing to those of this one.
    later = [each for each in later if each.room == one.room]
    if not later:
        return decision
    if later[0].continues == one.id:
        # A late answer began it: its copies are its own.
        return decision + Decision((), (led(later[-1], one, "merge.split_off", who=actor),))
    # A chain may have that time of another one.
    alone = (_without_time(later[0], one),) if len(later) == 1 else later
    rest = [
        replace(each, wishes=each.wishes.without_copies(one.wishes).said(each.wishes, actor, now)) for each in alone
    ]
    for before, other in zip(later, rest, strict=True):
        if other != before:
            decision += changed(before, other, What.PARTED, actor=actor, now=now, detail=f"#{one.id}")
    last, gone = rest[-1], _copies_gone(later[-1], rest[-1])
    if gone:
        return decision + Decision((), (led(last, one, "merge.split_off_copies", who=actor, whom=gone),))
    return decision + Decision((), (led(last, one, "merge.split_off", who=actor),))


def _copies_gone(before: Conversation, after: Conversation) -> str:
    kept = (*after.wishes.cc, *after.wishes.bcc)
    return ", ".join(each.address for each in (*before.wishes.cc, *before.wishes.bcc) if each not in kept)


def _with_time(into: Conversation, one: Conversation) -> Conversation:
    """What was to come back at its time does so here, at the earlier one of both. `status_before` keeps what `into` was
    without that time, which may be taken off again; where it had one itself, that it is to come back.
    """
    own, until = into.snoozed_until if into.is_snoozed else None, one.snoozed_until
    before = into.status if own is None else Status.ACTIVE
    after = replace(with_status(into, Status.PENDING), status_before=before)
    is_earlier = own is None or (until is not None and until < own)
    return replace(after, snoozed_until=until, snoozed_by=one.snoozed_by) if is_earlier else after


def _without_time(other: Conversation, one: Conversation) -> Conversation:
    """Without the time that it had of `one` (`_with_time`)."""
    is_its_own = other.status_before not in (Status.CLOSED, Status.PENDING)
    if not other.is_snoozed or other.snoozed_until != one.snoozed_until or is_its_own:
        return other
    return replace(with_status(other, other.status_before), snoozed_until=None, snoozed_by=None)


def _with(into: Conversation, one: Conversation, actor: UserId, now: datetime) -> Conversation:
    tags, _, _ = with_tags(into.tags, one.tags, ())
    after = replace(
        into,
        participants=tuple(dict.fromkeys((*into.participants, *one.participants)))[:MOST_PARTICIPANTS],
        followers=tuple(dict.fromkeys((*into.followers, *one.followers))),
        tags=tags[:MOST_TAGS],
        assignee=into.assignee if into.assignee is not None else one.assignee,
        wishes=into.wishes.joined_by(one.wishes).said(into.wishes, actor, now),
        correspondent=into.correspondent if into.correspondent.address else one.correspondent,
    )
    if one.is_snoozed and after.status in (Status.CLOSED, Status.PENDING):
        return _with_time(after, one)
    is_to_do = one.status is Status.ACTIVE and not one.needs_nobody
    if not is_to_do:
        return after
    since = one.waiting_since
    if into.status is Status.ACTIVE and not into.needs_nobody:
        since = min(since, into.waiting_since)
    # An answer that was decided before answers none of the mails that came to the other one.
    return replace(with_status(after, Status.ACTIVE), waiting_since=since, heard=into.heard + 1)
