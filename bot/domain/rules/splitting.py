"""Mails of a conversation become one of their own, from one of them on."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.addresses import normal
from bot.domain.conversation import (
    KEPT_BACK,
    MOST_EARLIER,
    Conversation,
    Direction,
    MailRecord,
    OutState,
    Status,
    Verdict,
)
from bot.domain.decision import Change, Decision, SaveConversation, UpdateMail
from bot.domain.effects import PostMail, SayLinked
from bot.domain.first_words import first_words
from bot.domain.happening import Happening, What
from bot.domain.ids import ConversationId, UserId
from bot.domain.mail import Address
from bot.domain.participants import is_by_participant, with_first, with_incoming
from bot.domain.rules.draft import GONE
from bot.domain.rules.kept import as_kept
from bot.domain.rules.moves import with_status
from bot.domain.sentences import Sentence, sentence
from bot.domain.settings import MailboxSettings
from bot.domain.wishes import Wishes

MOST_SPLIT = 50
"""Mails that are split off at once."""
_UNDER_WAY = frozenset({*KEPT_BACK, OutState.RETRYING, OutState.UNKNOWN})


def cannot_split(one: Conversation, first: MailRecord, newest: Sequence[MailRecord]) -> Sentence | None:
    """Why these mails cannot be split off; `newest`: the conversation's newest, one more than are split off at most."""
    rest = those_of(first, newest)
    if one.status is Status.SPAM:
        return sentence("error.split_spam", number=one.id)
    if first.direction is Direction.OUT:
        return sentence("error.split_ours")
    if one.open_draft is not None:
        # Nobody would know any more whom its words were for.
        return sentence("error.split_draft", number=one.id)
    if len(rest) > MOST_SPLIT or first.row not in {record.row for record in rest}:
        return sentence("error.split_many", most=MOST_SPLIT)
    if len(_from_there_on(first, newest)) == len(newest):
        return sentence("error.split_first", number=one.id)
    if any(record.state in _UNDER_WAY for record in rest):
        return sentence("error.split_waits")
    return None


def those_of(first: MailRecord, newest: Sequence[MailRecord]) -> tuple[MailRecord, ...]:
    """A mail and what belongs to it of those after it: its writer's mails, answers to mails that go along, and ours to
    its writer alone. What other people wrote of the first matter stays there, whenever it came.
    """
    writers = {normal(one.address) for one in (*first.from_, *first.reply_to, *first.original_from)}
    ids: set[str] = set()
    taken: list[MailRecord] = []
    for record in _from_there_on(first, newest):
        is_in = record.direction is Direction.IN
        people = {normal(one.address) for one in (record.from_ if is_in else (*record.to, *record.cc))}
        answers = ids.intersection((*record.in_reply_to, *record.references))
        if record.row == first.row or answers or people <= writers:
            taken.append(record)
            ids.add(record.message_id)
    return tuple(taken)


def _from_there_on(first: MailRecord, newest: Sequence[MailRecord]) -> tuple[MailRecord, ...]:
    """A mail and those after it. An answer that was decided before it came stays, whatever the server's clock says."""
    return tuple(
        record
        for record in newest
        if record.order >= first.order and (record.direction is Direction.IN or record.heard >= first.heard)
    )


def own_of(one: Conversation, records: Sequence[MailRecord], mailboxes: Sequence[MailboxSettings]) -> frozenset[str]:
    """Our addresses of the mailbox in which it is, and of those in which its mails were before it was moved."""
    ids = {one.mailbox, *(record.mailbox for record in records)}
    return frozenset[str]().union(*(mailbox.own_addresses for mailbox in mailboxes if mailbox.id in ids))


