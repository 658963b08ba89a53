"""Each of the ten events by each medium, on real servers: whoever chose one is told so, once, and by no other."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import pytest

from bot.demo.matrix_user import MatrixUser, RoomEvent
from bot.demo.servers.dovecot import Dovecot
from bot.demo.servers.smtp_sink import Received
from bot.demo.servers.synapse import Synapse
from bot.domain.choices import Medium, Occasion
from tests.conftest import NewMember
from tests.e2e.house import Case, Desk, House, housed, replies_to
from tests.e2e.letters import id_of, letter, new_id, read
from tests.e2e.test_direct import begun

_THEIRS = (Occasion.ASSIGNED_ME, Occasion.REPLIED_MINE, Occasion.NOTED_MINE)
"""For each person in a conversation of their own."""
_WORDS = {Medium.MENTION: "on", Medium.DIRECT: "direct", Medium.EMAIL: "email", Medium.NONE: "off"}
_MAILED = 200.0
"""Seconds: two minutes, in which somebody may read it, and a slow machine."""

Cases = Mapping[tuple[Occasion, Medium], Case]


@dataclass(frozen=True)
class Person:
    medium: Medium
    who: MatrixUser
    address: str

    @property
    def id(self) -> str:
        return self.who.user_id


def _waits(what: str) -> None:
    print(f"waiting: {what}", flush=True)


async def _people(house: House, desk: Desk, new_member: NewMember) -> list[Person]:
    found = [Person(Medium.MENTION, house.bob, "")]
    for medium in (Medium.DIRECT, Medium.EMAIL, Medium.NONE):
        who = await new_member(medium.value)
        await house.alice.invite(desk.room, who.user_id)
        await who.join(desk.room)
        found.append(Person(medium, who, f"{medium.value}@home.example"))
    return found


async def _cases(house: House, desk: Desk, people: Sequence[Person]) -> Cases:
    """A conversation for each event; those that are somebody's, for each of them. `NEW` has none yet."""
    wanted = [(event, one.medium) for event in Occasion for one in people if event is not Occasion.NEW]
    keys = [(event, medium if event in _THEIRS else people[0].medium) for event, medium in wanted]
    raws = {key: letter(to=desk.address, id=new_id(), subject=_subject(*key)) for key in dict.fromkeys(keys)}
    for raw in raws.values():
        await house.deliver(desk, raw)
    made = dict[tuple[Occasion, Medium], Case]()
    for key, raw in raws.items():
        _waits(f"the thread of {_subject(*key)}")
        mail = await house.mail_event(desk, id_of(raw), timeout=60)
        assert mail.thread is not None
        made[key] = Case(house, desk, mail.thread, mail, id_of(raw))
    return {pair: made[key] for pair, key in zip(wanted, keys, strict=True)}


def _subject(event: Occasion, medium: Medium) -> str:
    return f"Cas {event.value} {medium.value if event in _THEIRS else 'commun'}"


async def _prepare(house: House, cases: Cases, people: Sequence[Person]) -> None:
    """Whose each conversation is before anything happens."""
    _waits("whose each conversation is")
    done = list[tuple[Case, str]]()
    for one in people:
        for event in (Occasion.REPLIED_MINE, Occasion.NOTED_MINE):
            case = cases[event, one.medium]
            done.append((case, await case.say(f"!assign {one.id}")))
        followed = cases[Occasion.FOLLOWED, one.medium]
        done.append((followed, await followed.say("!follow", who=one.who)))
    for event in (Occasion.FOLLOWED, Occasion.REPLIED_OTHERS, Occasion.NOTED_OTHERS):
        case = cases[event, Medium.MENTION]
        done.append((case, await case.say("!assign me")))
    for case, order in done:
        await case.done(order)


async def _choose(house: House, desk: Desk, one: Person) -> str:
    """Every event by the one medium of this person; their direct chat, where it is that."""
    _waits(f"the choices of whoever takes {one.medium.value}")
    room = await begun(house, one.who) if one.medium is Medium.DIRECT else ""
    if one.medium is Medium.EMAIL:
        await one.who.say(desk.room, f"!email {one.address}")
        code = await house.sink.wait_for(lambda mail: mail.recipients == (one.address,), what="the code")
        body = read(code.raw).get_body(("plain",))
        found = re.search(r"\b(\d{8})\b", body.get_content()) if body is not None else None
        assert found is not None
        await one.who.say(desk.room, f"!email confirm {found[1]}")
    last = ""
    for event in Occasion:
        last = await one.who.say(desk.room, f"!notify {event.value} {_WORDS[one.medium]}")
    await house.wait(desk.room, lambda e: replies_to(e) == last, "the answer to the last choice", timeout=60)
    return room


