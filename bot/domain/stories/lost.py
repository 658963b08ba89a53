"""The homeserver was put back: the cards and mails that it lost are posted anew, and the conversations go on there.

Events that it still has, and that we changed since, are changed again in the same words.
"""

from dataclasses import replace
from datetime import datetime

from bot.domain.calls import Priority
from bot.domain.conversation import EventKind
from bot.domain.decision import Change, Decision, ForgetEvents
from bot.domain.effects import Again, Effect, PostMail, Say, ShowCard
from bot.domain.inputs.inside import EventsLost
from bot.domain.planned import PlannedCall, lane_of_thread
from bot.domain.room_snapshots import LostSnapshot
from bot.domain.rules.kept import as_kept
from bot.domain.rules.moves import refresh_board
from bot.domain.sentences import sentence


def decide_lost(snapshot: LostSnapshot, input: EventsLost, now: datetime) -> Decision:
    """Post each lost card anew as it is now, with the lost mails of its thread (the newest, where all are gone), and a
    lost board."""
    gone = frozenset(input.lost)
    changes: list[Change] = [ForgetEvents(input.room, input.lost, input.calls)]
    if snapshot.instance.in_room(input.room):
        changes.append(refresh_board(input.room, now))
    of_mails = {planned.mail: planned for planned in snapshot.again if planned.event_kind is EventKind.MAIL}
    anew: list[Effect] = []
    for conversation, mails in snapshot.work:
        is_whole = conversation.root in gone
        shown = replace(conversation, root=None) if is_whole else conversation
        anew.append(ShowCard(shown, is_backlog=True))
        for mail in mails:
            if mail.event is None or not (is_whole or mail.event in gone):
                continue
            last = of_mails.pop(mail.row, None)
            anew.append(PostMail(shown, mail, as_kept(mail), is_backlog=True) if last is None else _in_order(last))
    others = [one for one in snapshot.again if one.event_kind is not EventKind.MAIL or one.mail in of_mails]
    effects: list[Effect] = [*(Again(planned) for planned in others), *anew]
    if not snapshot.work and not snapshot.again:
        # The board alone, which somebody may have deleted, or words that are not repeated.
        return Decision(tuple(changes))
    told = (
        sentence("restored.homeserver", posts=len(gone), room=input.room, count=len(snapshot.work))
        if snapshot.work
        else sentence("restored.homeserver_changes", room=input.room)
    )
    admins = snapshot.instance.admins
    effects.append(Say(snapshot.instance.config_room, (told,), kind=EventKind.NOTICE, mention=admins, in_thread=False))
    return Decision(tuple(changes), tuple(effects))


def _in_order(planned: PlannedCall) -> Again:
    """The order of a call that is made again: the last words on a mail of ours stand after the mail that it answers."""
    lane = lane_of_thread(planned.conversation) if planned.conversation is not None else ""
    return Again(replace(planned, lane=lane, priority=Priority.MAIL))
