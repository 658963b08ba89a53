"""A conversation goes over to another mailbox: later answers leave from there.

Where that mailbox has another room, the conversation goes on there, in the thread that it had there before or in a new
one: what came and was sent goes along, the team's own words stay where they were written.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from bot.domain.choices import Choice, Medium
from bot.domain.conversation import Conversation, EventKind, MailRecord, OutState, Status
from bot.domain.decision import Change, Decision, FillSlot, MoveConversation, SaveConversation, SetMailEvent
from bot.domain.deeds import Standing, standing
from bot.domain.effects import Effect, PostMail, Say
from bot.domain.ground import Ground
from bot.domain.happening import CAME_FROM, Happening, What
from bot.domain.ids import EventId, UserId
from bot.domain.rules.deletion import still_leaves
from bot.domain.rules.kept import as_kept
from bot.domain.rules.moves import card_slot, changed, left_slot, mail_slot, refresh_board
from bot.domain.rules.preparing import draft_in
from bot.domain.rules.quiet_hours import awake
from bot.domain.rules.told import concerned_by, told_of
from bot.domain.sentences import Sentence, sentence
from bot.domain.settings import Instance, MailboxSettings
from bot.domain.work import Outgoing

MOST_POSTED: Final = 10
"""Mails that are posted in the new thread: the newest."""


def cannot_go(one: Conversation, work: Outgoing, ground: Ground) -> Sentence | None:
    """Why a conversation stays in its room for now, with what was merged into it; None without a reason."""
    merged = (cannot_move(each.conversation, each.outgoing) for each in ground.along)
    return cannot_move(one, work) or next((why for why in merged if why is not None), None)


def cannot_move(one: Conversation, work: Outgoing) -> Sentence | None:
    """Why a conversation stays in its mailbox for now; None without a reason."""
    if draft_in(work) is not None:
        return sentence("error.move_draft", number=one.id)
    return sentence("error.move_waits", number=one.id) if still_leaves(work) else None


def moved(one: Conversation, home: MailboxSettings, to: MailboxSettings, *, actor: UserId, now: datetime) -> Decision:
    """Within its room. Its mails stay where they lie on the server. An address that was chosen for its answers is none
    of `to`.
    """
    after = replace(one, mailbox=to.id, wishes=replace(one.wishes, sender="").said(one.wishes, actor, now))
    decision = changed(one, after, What.MOVED, actor=actor, now=now, detail=_way(to, home))
    told = sentence("move.moved", who=actor, mailbox=to.address)
    return decision + Decision((), (Say(one.room, (told,), EventKind.NOTICE, one.id),))


def carried(
    one: Conversation,
    home: MailboxSettings,
    to: MailboxSettings,
    ground: Ground,
    *,
    actor: UserId,
    now: datetime,
    instance: Instance,
    said: EventId | None = None,
) -> Decision:
    """Into the room of `to`, from that of `home`. What was merged into it goes along, each in a thread of its own: an
    answer goes to the newest mail of all of them, which its writer can read there.

    Args:
        said: the command, which the line answers where the conversation has no card.
    """
    after = _there(one, to, ground)
    if after.is_snoozed and after.snoozed_by is None and not concerned_by(after):
        # Else it would come back at its time and nobody there would hear of it; whoever moves it is in both rooms.
        after = replace(after, snoozed_by=actor)
    gone = _gone(one, after, home, to, ground, What.MOVED, actor=actor, now=now, said=said, instance=instance)
    return gone + _along(ground, home, to, What.MOVED, actor=actor, now=now, said=said, instance=instance)


def carried_back(
    one: Conversation,
    there: MailboxSettings,
    home: MailboxSettings,
    ground: Ground,
    before: Standing,
    after: Standing,
    *,
    actor: UserId,
    now: datetime,
    instance: Instance,
) -> Decision:
    """A move is taken back, with what it changed and nobody changed since."""
    back, today = _there(one, home, ground), standing(one)
    if today.assignee == after.assignee and before.assignee in ground.members:
        back = replace(back, assignee=before.assignee)
    if today.followers == after.followers:
        back = replace(back, followers=before.followers)
    if today.starred == after.starred:
        back = replace(back, starred=before.starred)
    if today.snoozed_by == after.snoozed_by:
        back = replace(back, snoozed_by=before.snoozed_by)
    if today.wishes == after.wishes:
        back = replace(back, wishes=before.wishes.said(today.wishes, actor, now))
    back = replace(back, earlier=before.earlier, note=before.note)
    what = What.COMMAND_UNDONE
    gone = _gone(one, back, there, home, ground, what, actor=actor, now=now, said=None, instance=instance)
    return gone + _along(ground, there, home, what, actor=actor, now=now, said=None, instance=instance)


def _along(
    ground: Ground,
    home: MailboxSettings,
    to: MailboxSettings,
    what: What,
    *,
    actor: UserId,
    now: datetime,
    said: EventId | None,
    instance: Instance,
) -> Decision:
    decision = Decision()
    for each in ground.along:
        after = _there(each.conversation, to, each.ground)
        decision += _gone(
            each.conversation, after, home, to, each.ground, what, actor=actor, now=now, said=said, instance=instance
        )
    return decision


def _there(one: Conversation, to: MailboxSettings, ground: Ground) -> Conversation:
    """As it is in the other mailbox: nobody has or follows it there who may not read it."""
    members = frozenset(ground.members)
    return replace(
        one,
        mailbox=to.id,
        room=to.room,
        root=ground.card,
        wishes=replace(one.wishes, sender=""),
        assignee=one.assignee if one.assignee in members else None,
        followers=tuple(user for user in one.followers if user in members),
        starred=tuple(user for user in one.starred if user in members),
        snoozed_by=one.snoozed_by if one.snoozed_by in members else None,
        earlier=tuple(number for number in ground.earlier if number != one.id),
        note=ground.note,
    )


def _gone(
    one: Conversation,
    after: Conversation,
    home: MailboxSettings,
    to: MailboxSettings,
    ground: Ground,
    what: What,
    *,
    actor: UserId,
    now: datetime,
    said: EventId | None,
    instance: Instance,
) -> Decision:
    after = replace(after, changed_at=now)
    changes: list[Change] = [
        SaveConversation(after),
        MoveConversation(one.id, one.room, one.root, after.room, after.root),
        refresh_board(one.room, now),
    ]
    changes += _taken_up(after, ground)
    posted, older = _to_post(after, ground)
    here = [sentence("move.here" if ground.card is None else "move.back", who=actor, mailbox=home.address)]
    if older:
        here.append(sentence("move.older", count=older))
    choices = instance.choices_now
    there = told_of(What.MOVED, actor=actor, before=after, after=after, choices=choices, members=concerned_by(after))
    # What goes along is news to nobody: they hear of the one as which it goes on.
    there = there if one.goes_on_as is None else ()
    new = _new_to(after, ground) if what is What.MOVED else ()
    if new:
        there += told_of(What.ARRIVED, actor=actor, before=after, after=after, choices=choices, members=new)
    mention, held = awake(instance, there, one.id, now)
    posts = [PostMail(after, record, as_kept(record), is_backlog=True) for record in posted]
    arrived = Say(after.room, tuple(here), EventKind.NOTICE, one.id, mention=mention)
    left = sentence("move.left", number=one.id, who=actor, mailbox=to.address)
    others, held_of_others = awake(instance, _losing(one, after, actor, choices), one.id, now)
    line = Say(one.room, (left,), EventKind.NOTICE, in_thread=False, mention=others)
    if one.root is None:
        line = replace(line, reply_to=said)
        effects: list[Effect] = [arrived, *posts, line]
    else:
        slot = left_slot(one.id, one.room)
        changes.append(FillSlot(slot, one.room, one.root))
        gone = sentence("move.card", number=one.id, subject=one.subject, mailbox=to.address)
        card = Say(one.room, (gone,), EventKind.NOTICE, in_thread=False, slot=slot)
        effects = [arrived, *posts, replace(line, under=one.root), card]
    happened = [Happening(what, after, actor, now, _way(to, home))]
    if new:
        happened.append(Happening(What.ARRIVED, after, actor, now, " ".join(new)))
    return Decision(tuple(changes), tuple(effects), tuple(happened)) + held + held_of_others


def _new_to(after: Conversation, ground: Ground) -> tuple[UserId, ...]:
    """To whom of the other room it is as a conversation that a mail opened there, where there is something to do."""
    if after.status is not Status.ACTIVE or after.needs_nobody:
        return ()
    return tuple(who for who in ground.newcomers if who not in concerned_by(after))


def _way(to: MailboxSettings, home: MailboxSettings) -> str:
    return f"{to.address}{CAME_FROM}{home.address}"


def _losing(one: Conversation, after: Conversation, actor: UserId, choices: Collection[Choice]) -> tuple[UserId, ...]:
    """Those who had or followed it and are not in the other room, if they are told of it by any medium: a mention is
    the only one that may still reach them."""
    lost = [who for who in concerned_by(one) if who not in concerned_by(after) and one.goes_on_as is None]
    media = (Medium.MENTION, Medium.DIRECT, Medium.EMAIL)
    told = {
        who
        for medium in media
        for who in told_of(What.MOVED, actor=actor, before=one, after=one, choices=choices, members=lost, medium=medium)
    }
    return tuple(who for who in lost if who in told)


def _taken_up(after: Conversation, ground: Ground) -> list[Change]:
    """The thread that stands there from before: its card and its mails are edited again."""
    if ground.card is None:
        return []
    taken: list[Change] = [FillSlot(card_slot(after.id), after.room, ground.card)]
    out = {record.row for record in ground.newest if record.state is not None}
    for row, event in ground.shown:
        taken.append(SetMailEvent(row, event))
        if row in out:
            taken.append(FillSlot(mail_slot(row), after.room, event))
    return taken


def _to_post(after: Conversation, ground: Ground) -> tuple[Sequence[MailRecord], int]:
    """The newest mails that do not stand there yet, and how many older ones do not either."""
    known = {row for row, _ in ground.shown}
    wanted = [
        record
        for record in ground.newest
        if record.row not in known and not record.is_folded and record.state is not OutState.CANCELLED
    ]
    posted = wanted[-MOST_POSTED:]
    if ground.card is not None:
        return posted, len(wanted) - len(posted)
    return posted, max(len(wanted), after.mails - after.folded) - len(posted)
