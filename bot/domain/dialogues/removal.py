"""The question before a mailbox is removed: `!yes` by the admin who gave the command."""

from dataclasses import replace
from typing import assert_never

from bot.domain.command import Asked
from bot.domain.decision import NOTHING
from bot.domain.dialogues.bulk import how
from bot.domain.dialogues.dialogue import Ended, Expired, Heard, Said, Told, Turn, Wrote
from bot.domain.merged import REMOVED
from bot.domain.needs import LeavingFrom, Needs
from bot.domain.question import Stage
from bot.domain.removal import Removal
from bot.domain.rights import Denied, may_give
from bot.domain.rules.standing import cannot_remove, stands
from bot.domain.rules.telling import tell
from bot.domain.sentences import Sentence, sentence

_COMMAND = "mailbox remove"


def needs(removal: Removal, said: Said) -> Needs:
    """What waits to leave by now."""
    return [LeavingFrom(removal.mailbox)] if said.is_yes and removal.is_open else ()


def turn(removal: Removal, heard: Heard) -> Turn | None:
    """The next turn; None where the person said nothing to it."""
    match heard:
        case Expired():
            return Turn(replace(removal, stage=Stage.LATE) if removal.is_open else None)
        case Said(is_yes=True, asked=asked):
            return _confirmed(removal, asked)
        case Said() | Wrote() | Told() | Ended():
            return None
        case _ as unreachable:
            assert_never(unreachable)


def status(removal: Removal) -> tuple[Sentence, ...]:
    """Sentences that say what the question waits for."""
    return (sentence("removing.waits", address=removal.mailbox), how(room_encrypted=True))


def _confirmed(removal: Removal, asked: Asked) -> Turn:
    if not removal.is_open:
        # Twice yes is once; after its time the command is given again.
        late = tell(asked, sentence("bulk.late"))
        return Turn(removal, NOTHING if removal.stage is Stage.ANSWERED else late)
    judged = may_give(asked, _COMMAND)
    if isinstance(judged, Denied):
        return Turn(removal, NOTHING if judged.why is None else tell(asked, judged.why))
    found = asked.instance.mailbox(removal.mailbox)
    if found is None:
        return Turn(None, tell(asked, sentence("removing.is_removed", address=removal.mailbox)))
    why = cannot_remove(asked, found)
    if why is not None:
        return Turn(None, tell(asked, why))
    return Turn(
        replace(removal, stage=Stage.ANSWERED),
        stands(asked, found, REMOVED, "removing.removed", "removing.removed_here"),
    )
