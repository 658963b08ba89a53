"""What was put aside, for admins: the way to try it again, and how that ended."""

from bot.domain.beside import Beside
from bot.domain.calls import DecideAgain
from bot.domain.decision import CloseCall, Decision
from bot.domain.effects import Say
from bot.domain.inputs.inside import Receipt
from bot.domain.outcomes import Accepted, Refused, TryLater, Unknown, name_of
from bot.domain.rules.later import later
from bot.domain.sentences import sentence
from bot.domain.settings import Instance
from bot.domain.snapshots import ReceiptSnapshot

GONE = "gone"
"""The outcome where nothing has that number any more."""
NOT_KEPT = "not_kept"
"""The outcome where it cannot be read back: a secret may have stood there, another version kept it, or it is how a
call ended, which settles itself."""
FAILED = "failed"
"""The outcome where it could not be decided this time either; the text is the kind of the fault."""


def by_hand(instance: Instance, number: int) -> Beside:
    """🔁 on what tells of it tries it again."""
    return Beside(instance.bot, again=f"!aside retry {number}")


def tried_again(snapshot: ReceiptSnapshot, call: DecideAgain, input: Receipt) -> Decision:
    """Tell how the second try ended; while storage is away it is waited for."""
    number, beside = call.number, None
    match input.outcome:
        case Accepted():
            told = sentence("aside.decided", number=number)
        case Refused(code, _) if code in (GONE, NOT_KEPT):
            told = sentence(f"aside.{code}", number=number)
        case Refused(_, reason):
            told, beside = sentence("aside.failed", number=number, reason=reason), by_hand(snapshot.instance, number)
        case (TryLater() | Unknown()) as again:
            return later(snapshot, again, input.at)
        case _ as other:
            raise AssertionError(f"{type(other).__name__} for what was put aside")
    is_done = isinstance(input.outcome, Accepted)
    closed = CloseCall(snapshot.effect, "done" if is_done else "refused", "" if is_done else name_of(input.outcome))
    say = Say(call.room, (told,), reply_to=call.reply_to, under=call.under, beside=beside)
    return Decision((closed,), (say,))
