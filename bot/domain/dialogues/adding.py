"""What people read while a mailbox is added."""

from collections.abc import Sequence
from typing import assert_never

from bot.domain.credentials import Credential, PasswordReference
from bot.domain.dialogues.new_password import reference_said, tried_said, trying_said
from bot.domain.ids import UserId
from bot.domain.mail_ways import MailWay
from bot.domain.new_mailbox import Box, NewMailbox, Step
from bot.domain.new_password import Tried
from bot.domain.rules import signing_in
from bot.domain.rules.servers_said import hint_said, source_said
from bot.domain.sentences import Sentence, sentence
from bot.domain.servers import Servers
from bot.domain.sign_in import SignIn


def asks(state: NewMailbox) -> tuple[Sentence, ...]:
    """The question that stands, with all that is needed to answer it."""
    drop = sentence("dialogue.drop")
    address = state.address
    match state.step:
        case Step.FINDING:
            return (sentence("adding.finding", address=address),)
        case Step.SERVERS:
            return (*_servers(state), drop)
        case Step.PASSWORD if state.sign_in is not None:
            lines = signing_in.lines(state.sign_in, address)
            overrule = (sentence("adding.overrule"),) if state.sign_in.url else ()
            return (*_ways(state), *lines, *overrule, drop)
        case Step.PASSWORD:
            named = reference_said(state.references)
            return (
                *_ways(state),
                sentence("adding.password", address=address),
                *named,
                sentence("adding.overrule"),
                drop,
            )
        case Step.TRYING:
            return (_trying(state),)
        case Step.ROOM:
            return (sentence("adding.room"), drop)
        case Step.EARLIER:
            return (sentence("adding.earlier", count=state.box.mails if state.box is not None else 0), drop)
        case Step.READY:
            return (*_summary(state), *_people(state), sentence("adding.ready"), drop)
        case Step.MAKING:
            return (sentence("adding.making"),)
        case Step.RESTING:
            return (sentence("adding.resting", address=address), drop)
        case Step.OVER:
            return (sentence("adding.over", address=address),)
        case _ as unreachable:
            assert_never(unreachable)


def _trying(state: NewMailbox) -> Sentence:
    if isinstance(state.secret, PasswordReference):
        return trying_said(state.secret, state.address)
    return sentence("adding.trying", address=state.address)


def found_lines(servers: Servers) -> tuple[Sentence, ...]:
    """Where the servers were found, and what has to be known of them."""
    hints = tuple(hint_said(one) for one in servers.hints)
    return (sentence("adding.found", source=source_said(servers.source)), *hints)


def tried_lines(
    secret: Credential | None, imap: Tried, smtp: Tried, box: Box | None, sign_in: SignIn | None = None
) -> tuple[Sentence, ...]:
    """What came of the logins, and of the look at the folders."""
    seen: tuple[Sentence, ...] = ()
    if box is not None:
        seen = (
            sentence("adding.sent", folder=box.sent) if box.sent else sentence("adding.no_sent"),
            sentence("adding.junk", folder=box.junk) if box.junk else sentence("adding.no_junk"),
        )
    first, *more = tried_said(secret, imap, smtp, sign_in)
    return (first, *seen, *more)


def _offers(state: NewMailbox) -> tuple[Sentence, ...]:
    """The servers among which somebody has to choose."""
    if not state.offers:
        return ()
    lines = (
        sentence(
            "adding.offer", number=number, imap=one.imap.words, smtp=one.smtp.words, source=source_said(one.source)
        )
        for number, one in enumerate(state.offers, 1)
    )
    return (sentence("adding.choose", address=state.address), *lines)


def _servers(state: NewMailbox) -> tuple[Sentence, ...]:
    example = sentence("adding.example")
    if state.offers:
        return (*_offers(state), sentence("adding.or_lines"), example)
    if state.ways is not None:
        return (*_ways(state), sentence("adding.other_or_again"), example)
    if state.imap is not None:
        return (*_ways(state), sentence("adding.smtp_missing"), example)
    if state.smtp is not None:
        return (*_ways(state), sentence("adding.imap_missing"), example)
    return (sentence("adding.servers", address=state.address), example)


def _ways(state: NewMailbox) -> tuple[Sentence, ...]:
    told = (("adding.imap", state.imap), ("adding.smtp", state.smtp))
    return tuple(_way(key, way) for key, way in told if way is not None)


def _way(key: str, way: MailWay) -> Sentence:
    return sentence(key, way=way.words, user=way.user)


def _people(state: NewMailbox) -> tuple[Sentence, ...]:
    """Who is invited and who runs the mailbox, and how somebody is named."""
    told = [sentence("adding.invited", people=_names(state.people))] if state.people else []
    told += [sentence("adding.run_by", people=_names(state.delegates))] if state.delegates else []
    return tuple(told) if state.people and state.delegates else (*told, sentence("adding.who_else"))


def _names(people: Sequence[UserId]) -> str:
    return ", ".join(people)


def _summary(state: NewMailbox) -> tuple[Sentence, ...]:
    room = sentence("adding.room_new") if state.room is None else sentence("adding.room_is", room=state.room)
    match state.start:
        case "new":
            start = sentence("adding.start_new")
        case "all":
            start = sentence("adding.start_all")
        case day:
            start = sentence("adding.start_since", day=day)
    name = sentence("adding.name", name=state.name or state.address, address=state.address)
    goes_on = (sentence("adding.goes_on", before=state.goes_on),) if state.goes_on is not None else ()
    return (sentence("adding.summary", address=state.address), *_ways(state), room, start, name, *goes_on)