async def _happen(house: House, desk: Desk, cases: Cases, people: Sequence[Person]) -> int:
    """The ten events, by Alice and by the correspondent; the number of the conversation that is new."""
    one_of = people[0].medium

    async def mails(event: Occasion, medium: Medium) -> None:
        case = cases[event, medium]
        await house.deliver(desk, letter(to=desk.address, id=new_id(), text="Alors ?", answers=case.message_id))

    for one in people:
        await cases[Occasion.ASSIGNED_ME, one.medium].say(f"!assign {one.id}")
        await mails(Occasion.REPLIED_MINE, one.medium)
        await cases[Occasion.NOTED_MINE, one.medium].say("!note Vu avec elle.")
    await cases[Occasion.ASSIGNED_OTHER, one_of].say("!assign me")
    await cases[Occasion.FOLLOWED, one_of].say("!close")
    await mails(Occasion.REPLIED_UNASSIGNED, one_of)
    await mails(Occasion.REPLIED_OTHERS, one_of)
    await cases[Occasion.NOTED_UNASSIGNED, one_of].say("!note Vu avec elle.")
    await cases[Occasion.NOTED_OTHERS, one_of].say("!note Vu avec elle.")
    new = await house.case(desk, subject=_subject(Occasion.NEW, one_of))
    return new.number


def _mentions(event: RoomEvent, who: str) -> bool:
    told = event.content.get("m.mentions")
    return isinstance(told, dict) and who in told.get("user_ids", ())


def _about(events: Sequence[RoomEvent], who: str) -> Counter[int]:
    """By conversation, how often the person was mentioned; edits ring nobody."""
    found = [one for one in events if _mentions(one, who) and "m.new_content" not in one.content]
    return Counter(one.conversation or 0 for one in found)


def _told_in(mail: Received) -> list[int]:
    """The conversations of a mail to a member: one, or many that happened at once."""
    body = read(mail.raw).get_body(("plain",))
    return [int(number) for number in re.findall(r"(?m)^#(\d+), ", body.get_content())] if body is not None else []


def _tells(number: int, mail: Received) -> bool:
    return mail.recipients == ("email@home.example",) and number in _told_in(mail)


@pytest.mark.slow
@pytest.mark.timeout(900)
async def test_each_event_by_each_medium(synapse: Synapse, dovecot: Dovecot, new_member: NewMember) -> None:
    async with housed(synapse, dovecot) as house:
        (desk,) = house.desks
        people = await _people(house, desk, new_member)
        cases = await _cases(house, desk, people)
        await _prepare(house, cases, people)
        rooms = [await _choose(house, desk, one) for one in people]
        await house.alice.sync()
        before = len(house.seen(desk.room))
        new = await _happen(house, desk, cases, people)
        # What is one person's is somebody else's to the others, who are told of that as well.
        every = {case.number: event for (event, _), case in cases.items()} | {new: Occasion.NEW}
        assert set(every.values()) == set(Occasion) and len(every) == 7 + len(_THEIRS) * len(people)
        by = {one.medium: one for one in people}

        def rung(medium: Medium) -> Counter[int]:
            return _about(house.seen(desk.room)[before:], by[medium].id)

        _waits("the mentions in the room")
        await house.alice.wait_until(
            lambda: set(rung(Medium.MENTION)) >= set(every), what="each event by a mention", timeout=90
        )
        chat = by[Medium.DIRECT].who
        (room,) = [room for room in rooms if room]

        def told_there() -> Counter[int]:
            return _about(chat.events(room), chat.user_id)

        _waits("the lines in the direct chat")
        await chat.wait_until(lambda: set(told_there()) >= set(every), what="each event in the chat", timeout=90)
        _waits("the mails, two minutes after the events")
        mailed = Counter[int]()
        for number, event in every.items():
            await house.sink.wait_for(
                partial(_tells, number),
                what=f"the mail of {event.value}",
                timeout=_MAILED,
            )
        to_them = [mail for mail in house.sink.received if mail.recipients[0].endswith("@home.example")]
        for mail in to_them:
            about = _told_in(mail)
            assert not about or mail.recipients == ("email@home.example",)
            mailed += Counter(about)
        await house.alice.sync()
        once = Counter(dict.fromkeys(every, 1))
        assert rung(Medium.MENTION) == told_there() == mailed == once
        for medium in (Medium.DIRECT, Medium.EMAIL, Medium.NONE):
            assert rung(medium) == Counter(), f"{medium.value}: mentioned as well"
