"""A sign-in at a provider, as any dialogue leads somebody through it."""

from dataclasses import replace

from bot.domain.calls import BeginSignIn, FinishSignIn
from bot.domain.decision import NOTHING, Decision
from bot.domain.dialogue import Dialogue
from bot.domain.effects import Do
from bot.domain.ids import SecretId
from bot.domain.outcomes import AnyOutcome, Refused, SignInOpen, TryLater, Unknown
from bot.domain.rules.talks import forgotten
from bot.domain.sentences import Sentence, sentence
from bot.domain.sign_in import Provider, SignIn

_AGAIN = frozenset({"bad_answer", "expired"})
NOT_CODE = "not_code"
"""A `Refused.code`: what somebody pasted is no address that the browser was sent to."""


def begins(dialogue: Dialogue, provider: Provider, address: str) -> tuple[SignIn, Decision]:
    """A sign-in whose address is asked for."""
    # Each turn that begins one saves the dialogue: no two have the same names.
    name = f"sign-in-{dialogue.id}-{dialogue.version}"
    sign_in = SignIn(provider, SecretId(f"{name}-code"), SecretId(f"{name}-grant"))
    return sign_in, Decision((), (Do(BeginSignIn(provider, address, sign_in.code), dialogue=dialogue.id),))


def opened(dialogue: Dialogue, sign_in: SignIn, outcome: SignInOpen) -> tuple[SignIn, Decision]:
    """The sign-in with its address; where the page tells us itself, we look from now on."""
    known = replace(sign_in, url=outcome.url, words=outcome.words)
    return known, NOTHING if known.is_pasted else finishes(dialogue, known)


def finishes(dialogue: Dialogue, sign_in: SignIn, answer: SecretId | None = None) -> Decision:
    """The sign-in comes to its end, by what somebody pasted or by itself."""
    call = FinishSignIn(sign_in.provider, sign_in.code, sign_in.grant, answer)
    return Decision((), (Do(call, dialogue=dialogue.id),))


def let_go(sign_in: SignIn | None) -> Decision:
    """Nobody waits for the sign-in any more."""
    return NOTHING if sign_in is None else forgotten(sign_in.code)


def is_once_more(sign_in: SignIn, outcome: AnyOutcome) -> bool:
    """Whether the person may go to the same page once more."""
    return sign_in.is_pasted and isinstance(outcome, Refused) and outcome.code in _AGAIN


def lines(sign_in: SignIn, address: str) -> tuple[Sentence, ...]:
    """What somebody has to do."""
    provider = sign_in.provider.label
    if not sign_in.url:
        return (sentence("sign_in.begins", provider=provider),)
    if sign_in.is_pasted:
        return (
            sentence("sign_in.page", provider=provider, address=address, url=sign_in.url),
            sentence("sign_in.paste"),
        )
    told = sentence("sign_in.device", provider=provider, address=address, url=sign_in.url, code=sign_in.words)
    return (told, sentence("sign_in.waits"))


def failed(sign_in: SignIn, outcome: AnyOutcome) -> Sentence:
    """Why it came to nothing, and what to do."""
    provider = sign_in.provider.label
    match outcome:
        case Refused("denied", words):
            return sentence("sign_in.denied", provider=provider, words=words)
        case Refused("expired" | "bad_answer", words) if sign_in.is_pasted:
            return sentence("sign_in.bad_answer", provider=provider, words=words)
        case Refused("expired" | "dropped", words):
            return sentence("sign_in.expired", provider=provider, words=words)
        case Refused("client", words):
            return sentence("sign_in.client", provider=provider, words=words)
        case Refused("no_refresh"):
            return sentence("sign_in.no_refresh", provider=provider)
        case Refused(code, words):
            return sentence("sign_in.away", provider=provider, reason=code, words=words)
        case TryLater(reason, words) | Unknown(reason, words):
            return sentence("sign_in.away", provider=provider, reason=reason, words=words)
        case _ as other:
            raise AssertionError(f"{type(other).__name__} for a sign-in")
