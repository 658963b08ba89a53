"""What somebody wrote, in plain words, while a mailbox is added."""

from dataclasses import replace
from typing import Final, assert_never

from bot.domain import rights
from bot.domain.calls import MakeRoom
from bot.domain.command import Asked, Talk
from bot.domain.decision import NOTHING, Decision
from bot.domain.dialogue import Dialogue
from bot.domain.dialogues.adding import asks
from bot.domain.dialogues.dialogue import Said, Turn, Wrote
from bot.domain.dialogues.mailbox_answers import (
    Again,
    Answer,
    Begins,
    Called,
    InRoom,
    Invites,
    Takes,
    Yes,
    read_answer,
)
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
from bot.domain.effects import Do
from bot.domain.hostnames import is_loopback
from bot.domain.ids import RoomId
from bot.domain.mail_ways import MailWay, Secured, Written
from bot.domain.needs import MembersOf, Needs
from bot.domain.new_mailbox import NewMailbox, Step
from bot.domain.rules.telling import tell
from bot.domain.sentences import Sentence, sentence

MOST_INVITED: Final = 20
"""People whom one answer names: homeservers let few invitations pass at a time."""
_BACK: Final = (Step.SERVERS, Step.PASSWORD, Step.ROOM, Step.EARLIER, Step.READY)


def needs(state: NewMailbox, heard: Said | Wrote) -> Needs:
    """The members of the room that is named, or was."""
    if isinstance(heard, Wrote):
        answer = read_answer(heard.words, heard.asked.now.date())
        if isinstance(answer, InRoom) and answer.room is not None:
            return [MembersOf(answer.room)]
        if not isinstance(answer, Yes):
            return ()
    elif not heard.is_yes:
        return ()
    return [MembersOf(state.room)] if state.room is not None else ()


def wrote(dialogue: Dialogue, state: NewMailbox, heard: Wrote) -> Turn | None:
    """The turn after words; None where they were not said to the dialogue."""
    asked = heard.asked
    if not state.is_open:
        return None
    answer = read_answer(heard.words, asked.now.date())
    is_here = asked.thread is not None and asked.thread == dialogue.thread
    if answer is None:
        # Elsewhere in the room it is talk.
        return Turn(state, tell(asked, *asks(state))) if is_here else None
    if not is_here and not _fits(answer, state):
        return None
    if isinstance(answer, Yes):
        return confirmed(dialogue, state, asked)
    denied = _denied(state, asked)
    if denied is not None:
        return denied
    is_early = state.step is Step.FINDING and not isinstance(answer, Written)
    if is_early or state.step in (Step.MAKING, Step.RESTING):
        return Turn(state, tell(asked, *asks(state)))
    return _answered(dialogue, state, answer, asked)


def _fits(answer: Answer, state: NewMailbox) -> bool:
    """Whether an answer is one to the question that stands: outside of the thread nothing else is meant."""
    step = state.step
    match answer:
        case Takes():
            return step is Step.SERVERS and bool(state.offers)
        case Written() | Called():
            return step is not Step.OVER
        case InRoom():
            return step is Step.ROOM
        case Invites(people=people):
            return bool(people) and step in (Step.ROOM, Step.EARLIER, Step.READY)
        case Begins():
            return step is Step.EARLIER
        case Again():
            return step is Step.SERVERS
        case Yes():
            return step is Step.READY
        case _ as unreachable:
            assert_never(unreachable)


def _answered(dialogue: Dialogue, state: NewMailbox, answer: Answer, asked: Asked) -> Turn:
    match answer:
        case Written():
            return _overruled(dialogue, state, answer, asked)
        case Takes(number):
            return _taken(dialogue, state, number, asked)
        case InRoom(room):
            wrong = None if room is None else _no_room(asked, room)
            if wrong is not None:
                return Turn(state, tell(asked, wrong))
            return _went_on(replace(state, room=room, makes_room=room is None), asked)
        case Invites():
            return _invited(state, answer, asked)
        case Begins(start):
            return _went_on(replace(state, start=start), asked)
        case Called(name):
            return _went_on(replace(state, name=name), asked)
        case Again():
            if state.step is Step.SERVERS and state.ways is not None:
                return _tries(dialogue, state, asked)
            return Turn(state, tell(asked, *asks(state)))
        case Yes():
            raise AssertionError("it was answered before")
        case _ as unreachable:
            assert_never(unreachable)


def _invited(state: NewMailbox, answer: Invites, asked: Asked) -> Turn:
    """Who is to be in the room, and who is to run the mailbox: the last word counts for each."""
    pilled = asked.reading.people if isinstance(asked.reading, Talk) else ()
    people = tuple(one for one in (answer.people or pilled) if one != asked.instance.bot)
    if not people or len(people) > MOST_INVITED:
        return Turn(state, tell(asked, sentence("adding.whom", most=MOST_INVITED)))
    going = replace(state, delegates=people) if answer.is_to_run else replace(state, people=people)
    return Turn(going, tell(asked, *asks(going)))


def _taken(dialogue: Dialogue, state: NewMailbox, number: int, asked: Asked) -> Turn:
    """One of the servers that were found, by its number."""
    if state.step is not Step.SERVERS or number > len(state.offers):
        return Turn(state, tell(asked, *asks(state)))
    one = state.offers[number - 1]
    known = replace(state, imap=one.imap, smtp=one.smtp, saves_sent=one.saves_sent)
    going, calls, named = goes_on(dialogue, known, asked.instance, asked.now, has_names=one.has_names)
    return Turn(going, calls + tell(asked, *named, *asks(going)))


