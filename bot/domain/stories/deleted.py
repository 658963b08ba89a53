"""A member deleted a message: its effects are taken back, while that is possible."""

from dataclasses import replace
from datetime import datetime

from bot.domain.choices import SaveChoice, made_by
from bot.domain.conversation import COMMANDS, THROWN_AWAY, Conversation, EventKind, Status
from bot.domain.decision import (
    NOTHING,
    Decision,
    EndDeed,
    ForgetEvents,
    KeepMailed,
    NeverTake,
    PutEvent,
    SaveConversation,
    SaveSignature,
    SetWords,
    Unblock,
    together,
)
from bot.domain.deeds import Deed, Standing, standing
from bot.domain.dialogue import question_of, yes_of
from bot.domain.effects import Say
from bot.domain.grants import Grant, Right, SaveGrant, gives
from bot.domain.happening import What, detail_of_command
from bot.domain.house_rules import DropRule
from bot.domain.ids import EventId, MailboxId
from bot.domain.inputs.said import Redacted, event_key
from bot.domain.persons import JoinAddress, PartAddress
from bot.domain.rights import has
from bot.domain.rules import moves, spam, teams
from bot.domain.rules.granting import decided_by
from bot.domain.rules.house_undone import house_undone
from bot.domain.rules.moving import cannot_go, carried_back
from bot.domain.rules.overtaken import parted
from bot.domain.rules.own_times import own_taken_back
from bot.domain.rules.person_notes import forgotten, is_in
from bot.domain.rules.preparing import dropped
from bot.domain.rules.saved_replies import taken_back
from bot.domain.rules.taking_back import WAITING, draft_back, taken_back_by
from bot.domain.rules.talks import ended
from bot.domain.rules.unwanted import held_as_spam
from bot.domain.rules.wishes_back import wishes_back
from bot.domain.sentences import numbered, sentence
from bot.domain.settings import Instance
from bot.domain.snapshots import Away, DeletedSnapshot


def decide_deleted(snapshot: DeletedSnapshot, input: Redacted, now: datetime) -> Decision:
    """Take back what a deleted message did: the waiting mail that it queued or that holds its file, the question about
    it, a command's changes of a moment ago; and forget its words. A deletion by somebody else does so as well.

    Where its newest edit alone was deleted, the message reads as it did before, which nobody kept: what waits with the
    edited words does not leave, and nothing is found by them.
    """
    record, target, dialogue = snapshot.record, snapshot.target, snapshot.dialogue
    # The key may come after the deletion, or the server may turn the order round.
    decision = Decision((NeverTake(event_key(input.room, input.target)),))
    if target is not None and target.sender is not None and (target.body or target.file or snapshot.is_edit):
        file = target.file if snapshot.is_edit else None
        decision += Decision((PutEvent(replace(target, body="", file=file, edit=None)),))
    if snapshot.refused is not None and not snapshot.is_edit:
        # Whoever takes back the words sends no letter of files alone.
        decision += Decision((KeepMailed(replace(snapshot.refused, files=())),))
    if target is not None and target.kind in COMMANDS:
        decision += Decision((SetWords(target, ""),))
    if target is not None and target.kind is EventKind.CONVERSATION and snapshot.card_of is not None:
        decision += moves.anew(snapshot.card_of)
    if target is not None and target.kind is EventKind.BOARD and snapshot.is_ours:
        decision += moves.board_anew(input.room, now)
    if target is not None and target.kind is EventKind.MAILBOX:
        # It comes anew with its next change.
        decision += Decision((ForgetEvents(input.room, (input.target,)),))
    if snapshot.drafted is not None:
        back, then = draft_back(snapshot.drafted, actor=input.sender, room=input.room, now=now)
        decision += back + dropped(then, by=input.sender, now=now)
    question = question_of(dialogue)
    if dialogue is not None and question is not None and not question.is_used:
        decision += ended(dialogue)
    if dialogue is not None and yes_of(dialogue) is not None and dialogue.state.is_open:
        decision += ended(dialogue)
    if snapshot.deeds or snapshot.away is not None or snapshot.stranded:
        decision += Decision((EndDeed(input.target),))
    if snapshot.away is not None:
        decision += _brought_back(snapshot, snapshot.away, input, now)
    decision += _stays_there(snapshot, input, now)
    if snapshot.is_left_card:
        # Should the conversation come back, it comes to no thread whose card is gone.
        decision += Decision((ForgetEvents(input.room, (input.target,)),))
    for deed in snapshot.deeds:
        one = next((c for c in snapshot.about if c.id == deed.conversation), None)
        mailbox = snapshot.instance.mailbox(one.mailbox) if one is not None else None
        if one is None or mailbox is None or not mailbox.takes_back(deed.at, now):
            continue
        deed = replace(deed, before=_before(one, deed, leaves=one.id in snapshot.leaving))
        decision += _undone(one, snapshot, deed, input, now)
        decision += together(parted(work) for work in snapshot.merged if work.conversation.id == one.id)
    decision += (
        _held(decision, snapshot, now) + _of_mailboxes(snapshot, input, now) + house_undone(snapshot, input, now)
    )
    if record is None or record.state not in WAITING or snapshot.outgoing is None:
        return decision
    return decision + taken_back_by(
        snapshot.outgoing, record, actor=input.sender, room=input.room, source=None, now=now
    )


