"""The homeserver was put back: the cards and mails that it lost are posted anew, and the conversations go on there."""

from dataclasses import replace
from datetime import datetime

from bot.domain.conversation import EventKind
from bot.domain.decision import Change, Decision, ForgetEvents
from bot.domain.effects import Effect, PostMail, Say, ShowCard
from bot.domain.inputs.inside import EventsLost
from bot.domain.rules.kept import as_kept
from bot.domain.rules.moves import refresh_board
from bot.domain.sentences import sentence
from bot.domain.snapshots import LostSnapshot


def decide_lost(snapshot: LostSnapshot, input: EventsLost, now: datetime) -> Decision:
    """Post each card anew as it is now, and of its thread the mails that are gone (the newest, where all are gone)."""
    gone = frozenset(input.lost)
    changes: tuple[Change, ...] = (ForgetEvents(input.room, input.lost), refresh_board(input.room, now))
    effects: list[Effect] = []
    for conversation, mails in snapshot.work:
        is_whole = conversation.root in gone
        shown = replace(conversation, root=None) if is_whole else conversation
        effects.append(ShowCard(shown, is_backlog=True))
        effects += [
            PostMail(shown, mail, as_kept(mail), is_backlog=True)
            for mail in mails
            if mail.event is not None and (is_whole or mail.event in gone)
        ]
    told = sentence("restored.homeserver", posts=len(gone), room=input.room, count=len(snapshot.work))
    admins = snapshot.instance.admins
    effects.append(Say(snapshot.instance.config_room, (told,), kind=EventKind.NOTICE, mention=admins, in_thread=False))
    return Decision(changes, tuple(effects))
