"""`active`, `pending`, `close`, `spam`, and ⏳, ✅, 🚫: a conversation's status."""

from collections.abc import Callable

from bot.domain.command import Answer, Asked, Command
from bot.domain.conversation import Status
from bot.domain.decision import NOTHING, together
from bot.domain.needs import IncomingOf, Needs, OutgoingIn, PassingOn
from bot.domain.rules import spam
from bot.domain.rules.telling import tell
from bot.domain.rules.unwanted import held_as_spam
from bot.domain.sentences import sentence


def _becomes(status: Status) -> tuple[Callable[[Asked], Answer], Callable[[Asked], Needs]]:
    """The rule and its needs: all mails of a conversation, if they go into Junk or come back."""

    def needs(asked: Asked) -> Needs:
        moved = [one for one in asked.about if spam.moves_mail(one, status)]
        waiting = [one for one in asked.about if status is Status.SPAM and one.status is not status]
        passing = [PassingOn()] if waiting else []
        return [*(IncomingOf(one.id) for one in moved), *(OutgoingIn(one.id) for one in waiting), *passing]

    def rule(asked: Asked) -> Answer:
        done = together(
            spam.set_status(
                one,
                asked.facts[IncomingOf(one.id)] if spam.moves_mail(one, status) else (),
                asked.instance,
                status,
                actor=asked.person,
                now=asked.now,
            )
            for one in asked.about
        )
        if status is Status.SPAM:
            works = [
                (one, asked.facts[OutgoingIn(one.id)] if one.status is not status else None) for one in asked.about
            ]
            is_new = any(one.status is not status for one in asked.about)
            done += held_as_spam(works, status, asked.facts[PassingOn()] if is_new else (), now=asked.now)
        kept = [one.snoozed_until for one in asked.about if one.snoozed_until is not None and one.is_snoozed]
        told = tell(asked, sentence("snooze.is", when=kept[0])) if status is Status.PENDING and kept else NOTHING
        return done + told

    return rule, needs


ACTIVE = Command(
    "active",
    "work",
    *_becomes(Status.ACTIVE),
    takes_several=True,
    leaves_deed=True,
    selects=(Status.PENDING,),
    aliases=("open", "reopen"),
    french=("rouvrir",),
)
PENDING = Command(
    "pending",
    "work",
    *_becomes(Status.PENDING),
    takes_several=True,
    leaves_deed=True,
    selects=(Status.ACTIVE,),
    french=("attente",),
)
CLOSE = Command(
    "close",
    "work",
    *_becomes(Status.CLOSED),
    takes_several=True,
    leaves_deed=True,
    selects=(Status.ACTIVE, Status.PENDING),
    aliases=("done",),
    french=("fermer", "clore"),
    tried=("terminer", "resolve"),
    has_more=True,
)
SPAM = Command(
    "spam",
    "work",
    *_becomes(Status.SPAM),
    takes_several=True,
    leaves_deed=True,
    selects=(Status.ACTIVE, Status.PENDING, Status.CLOSED),
    of_each=lambda number: [IncomingOf(number), OutgoingIn(number), PassingOn()],
    french=("indésirable",),
)