def _brought_back(snapshot: DeletedSnapshot, away: Away, input: Redacted, now: datetime) -> Decision:
    """The conversation that the command moved into another room comes back, while nothing waits to leave from there."""
    one, deed = away.conversation, away.deed
    home = snapshot.instance.mailbox(deed.before.mailbox) if deed.before.mailbox is not None else None
    there = snapshot.instance.mailbox(one.mailbox)
    if home is None or there is None or not home.takes_back(deed.at, now):
        return NOTHING
    why = cannot_go(one, away.outgoing, away.ground)
    if why is not None:
        return Decision((), (Say(input.room, (why,), in_thread=False, under=away.ground.card),))
    return carried_back(
        one,
        there,
        home,
        away.ground,
        deed.before,
        deed.after,
        actor=input.sender,
        now=now,
        instance=snapshot.instance,
    )


def _stays_there(snapshot: DeletedSnapshot, input: Redacted, now: datetime) -> Decision:
    """What the command changed and went to another room since is as it is: that is told while it would go back here."""
    told = []
    for one in snapshot.stranded:
        home = snapshot.instance.mailbox(one.deed.before.mailbox) if one.deed.before.mailbox is not None else None
        if home is not None and home.takes_back(one.deed.at, now):
            told.append(one)
    if not told:
        return NOTHING
    numbers = numbered(one.conversation.id for one in told)
    said = sentence("error.undone_elsewhere", count=len(told), numbers=numbers)
    return Decision((), (Say(input.room, (said,), in_thread=False, under=told[0].card),))


def _of_mailboxes(snapshot: DeletedSnapshot, input: Redacted, now: datetime) -> Decision:
    """What the command changed of a mailbox: what it blocked, saved replies, teams, rules, whose an address is."""
    by, instance, decision = input.sender, snapshot.instance, Decision()

    def takes_back(mailbox: MailboxId, at: datetime) -> bool:
        return instance.takes_back(mailbox, input.room, at, now)

    for reply in snapshot.canned:
        if takes_back(reply.mailbox, reply.at):
            decision += taken_back(reply, by=by, now=now)
    for lines in snapshot.signatures:
        if takes_back(lines.mailbox, lines.at):
            # Without its command: deleted again, by a colleague as well, it changes nothing more.
            written = replace(lines, text=lines.before, before=lines.text, at=now, source=EventId(""))
            decision += Decision((SaveSignature(written),))
    for rule in snapshot.rules:
        if takes_back(rule.mailbox, rule.at) and has(instance, Right.EDIT, by, rule.mailbox):
            decision += Decision((DropRule(rule.mailbox, rule.number),))
    for team in snapshot.teams:
        if takes_back(team.mailbox, team.at) and has(instance, Right.EDIT, by, team.mailbox):
            decision += teams.taken_back(team, by=by, now=now)
    for note in snapshot.person_notes:
        if is_in(note, input.room, instance):
            decision += forgotten(note, snapshot.noted, by=by, now=now)
    for blocked in snapshot.blocked:
        if takes_back(blocked.mailbox, blocked.at):
            decision += Decision((Unblock(blocked.mailbox, blocked.key),))
    for decided in decided_by(instance, input.target):
        decision += _ungranted(decided, input, instance, now)
    # In a direct chat it was for all rooms.
    there = instance.in_room(input.room) or (instance.mailboxes if instance.direct_in(input.room) else ())
    for own in instance.own:
        if own.source == input.target and any(one.takes_back(own.at, now) for one in there):
            decision += own_taken_back(instance, own, now)
    for choice in made_by(instance.choices, input.target):
        if any(one.takes_back(choice.at, now) for one in there):
            back = replace(choice, medium=choice.before, before=choice.medium, at=now, source=EventId(""))
            decision += Decision((SaveChoice(back),))
    for one in snapshot.persons:
        if takes_back(one.mailbox, one.at):
            parted = replace(one, person=one.before, before="", event=input.event)
            decision += Decision((JoinAddress(parted) if one.before else PartAddress(one.mailbox, one.address),))
    return decision


