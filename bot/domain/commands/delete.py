"""`delete`, `restore`: a conversation that nobody wants to see again, and how it comes back."""

from bot.domain.command import Answer, Asked, Command, Right
from bot.domain.conversation import LISTED, Status
from bot.domain.decision import together
from bot.domain.needs import Needs, OutgoingIn, PassingOn
from bot.domain.rules.deletion import cannot_delete, delete, restore
from bot.domain.rules.merging import goes_on
from bot.domain.rules.unwanted import held_with_source


def _needs(asked: Asked) -> Needs:
    return [*(OutgoingIn(one.id) for one in asked.about), PassingOn()]


def _delete(asked: Asked) -> Answer:
    for one in asked.about:
        work = asked.facts[OutgoingIn(one.id)]
        wrong = goes_on(one) if one.goes_on_as is not None else cannot_delete(one, work) if work is not None else None
        if wrong is not None:
            return wrong
    ids = {one.id for one in asked.about}
    held = held_with_source(asked.facts[PassingOn()], ids, saved=ids, now=asked.now)
    return together(delete(one, actor=asked.person, now=asked.now) for one in asked.about) + held


def _restore(asked: Asked) -> Answer:
    for one in asked.about:
        if one.goes_on_as is not None and one.status is not Status.DELETED:
            # It is closed because it goes on elsewhere: nothing can be brought back here.
            return goes_on(one)
    return together(restore(one, actor=asked.person, now=asked.now) for one in asked.about)


DELETE = Command(
    "delete",
    "work",
    _delete,
    _needs,
    takes_several=True,
    selects=LISTED,
    of_each=lambda number: [OutgoingIn(number), PassingOn()],
    right=Right.DELETE,
    looks_back=True,
    leaves_deed=True,
    french=("supprimer",),
    tried=("trash", "effacer", "corbeille"),
    has_more=True,
)
RESTORE = Command(
    "restore",
    "work",
    _restore,
    takes_several=True,
    selects=(Status.DELETED,),
    of_each=lambda number: (),
    right=Right.DELETE,
    looks_back=True,
    leaves_deed=True,
    french=("restaurer",),
    tried=("undelete", "récupérer"),
)
