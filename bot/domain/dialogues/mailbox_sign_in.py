"""The sign-in at the provider's page while a mailbox is added."""

from dataclasses import replace

from bot.domain.calls import BeginSignIn, FinishSignIn
from bot.domain.command import Asked
from bot.domain.dialogue import Dialogue
from bot.domain.dialogues.adding import asks
from bot.domain.dialogues.dialogue import Ended, Turn
from bot.domain.dialogues.mailbox_steps import at, let_go, tries, trying, without_secret
from bot.domain.ids import SecretId
from bot.domain.new_mailbox import NewMailbox, Step
from bot.domain.outcomes import Accepted, Refused, SignInOpen
from bot.domain.rules import signing_in
from bot.domain.rules.talks import forgotten, said
from bot.domain.rules.telling import tell
from bot.domain.sentences import sentence


def signed_by_words(dialogue: Dialogue, state: NewMailbox, asked: Asked, secret: SecretId) -> Turn:
    """The turn after something that was told while a sign-in is waited for."""
    sign_in = state.sign_in
    assert sign_in is not None
    if state.step is not Step.PASSWORD or not sign_in.is_pasted:
        # Nothing is to be told us now: it may be a password out of habit.
        return Turn(state, forgotten(secret) + tell(asked, *asks(state)))
    going = trying(replace(state, secret=secret), asked.now)
    checking = sentence("sign_in.checking", provider=sign_in.provider.label)
    return Turn(going, signing_in.finishes(dialogue, sign_in, secret) + tell(asked, checking))


def signs_in(dialogue: Dialogue, state: NewMailbox, call: BeginSignIn | FinishSignIn, heard: Ended) -> Turn | None:
    """The turn after a call of the sign-in; None where another one is waited for by now."""
    sign_in, outcome = state.sign_in, heard.outcome
    if sign_in is None or call.code != sign_in.code or state.secret == sign_in.grant:
        return None
    if state.step not in (Step.PASSWORD, Step.TRYING):
        return None
    if isinstance(call, BeginSignIn) and isinstance(outcome, SignInOpen):
        known, more = signing_in.opened(dialogue, sign_in, outcome)
        going = replace(state, sign_in=known)
        return Turn(going, more + said(dialogue, *asks(going)))
    if isinstance(call, FinishSignIn) and isinstance(outcome, Accepted):
        going = trying(replace(state, secret=sign_in.grant), heard.now)
        gone = forgotten(sign_in.code) + forgotten(state.secret)
        return Turn(going, gone + tries(dialogue, going) + said(dialogue, sentence("sign_in.in")))
    if isinstance(outcome, Refused) and outcome.code == signing_in.NOT_CODE:
        # An app password, where the provider still takes one.
        going = trying(replace(state, sign_in=None), heard.now)
        return Turn(going, forgotten(sign_in.code) + tries(dialogue, going) + said(dialogue, *asks(going)))
    why = signing_in.failed(sign_in, outcome)
    if signing_in.is_once_more(sign_in, outcome):
        going = at(replace(state, secret=None), Step.PASSWORD, heard.now)
        going = replace(going, asked_at=heard.now, asked_until=None)
        return Turn(going, forgotten(state.secret) + said(dialogue, why, *asks(going)))
    going = at(without_secret(state), Step.RESTING, heard.now)
    return Turn(going, let_go(state) + said(dialogue, why, *asks(going)))