def _ungranted(decided: Grant, input: Redacted, instance: Instance, now: datetime) -> Decision:
    """The right as it was. A deletion, which is never encrypted, gives nobody a right: `!grant` does that again."""
    mailbox = instance.mailbox(decided.mailbox)
    if mailbox is None or not instance.is_run_in(mailbox, input.room) or not mailbox.takes_back(decided.at, now):
        return NOTHING
    if gives(decided.what, decided.was_on):
        return NOTHING
    back = replace(decided, is_on=decided.was_on, by=input.sender, at=now, source=EventId(""))
    return Decision((SaveGrant(back),))


def _before(now_is: Conversation, deed: Deed, *, leaves: bool) -> Standing:
    """What goes back. What somebody wrote in since stays to do, and where an answer is about to leave the conversation
    is not deleted again, nor in another mailbox.
    """
    has_come = deed.after.heard is not None and now_is.heard > deed.after.heard
    stays = leaves or (has_come and now_is.status is Status.ACTIVE)
    before = replace(deed.before, status=deed.after.status) if stays else deed.before
    return replace(before, mailbox=deed.after.mailbox) if leaves else before


def _undone(now_is: Conversation, snapshot: DeletedSnapshot, deed: Deed, input: Redacted, now: datetime) -> Decision:
    """Each thing that the command changed and that nobody changed since goes back."""
    incoming, instance = snapshot.incoming.get(now_is.id, ()), snapshot.instance
    before, after, today = deed.before, deed.after, standing(now_is)
    back = now_is
    was_elsewhere = before.status not in THROWN_AWAY
    if after.status is Status.SPAM and was_elsewhere and today.status is Status.SPAM:
        # The mails come back from Junk too.
        held = replace(back, status_before=before.status)
        return spam.unmark(held, incoming, instance, actor=input.sender, now=now)
    if before.goes_on_as != after.goes_on_as and today.goes_on_as == after.goes_on_as:
        back = replace(back, goes_on_as=before.goes_on_as)
    # Whoever came to take part by the command does so no more.
    came = set(after.participants) - set(before.participants)
    back = replace(back, participants=tuple(one for one in back.participants if one not in came))
    if before.status is not after.status and today.status is after.status:
        back = replace(back, status=before.status, status_before=before.status_before)
    if before.assignee != after.assignee and today.assignee == after.assignee:
        back = replace(back, assignee=before.assignee)
    if before.mailbox is not None and before.mailbox != after.mailbox and today.mailbox == after.mailbox:
        back = replace(back, mailbox=before.mailbox)
    if before.followers != after.followers and today.followers == after.followers:
        back = replace(back, followers=before.followers)
    if before.starred != after.starred and today.starred == after.starred:
        back = replace(back, starred=before.starred)
    if before.tags != after.tags and today.tags == after.tags:
        back = replace(back, tags=before.tags)
    if before.subject != after.subject and today.subject == after.subject:
        back = replace(back, subject=before.subject, mailed_subject=before.mailed_subject)
    if before.correspondent != after.correspondent and today.correspondent == after.correspondent:
        back = replace(back, correspondent=before.correspondent or back.correspondent, earlier=before.earlier)
    elif before.earlier != after.earlier and today.earlier == after.earlier:
        back = replace(back, earlier=before.earlier)
    if before.snoozed_until != after.snoozed_until and today.snoozed_until == after.snoozed_until:
        back = replace(back, snoozed_until=before.snoozed_until, snoozed_by=before.snoozed_by)
    told: tuple[Say, ...] = ()
    if before.wishes != after.wishes and today.wishes == after.wishes:
        work = next((one for one in snapshot.rewished if one.conversation.id == now_is.id), None)
        back, say = wishes_back(
            back, before.wishes, work, actor=input.sender, is_encrypted=snapshot.is_encrypted, now=now
        )
        told = () if say is None else (say,)
    which = detail_of_command(deed.at)
    undone = moves.changed(now_is, back, What.COMMAND_UNDONE, actor=input.sender, now=now, detail=which)
    undone += moves.timer_of(back)
    return undone + Decision((), told) + spam.moved(now_is, incoming, instance, back.status)


def _held(decision: Decision, snapshot: DeletedSnapshot, now: datetime) -> Decision:
    """What waits to leave from conversations that the decision makes spam again, or passes them on."""
    saved = [change.conversation for change in decision.changes if isinstance(change, SaveConversation)]
    again = {one.id for one in saved if one.status is Status.SPAM} & snapshot.spam_again.keys()
    before = [(one, snapshot.spam_again[one.id]) for one in snapshot.about if one.id in again]
    return held_as_spam(before, Status.SPAM, snapshot.passing, now=now)