def split_from(
    one: Conversation,
    first: MailRecord,
    newest: Sequence[MailRecord],
    number: ConversationId,
    mailbox: MailboxSettings,
    *,
    own: frozenset[str],
    actor: UserId,
    now: datetime,
) -> Decision:
    """The mails from `first` on, in a conversation of that number: it is its writer's, and nobody has it.

    What came is posted in its thread. What was posted before stays where it is, because an event of Matrix cannot move.

    Args:
        own: our addresses, of each mailbox in which a mail of it was (`own_of`).
    """
    rest = those_of(first, newest)
    moved: list[MailRecord] = []
    heard = 0
    for record in rest:
        heard += record.direction is Direction.IN and not record.is_automatic
        moved.append(replace(record, conversation=number, heard=heard, is_folded=False))
    kept = [record for record in newest if record not in rest]
    fresh = replace(_begun(one, moved, number, mailbox, own, heard, now), wishes=_wishes(one, first, kept, own))
    left = _left(one, kept, rest, mailbox)
    left = replace(left, changed_at=now)
    changes: tuple[Change, ...] = (
        SaveConversation(fresh),
        SaveConversation(left),
        *(UpdateMail(record) for record in moved),
    )
    posts = [
        PostMail(fresh, record, as_kept(record), is_backlog=True)
        for record in moved
        if record.direction is Direction.IN
    ]
    told = SayLinked(fresh.room, sentence("split.here", who=actor, link=f"#{one.id}"), one.room, first.event, number)
    happened = (
        Happening(What.SPLIT_FROM, fresh, actor, now, f"#{one.id}"),
        Happening(What.SPLIT, left, actor, now, f"#{number}"),
    )
    return Decision(changes, (told, *posts), happened)


def _begun(
    one: Conversation,
    moved: Sequence[MailRecord],
    number: ConversationId,
    mailbox: MailboxSettings,
    own: frozenset[str],
    heard: int,
    now: datetime,
) -> Conversation:
    first = moved[0]
    writers = first.original_from or first.reply_to or first.from_
    people = with_first(as_kept(first), own)
    for record in moved[1:]:
        people = with_incoming(people, as_kept(record), own) if record.direction is Direction.IN else people
    came = [record for record in moved if record.direction is Direction.IN]
    waits = _unanswered(moved)
    return Conversation(
        id=number,
        mailbox=one.mailbox,
        room=one.room,
        subject=first.subject,
        correspondent=writers[0] if writers else Address("", ""),
        status=Status.ACTIVE if waits else mailbox.reply_status,
        status_before=Status.ACTIVE,
        assignee=None,
        followers=(),
        verdict=Verdict.UNKNOWN,
        words=first_words(as_kept(came[-1])),
        mails=len(moved),
        earlier=(one.id, *(each for each in one.earlier if each != number))[:MOST_EARLIER],
        created_at=now,
        waiting_since=waits[0].date if waits else first.date,
        changed_at=now,
        participants=people,
        heard=heard,
        continues=one.id,
    )


def _wishes(one: Conversation, first: MailRecord, kept: Sequence[MailRecord], own: frozenset[str]) -> Wishes:
    """What members wished holds for those of that talk. Of somebody else, nobody of it hears in copy; who was taken out
    of it stays so.

    Whom the mails that stay name is of it; who was only answered apart from the others takes part, and is not.
    """
    named = {normal(one.correspondent.address)}
    for record in kept:
        named |= {normal(each.address) for each in (*record.from_, *record.original_from, *record.to, *record.cc)}
    known = named.intersection(one.participants) if one.participants else named
    is_theirs = bool(known) and is_by_participant(first, known, own)
    return one.wishes.of_the_talk if is_theirs else Wishes(without=one.wishes.without)


def _left(
    one: Conversation, kept: Sequence[MailRecord], gone: Sequence[MailRecord], mailbox: MailboxSettings
) -> Conversation:
    """What stays: it waits for us no more, where an answer of ours is its newest mail now."""
    came = [record for record in kept if record.direction is Direction.IN]
    folded = sum(record.is_folded for record in gone)
    after = replace(one, mails=max(0, one.mails - len(gone)), folded=max(0, one.folded - folded))
    if came:
        after = replace(after, words=first_words(as_kept(came[-1])))
    waits = _unanswered(kept)
    if one.status is not Status.ACTIVE:
        return after
    if waits:
        return replace(after, waiting_since=waits[0].date)
    was_waiting = one.status_before in (Status.PENDING, Status.CLOSED)
    return with_status(after, one.status_before if was_waiting else mailbox.reply_status)


def _unanswered(records: Sequence[MailRecord]) -> list[MailRecord]:
    """The mails of people that came after our last answer was decided: our commits tell that order, no clock does."""
    out = [record for record in records if record.direction is Direction.OUT and record.state not in GONE]
    answered = max((record.heard for record in out), default=-1)
    came = [record for record in records if record.direction is Direction.IN and not record.is_automatic]
    return [record for record in came if record.heard > answered]
