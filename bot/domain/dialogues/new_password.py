"""A mailbox gets another password: an admin is asked for it, both servers are tried with it, and then it counts."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import assert_never

from bot.domain import rights
from bot.domain.calls import TryImap, TrySmtp
from bot.domain.command import Right
from bot.domain.credentials import Credential, Lack, PasswordReference
from bot.domain.decision import Decision, SetPassword
from bot.domain.dialogue import Dialogue
from bot.domain.dialogues.dialogue import Ended, Expired, Heard, Said, Told, Turn, Wrote
from bot.domain.effects import Do
from bot.domain.new_password import NewPassword, Phase, Tried
from bot.domain.outcomes import CREDENTIALS, Accepted, AnyOutcome, Opened, Refused, TryLater, Unknown
from bot.domain.rules.talks import forgotten, said
from bot.domain.rules.telling import tell
from bot.domain.sentences import Sentence, sentence
from bot.domain.settings import Instance

RIGHT = Right.ADMIN
"""The right to begin the dialogue and to tell the password."""


def turn(dialogue: Dialogue, state: NewPassword, heard: Heard) -> Turn | None:
    """The next turn; None where the dialogue has no use for what it heard."""
    match heard:
        case Said() | Wrote():
            return None
        case Told() as told:
            return _told(dialogue, state, told)
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
    if state.phase is Phase.ASKED:
        return (sentence("password.waits", address=state.mailbox),)
    return (trying_said(state.secret, state.mailbox),)


def dropped(state: NewPassword, now: datetime) -> Turn:
    """The turn after `!cancel`: the mailbox keeps its password."""
    return Turn(_over(state, now), forgotten(state.secret))


def _told(dialogue: Dialogue, state: NewPassword, told: Told) -> Turn:
    asked, secret = told.asked, told.secret
    if not state.is_open or asked.instance.mailbox(state.mailbox) is None:
        key = "waits_no_more" if isinstance(secret, PasswordReference) else "not_asked"
        return Turn(state, forgotten(secret) + tell(asked, sentence(f"password.{key}", address=state.mailbox)))
    # Who writes two passwords means the second.
    trying = replace(state, at=asked.now, phase=Phase.TRYING, secret=secret, imap=None, smtp=None)
    calls = tuple(
        Do(call, dialogue=dialogue.id) for call in (TryImap(state.mailbox, secret), TrySmtp(state.mailbox, secret))
    )
    return Turn(trying, forgotten(state.secret) + Decision((), calls) + tell(asked, *status(trying)))


def _settled(dialogue: Dialogue, state: NewPassword, instance: Instance, now: datetime) -> Turn:
    imap, smtp, secret = state.imap, state.smtp, state.secret
    if imap is None or smtp is None or secret is None:
        return Turn(state)
    if not rights.has(instance, RIGHT, dialogue.person, state.mailbox) or instance.mailbox(state.mailbox) is None:
        # Meanwhile the mailbox was removed, or the person lost the right of an admin.
        gone = sentence("password.gone", address=state.mailbox)
        return Turn(_over(state, now), forgotten(state.secret) + said(dialogue, gone))
    lines = tried_said(secret, imap, smtp)
    if imap.is_in and smtp.is_in:
        done = sentence("password.done", address=state.mailbox)
        changed = Decision((SetPassword(state.mailbox, secret, dialogue.person),))
        return Turn(_over(state, now), changed + said(dialogue, *lines, done))
    more = (sentence("password.check"),) if CREDENTIALS in (imap.reason, smtp.reason) else ()
    again = NewPassword(state.mailbox, now, begun=state.begun)
    told = (*lines, *more, sentence("password.again"), sentence("dialogue.drop"))
    return Turn(again, forgotten(state.secret) + said(dialogue, *told))


def _late(dialogue: Dialogue, state: NewPassword) -> Turn:
    if not state.is_open:
        return Turn(None)
    late = sentence("password.late", address=state.mailbox)
    return Turn(_over(state, state.expires_at), forgotten(state.secret) + said(dialogue, late))


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


def tried_said(secret: Credential, imap: Tried, smtp: Tried) -> tuple[Sentence, ...]:
    """What a person reads of both logins; of a password that could not be read there was none."""
    lack = next((one.reason for one in (imap, smtp) if one.reason in set(Lack)), None)
    if lack is None:
        return (line("imap", imap), line("smtp", smtp))
    if isinstance(secret, PasswordReference):
        return (sentence("password.not_read", reference=secret.written, reason=lack),)
    return (sentence("password.no_password", reason=lack),)


def line(server: str, tried: Tried) -> Sentence:
    """What a person reads of a login to `imap` or `smtp`."""
    if tried.is_in:
        return sentence(f"password.{server}_in")
    if tried.reason == CREDENTIALS:
        return sentence(f"password.{server}_refused", words=tried.text)
    return sentence(f"password.{server}_away", reason=tried.reason, words=tried.text)
