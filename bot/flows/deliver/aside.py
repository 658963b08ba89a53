"""Decides an input once more that was put aside, because an admin asks for it in the config room."""

import structlog

from bot.domain.calls import DecideAgain
from bot.domain.outcomes import Accepted, NotDone, Refused, TryLater
from bot.domain.rules.aside import FAILED, GONE, NOT_KEPT
from bot.flows.step.inputs_json import NotAgain
from bot.flows.step.put_aside import decide_again
from bot.flows.step.step import Step
from storage.database import Conflict, LeaseLost, StorageAway
from storage.faults import DatabaseBroken

_log = structlog.get_logger("aside")


async def decided(step: Step, call: DecideAgain) -> Accepted | NotDone:
    """Made once more after a crash, it finds what was decided before it gone."""
    try:
        found = await decide_again(step, call.number)
    except (LeaseLost, DatabaseBroken):
        raise
    except NotAgain:
        return Refused(NOT_KEPT, "")
    except (Conflict, StorageAway, OSError) as away:
        return TryLater(type(away).__name__)
    except Exception as bug:  # noqa: BLE001  DESIGN rule 8: what could not be decided stays put aside
        _log.exception("not_decided_again", number=call.number)
        return Refused(FAILED, type(bug).__name__)
    return Accepted() if found else Refused(GONE, "")