def _went_on(state: NewMailbox, asked: Asked) -> Turn:
    """The step after an answer, which may come before the servers took the password."""
    is_in = state.secret is not None and state.box is not None and state.step is not Step.TRYING
    going = questioned(state, asked.now) if is_in else state
    return Turn(going, tell(asked, *asks(going)))


def _overruled(dialogue: Dialogue, state: NewMailbox, written: Written, asked: Asked) -> Turn:
    """Other servers: both are tried with the password that was given; without one it is asked for."""
    imap, smtp = _named(written.imap, state.imap, written, state), _named(written.smtp, state.smtp, written, state)
    for way in (imap, smtp):
        if way is not None and way.security is Secured.NONE and not is_loopback(way.host):
            return Turn(state, tell(asked, sentence("adding.in_clear", host=way.host)))
    given = replace(state, imap=imap, smtp=smtp, box=None, imap_tried=None, smtp_tried=None, saves_sent=False)
    if given.ways is None:
        going = at(given, Step.SERVERS, asked.now)
        return Turn(going, tell(asked, *asks(going)))
    if state.sign_in is not None:
        # What one provider gave is shown to no other server.
        going, calls = asked_for(dialogue, given, asked.instance, asked.now)
        return Turn(going, calls + tell(asked, *asks(going)))
    return _tries(dialogue, given, asked)


def _named(written: MailWay | None, known: MailWay | None, all: Written, state: NewMailbox) -> MailWay | None:
    """A way with the name to log in by: the one that was written, else the one of before, else the address."""
    way = written or known
    if way is None:
        return None
    before = known.user if known is not None else ""
    return replace(way, user=(written.user if written is not None else "") or all.user or before or state.address)


def _tries(dialogue: Dialogue, state: NewMailbox, asked: Asked) -> Turn:
    if state.secret is None:
        going, calls = asked_for(dialogue, state, asked.instance, asked.now)
        return Turn(going, calls + tell(asked, *asks(going)))
    going = trying(state, asked.now)
    return Turn(going, tries(dialogue, going) + tell(asked, *asks(going)))


def confirmed(dialogue: Dialogue, state: NewMailbox, asked: Asked) -> Turn:
    """The turn after `!yes`."""
    denied = _denied(state, asked)
    if denied is not None:
        return denied
    if state.step is not Step.READY:
        return Turn(state, tell(asked, *asks(state)))
    ended = gone(dialogue, state, asked.instance, asked.now)
    if ended is not None:
        return ended
    if state.room is None:
        making = at(state, Step.MAKING, asked.now)
        # Where the operator does without encryption in the room where passwords are told, there is none here either.
        call = MakeRoom(
            state.name or state.address,
            f"dialogue:{dialogue.id}",
            dialogue.person,
            is_encrypted=asked.room_encrypted,
        )
        return Turn(making, Decision((), (Do(call, dialogue=dialogue.id),)) + tell(asked, *asks(making)))
    wrong = _no_room(asked, state.room)
    if wrong is not None:
        going = at(replace(state, room=None), Step.ROOM, asked.now)
        return Turn(going, tell(asked, wrong, *asks(going)))
    return added(dialogue, state, state.room, asked.instance, asked.now)


def _denied(state: NewMailbox, asked: Asked) -> Turn | None:
    """The turn for words that do not count; None where they do."""
    judged = rights.may_command(asked.instance, rights.voice_of(asked), is_sensitive=True)
    if isinstance(judged, rights.Denied):
        told = tell(asked, judged.why, in_clear=judged.is_shut_out) if judged.why is not None else NOTHING
        return Turn(state, told)
    if asked.person not in asked.instance.admins:
        return Turn(over(state, asked.now), let_go(state) + tell(asked, sentence("error.admins_only")))
    return None


def _no_room(asked: Asked, room: RoomId) -> Sentence | None:
    """Why a room cannot be taken: one that the person is not in is as good as none."""
    is_fit = {asked.person, asked.instance.bot} <= set(asked.facts[MembersOf(room)])
    known = (*asked.instance.mailboxes, *asked.instance.removed, *asked.others)
    # Whoever runs one mailbox reads its config room, and is not meant to read another one's mail.
    is_run_in = room == asked.instance.config_room or any(one.config_room == room for one in known)
    is_direct = asked.instance.direct_in(room) is not None
    return None if is_fit and not (is_run_in or is_direct) else sentence("adding.no_such_room")


def back(dialogue: Dialogue, state: NewMailbox, asked: Asked) -> Turn | None:
    """The turn to the step before; None where there is none."""
    step = Step.PASSWORD if state.step is Step.TRYING else state.step
    if step not in _BACK or step is Step.SERVERS:
        return None
    to = _BACK[_BACK.index(step) - 1]
    if to is Step.EARLIER and state.box is not None and not state.box.mails:
        to = Step.ROOM
    match to:
        case Step.SERVERS:
            going = at(without_secret(state), Step.SERVERS, asked.now)
            return Turn(going, let_go(state) + tell(asked, *asks(going)))
        case Step.PASSWORD:
            going, calls = asked_for(dialogue, state, asked.instance, asked.now)
            return Turn(going, calls + tell(asked, *asks(going)))
        case Step.ROOM:
            going = at(replace(state, room=None, makes_room=False, start=""), Step.ROOM, asked.now)
        case _:
            going = at(replace(state, start=""), Step.EARLIER, asked.now)
    return Turn(going, tell(asked, *asks(going)))
