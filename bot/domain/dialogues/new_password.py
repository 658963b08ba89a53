"""A mailbox gets another password: an admin is asked for it, both servers are tried with it, and then it counts."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import assert_never

from bot.domain import rights
from bot.domain.calls import BeginSignIn, FinishSignIn, TryImap, TrySmtp
from bot.domain.command import Asked, Right
from bot.domain.credentials import Credential, PasswordReference, is_lack
from bot.domain.decision import NOTHING, Decision
from bot.domain.dialogue import Dialogue
from bot.domain.dialogues.dialogue import Ended, Expired, Heard, Said, Told, Turn, Wrote
from bot.domain.effects import Do
from bot.domain.house_changes import SetPassword
from bot.domain.ids import SecretId
from bot.domain.new_password import NewPassword, Phase, Tried
from bot.domain.outcomes import CREDENTIALS, Accepted, AnyOutcome, Opened, Refused, SignInOpen, TryLater, Unknown
from bot.domain.rules import signing_in
from bot.domain.rules.talks import forgotten, said
from bot.domain.rules.telling import tell
from bot.domain.sentences import Sentence, sentence
from bot.domain.settings import Instance
from bot.domain.sign_in import SignIn

RIGHT = Right.PASSWORD
"""The right to begin the dialogue and to tell the password."""


def turn(dialogue: Dialogue, state: NewPassword, heard: Heard) -> Turn | None:
    """The next turn; None where the dialogue has no use for what it heard."""
    match heard:
        case Said() | Wrote():
            return None
        case Told() as told:
            return _told(dialogue, state, told)
        case Ended(BeginSignIn() | FinishSignIn() as call, outcome, _, now):
            return _signs_in(dialogue, state, call, outcome, now)
        case Ended(call, outcome, instance, now):
            if not isinstance(call, TryImap | TrySmtp) or call.secret != state.secret:
                # Another password was written meanwhile, or the dialogue was dropped.
                return None
            tried = tried_of(outcome)
            known = replace(state, imap=tried) if isinstance(call, TryImap) else replace(state, smtp=tried)
            return _settled(dialogue, known, instance, now)
        case Expired():
            return _late(dialogue, state)
        case _ as unreachable:
            assert_never(unreachable)


def status(state: NewPassword) -> tuple[Sentence, ...]:
    """The sentence that says what the dialogue waits for."""
    if state.phase is Phase.ASKED and state.sign_in is not None:
        return signing_in.lines(state.sign_in, state.mailbox)
    if state.phase is Phase.ASKED:
        return (sentence("password.waits", address=state.mailbox),)
    return (trying_said(state.secret, state.mailbox),)


def dropped(state: NewPassword, now: datetime) -> Turn:
    """The turn after `!cancel`: the mailbox keeps its password."""
    return Turn(_over(state, now), _let_go(state))


def _told(dialogue: Dialogue, state: NewPassword, told: Told) -> Turn:
    asked, secret = told.asked, told.secret
    if not state.is_open or asked.instance.mailbox(state.mailbox) is None:
        key = "waits_no_more" if isinstance(secret, PasswordReference) else "not_asked"
        return Turn(state, forgotten(secret) + tell(asked, sentence(f"password.{key}", address=state.mailbox)))
    if isinstance(secret, PasswordReference):
        # Whoever names a place where a password lies means that, and no sign-in.
        before, state = signing_in.let_go(state.sign_in), replace(state, sign_in=None)
    else:
        before = NOTHING
        if state.sign_in is not None:
            return _told_page(dialogue, state, state.sign_in, asked, secret)
    # Who writes two passwords means the second.
    trying = replace(state, at=asked.now, phase=Phase.TRYING, secret=secret, imap=None, smtp=None)
    before += forgotten(state.secret)
    return Turn(trying, before + _tries(dialogue, trying) + tell(asked, *status(trying)))


def _told_page(dialogue: Dialogue, state: NewPassword, sign_in: SignIn, asked: Asked, secret: SecretId) -> Turn:
    if not sign_in.is_pasted or state.phase is not Phase.ASKED:
        # Nothing is to be told us now: it may be a password out of habit.
        return Turn(state, forgotten(secret) + tell(asked, *status(state)))
    going = replace(state, at=asked.now, phase=Phase.TRYING, secret=secret)
    checking = sentence("sign_in.checking", provider=sign_in.provider.label)
    return Turn(going, signing_in.finishes(dialogue, sign_in, secret) + tell(asked, checking))


def _tries(dialogue: Dialogue, state: NewPassword) -> Decision:
    assert state.secret is not None
    calls = (TryImap(state.mailbox, state.secret), TrySmtp(state.mailbox, state.secret))
    return Decision((), tuple(Do(call, dialogue=dialogue.id) for call in calls))


def _signs_in(
    dialogue: Dialogue, state: NewPassword, call: BeginSignIn | FinishSignIn, outcome: AnyOutcome, now: datetime
) -> Turn | None:
    sign_in = state.sign_in
    if sign_in is None or not state.is_open or call.code != sign_in.code or state.secret == sign_in.grant:
        return None
    if isinstance(call, BeginSignIn) and isinstance(outcome, SignInOpen):
        known, more = signing_in.opened(dialogue, sign_in, outcome)
        lines = signing_in.lines(known, state.mailbox)
        return Turn(replace(state, sign_in=known), more + said(dialogue, *lines, sentence("dialogue.drop")))
    if isinstance(call, FinishSignIn) and isinstance(outcome, Accepted):
        trying = replace(state, at=now, phase=Phase.TRYING, secret=sign_in.grant, imap=None, smtp=None)
        gone = forgotten(sign_in.code) + forgotten(state.secret)
        return Turn(trying, gone + _tries(dialogue, trying) + said(dialogue, sentence("sign_in.in")))
    if isinstance(outcome, Refused) and outcome.code == signing_in.NOT_CODE:
        # An app password, where the provider still takes one.
        trying = replace(state, at=now, sign_in=None, imap=None, smtp=None)
        return Turn(trying, forgotten(sign_in.code) + _tries(dialogue, trying) + said(dialogue, *status(trying)))
    why = signing_in.failed(sign_in, outcome)
    if signing_in.is_once_more(sign_in, outcome):
        waits = replace(state, at=now, phase=Phase.ASKED, secret=None)
        lines = signing_in.lines(sign_in, state.mailbox)
        return Turn(waits, forgotten(state.secret) + said(dialogue, why, *lines, sentence("dialogue.drop")))
    return Turn(_over(state, now), _let_go(state) + said(dialogue, why, _again(state)))


def _again(state: NewPassword) -> Sentence:
    return sentence("sign_in.again", address=state.mailbox)


def _let_go(state: NewPassword) -> Decision:
    return forgotten(state.secret) + signing_in.let_go(state.sign_in)


def _settled(dialogue: Dialogue, state: NewPassword, instance: Instance, now: datetime) -> Turn:
    imap, smtp, secret = state.imap, state.smtp, state.secret
    if imap is None or smtp is None or secret is None:
        return Turn(state)
    if not rights.has(instance, RIGHT, dialogue.person, state.mailbox) or instance.mailbox(state.mailbox) is None:
        # Meanwhile the mailbox was removed, or the person lost the right.
        gone = sentence("password.gone", address=state.mailbox)
        return Turn(_over(state, now), _let_go(state) + said(dialogue, gone))
    sign_in = state.sign_in
    lines = tried_said(secret, imap, smtp, sign_in)
    if imap.is_in and smtp.is_in:
        done = sentence("password.done" if sign_in is None else "sign_in.done", address=state.mailbox)
        changed = Decision((SetPassword(state.mailbox, secret, dialogue.person),))
        return Turn(_over(state, now), changed + said(dialogue, *lines, done))
    if sign_in is not None:
        told = (*lines, sentence(f"sign_in.check_{sign_in.provider}"), _again(state))
        return Turn(_over(state, now), _let_go(state) + said(dialogue, *told))
    more = (sentence("password.check"),) if CREDENTIALS in (imap.reason, smtp.reason) else ()
    again = NewPassword(state.mailbox, now, begun=state.begun)
    told = (*lines, *more, sentence("password.again"), sentence("dialogue.drop"))
    return Turn(again, forgotten(state.secret) + said(dialogue, *told))


def _late(dialogue: Dialogue, state: NewPassword) -> Turn:
    if not state.is_open:
        return Turn(None)
    late = sentence("password.late" if state.sign_in is None else "sign_in.late", address=state.mailbox)
    return Turn(_over(state, state.expires_at), _let_go(state) + said(dialogue, late))


def _over(state: NewPassword, now: datetime) -> NewPassword:
    return NewPassword(state.mailbox, now, Phase.OVER, begun=state.begun)


def tried_of(outcome: AnyOutcome) -> Tried:
    """What became of a login."""
    match outcome:
        case Accepted() | Opened():
            return Tried(is_in=True)
        case Refused(code, text):
            return Tried(is_in=False, reason=code, text=text)
        case TryLater(reason, text) | Unknown(reason, text):
            return Tried(is_in=False, reason=reason, text=text)
        case _ as other:
            raise AssertionError(f"{type(other).__name__} for a login")


def reference_said(references: Sequence[PasswordReference]) -> tuple[Sentence, ...]:
    """What may be written in place of the password, where config.yaml lists anything."""
    names = ", ".join(one.written for one in references)
    return (sentence("password.or_reference", references=names),) if names else ()


def trying_said(secret: Credential | None, address: str) -> Sentence:
    """What a person reads while a password is tried."""
    if isinstance(secret, PasswordReference):
        return sentence("password.trying_reference", address=address, reference=secret.written)
    return sentence("password.trying", address=address)


def tried_said(
    secret: Credential | None, imap: Tried, smtp: Tried, sign_in: SignIn | None = None
) -> tuple[Sentence, ...]:
    """What a person reads of both logins; of a password that could not be read there was none."""
    lack = next((one.reason for one in (imap, smtp) if is_lack(one.reason)), None)
    if lack is None:
        return (line("imap", imap, sign_in), line("smtp", smtp, sign_in))
    if isinstance(secret, PasswordReference):
        return (sentence("password.not_read", reference=secret.written, reason=lack),)
    return (sentence("password.no_password", reason=lack),)


def line(server: str, tried: Tried, sign_in: SignIn | None = None) -> Sentence:
    """What a person reads of a login to `imap` or `smtp`, by a password or by a sign-in."""
    if tried.is_in:
        return sentence(f"password.{server}_in")
    if tried.reason == CREDENTIALS and sign_in is not None:
        return sentence(f"sign_in.{server}_refused", words=tried.text)
    if tried.reason == CREDENTIALS:
        return sentence(f"password.{server}_refused", words=tried.text)
    return sentence(f"password.{server}_away", reason=tried.reason, words=tried.text)
