"""A mailbox is added: the servers are found, tried with the password, the room and the beginning asked for."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final, assert_never

from bot.domain.calls import BeginSignIn, FindServers, FinishSignIn, MakeRoom, TryImap, TrySmtp
from bot.domain.credentials import PasswordReference, needs_somebody
from bot.domain.decision import Decision
from bot.domain.dialogue import Dialogue
from bot.domain.dialogues.adding import asks, found_lines, tried_lines
from bot.domain.dialogues.dialogue import Ended, Expired, Heard, Said, Told, Turn, Wrote
from bot.domain.dialogues.mailbox_sign_in import signed_by_words, signs_in
from bot.domain.dialogues.mailbox_steps import (
    added,
    asked_for,
    at,
    goes_on,
    gone,
    let_go,
    over,
    questioned,
    tries,
    trying,
    without_secret,
)
from bot.domain.dialogues.mailbox_wrote import confirmed, wrote
from bot.domain.dialogues.new_password import tried_of
from bot.domain.effects import Do
from bot.domain.mail_ways import MailWay, Secured
from bot.domain.new_mailbox import Box, NewMailbox, Offer, Step
from bot.domain.outcomes import CREDENTIALS, AnyOutcome, Made, Opened, Refused
from bot.domain.rules.talks import forgotten, said
from bot.domain.rules.telling import tell
from bot.domain.sentences import sentence
from bot.domain.servers import LoginName, Server, Servers, ServersFound, Source, login_name
from bot.domain.settings import Instance

_MOST_OFFERS: Final = 9


def turn(dialogue: Dialogue, state: NewMailbox, heard: Heard) -> Turn | None:
    """The next turn; None where the dialogue has no use for what it heard."""
    match heard:
        case Said(is_yes=True, asked=asked):
            return confirmed(dialogue, state, asked) if state.is_open else None
        case Said():
            return None
        case Wrote():
            return wrote(dialogue, state, heard)
        case Told():
            return _told(dialogue, state, heard)
        case Ended():
            return _ended(dialogue, state, heard)
        case Expired():
            return _late(dialogue, state)
        case _ as unreachable:
            assert_never(unreachable)


def begun(dialogue: Dialogue, state: NewMailbox, instance: Instance, now: datetime) -> Turn:
    """The first turn, or that of somebody who comes back to what they had left."""
    match state.step:
        case Step.FINDING:
            return Turn(
                replace(state, asked_at=now), Decision((), (Do(FindServers(state.address), dialogue=dialogue.id),))
            )
        case Step.RESTING:
            if state.ways is None:
                return Turn(at(state, Step.SERVERS, now))
            return Turn(*asked_for(dialogue, state, instance, now))
        case _:
            return Turn(state)


def rested(state: NewMailbox, now: datetime) -> Turn:
    """The turn where the person begins something else that asks for a password."""
    return Turn(at(without_secret(state), Step.RESTING, now), let_go(state))


def dropped(state: NewMailbox, now: datetime) -> Turn:
    """The turn after `!cancel`: nothing was added."""
    return Turn(over(state, now), let_go(state))


def _told(dialogue: Dialogue, state: NewMailbox, told: Told) -> Turn:
    asked, secret = told.asked, told.secret
    if not state.waits_for_password:
        key = "waits_no_more" if isinstance(secret, PasswordReference) else "not_asked"
        return Turn(state, forgotten(secret) + tell(asked, sentence(f"adding.{key}")))
    if state.sign_in is not None and isinstance(secret, PasswordReference):
        # Whoever names a place where a password lies means that.
        gone, state = let_go(state), replace(state, secret=None, sign_in=None)
        going = trying(replace(state, secret=secret), asked.now)
        return Turn(going, gone + tries(dialogue, going) + tell(asked, *asks(going)))
    if state.sign_in is not None and not isinstance(secret, PasswordReference):
        return signed_by_words(dialogue, state, asked, secret)
    # Who writes two passwords means the second.
    given = replace(state, secret=secret)
    if state.step is Step.FINDING:
        return Turn(given, forgotten(state.secret) + tell(asked, *asks(given)))
    going = trying(given, asked.now)
    return Turn(going, forgotten(state.secret) + tries(dialogue, going) + tell(asked, *asks(going)))


def _ended(dialogue: Dialogue, state: NewMailbox, heard: Ended) -> Turn | None:
    match heard.call:
        case FindServers():
            return _found(dialogue, state, heard) if state.step is Step.FINDING else None
        case TryImap(secret=secret, ways=ways) | TrySmtp(secret=secret, ways=ways):
            if state.step is not Step.TRYING or (secret, ways) != (state.secret, state.ways):
                # Another password, or another server, was written meanwhile.
                return None
            return _settled(dialogue, _after(state, heard.call, heard.outcome), heard)
        case BeginSignIn() | FinishSignIn() as call:
            return signs_in(dialogue, state, call, heard)
        case MakeRoom():
            return _made(dialogue, state, heard) if state.step is Step.MAKING else None
        case _:
            return None


def _found(dialogue: Dialogue, state: NewMailbox, heard: Ended) -> Turn:
    outcome = heard.outcome
    servers = outcome.servers if isinstance(outcome, ServersFound) else ()
    best = next((one for one in servers if one.is_whole), servers[0] if servers else None)
    if best is None:
        looked = at(state, Step.SERVERS, heard.now)
        return Turn(looked, said(dialogue, sentence("adding.nothing_found", address=state.address), *asks(looked)))
    known = replace(state, imap=_way(best.imap, state), smtp=_way(best.smtp, state), saves_sent=best.saves_sent)
    offers = _offers(servers, state)
    if len(offers) > 1:
        going = at(replace(known, offers=offers), Step.SERVERS, heard.now)
        return Turn(going, said(dialogue, *asks(going)))
    going, calls, named = goes_on(dialogue, known, heard.instance, heard.now, has_names=_has_names(best))
    return Turn(going, calls + said(dialogue, *found_lines(best), *named, *asks(going)))


def _offers(servers: Sequence[Servers], state: NewMailbox) -> tuple[Offer, ...]:
    """The servers among which a person has to choose: at other hosts, and named by the domain or its provider. Two ways
    in at the same hosts are no question, nor what answers at a usual name."""
    found: dict[tuple[str, str], Offer] = {}
    for one in servers:
        imap, smtp = _way(one.imap, state), _way(one.smtp, state)
        if imap is not None and smtp is not None and one.source is not Source.PROBE:
            offer = Offer(imap, smtp, one.source, one.saves_sent, _has_names(one))
            found.setdefault((imap.host, smtp.host), offer)
    return tuple(found.values())[:_MOST_OFFERS]


def _has_names(servers: Servers) -> bool:
    return all(one is None or one.login is not LoginName.OTHER for one in (servers.imap, servers.smtp))


def _way(server: Server | None, state: NewMailbox) -> MailWay | None:
    if server is None:
        return None
    return MailWay(
        server.host, server.port, Secured(server.security.value), login_name(server, state.address) or state.address
    )


def _after(state: NewMailbox, call: TryImap | TrySmtp, outcome: AnyOutcome) -> NewMailbox:
    if isinstance(call, TrySmtp):
        return replace(state, smtp_tried=tried_of(outcome))
    box = Box(outcome.sent, outcome.junk, outcome.mails) if isinstance(outcome, Opened) else None
    return replace(state, imap_tried=tried_of(outcome), box=box)


def _settled(dialogue: Dialogue, state: NewMailbox, heard: Ended) -> Turn:
    imap, smtp, secret = state.imap_tried, state.smtp_tried, state.secret
    if imap is None or smtp is None or secret is None:
        return Turn(state)
    ended = gone(dialogue, state, heard.instance, heard.now)
    if ended is not None:
        return ended
    lines = tried_lines(secret, imap, smtp, state.box, state.sign_in)
    if imap.is_in and smtp.is_in and state.box is not None:
        going = questioned(state, heard.now)
        return Turn(going, said(dialogue, *lines, *asks(going)))
    if needs_somebody(imap.reason) or needs_somebody(smtp.reason):
        going, calls = asked_for(dialogue, state, heard.instance, heard.now)
        key = "password.check" if state.sign_in is None else f"sign_in.check_{state.sign_in.provider}"
        check = (sentence(key),) if CREDENTIALS in (imap.reason, smtp.reason) else ()
        return Turn(going, calls + said(dialogue, *lines, *check, *asks(going)))
    going = at(state, Step.SERVERS, heard.now)
    return Turn(going, said(dialogue, *lines, *asks(going)))


def _made(dialogue: Dialogue, state: NewMailbox, heard: Ended) -> Turn:
    ended = gone(dialogue, state, heard.instance, heard.now)
    if ended is not None:
        return ended
    if not isinstance(heard.outcome, Made):
        why = heard.outcome.text if isinstance(heard.outcome, Refused) else ""
        going = at(replace(state, makes_room=False), Step.ROOM, heard.now)
        return Turn(going, said(dialogue, sentence("adding.room_not_made", words=why), *asks(going)))
    return added(dialogue, state, heard.outcome.room, heard.instance, heard.now)


def _late(dialogue: Dialogue, state: NewMailbox) -> Turn:
    if state.step in (Step.RESTING, Step.OVER) or (state.secret is None and state.step is Step.SERVERS):
        return Turn(None)
    if state.step is Step.FINDING:
        return Turn(at(state, Step.SERVERS, state.expires_at))
    late = sentence("adding.late", address=state.address)
    return Turn(at(without_secret(state), Step.RESTING, state.expires_at), let_go(state) + said(dialogue, late))
