"""kill -9 at random moments on real servers: nothing lost, nothing doubled, each reply accounted for."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from dataclasses import dataclass, field

import pytest

from bot.demo.matrix_user import RoomEvent
from bot.demo.servers.dovecot import Dovecot
from bot.demo.servers.smtp_sink import SlowAnswer
from bot.demo.servers.synapse import Synapse
from tests.e2e.house import WAIT, Desk, House, housed, made_of, until
from tests.e2e.letters import id_of, letter, new_id

_KILLS = 12
_MAILS_EACH = 5
_SEED = 20261123


@dataclass(slots=True)
class _Done:
    """What people did while the bot was dying."""

    mails: list[str] = field(default_factory=list)
    replies: dict[str, str] = field(default_factory=dict)
    """The words of each reply, by its event."""
    replied: set[str] = field(default_factory=set)
    taken: list[str] = field(default_factory=list)
    """Threads that alice put her hand on."""


async def _a_round(house: House, desk: Desk, done: _Done, number: int) -> None:
    """Mails come in, and the team works on what it sees."""
    for _ in range(_MAILS_EACH):
        raw = letter(to=desk.address, id=new_id("kill"), text=f"Round {number}")
        done.mails.append(id_of(raw))
        await house.deliver(desk, raw)
    await house.alice.sync()

    def untouched() -> list[str]:
        threads = [event.thread for event in house.posted(desk.room, "mail") if event.postroom.get("direction") == "in"]
        return [thread for thread in threads if thread and thread not in done.replied and thread not in done.taken]

    if number % 2:
        await house.alice.wait_until(lambda: bool(untouched()), what="a mail to answer", timeout=WAIT)
    fresh = untouched()
    if number % 2:
        words = f"Reply of round {number}."
        done.replied.add(fresh[0])
        event = await house.alice.say(desk.room, f"!reply {words}", thread=fresh[0])
        done.replies[event] = words
    if len(fresh) > 1:
        done.taken.append(fresh[1])
        await house.alice.react(desk.room, fresh[1], "✋")


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_nothing_is_lost_or_doubled_by_twelve_kills(synapse: Synapse, dovecot: Dovecot) -> None:
    chance = random.Random(_SEED)
    async with housed(synapse, dovecot, desks=[{}], start=False, is_program=True) as house:
        (desk,) = house.desks
        # Long enough that some deaths fall between the final dot and its answer.
        house.sink.fail(SlowAnswer(0.4), times=None)
        done = _Done()
        for number in range(_KILLS):
            await house.bot.start()
            if number % 4 == 3:
                await house.bot.kill_after(chance.uniform(0.2, 2.5))
                print(f"killed while it started, {number + 1} of {_KILLS}")
                continue
            await house.bot.healthy()
            await _a_round(house, desk, done, number)
            await house.bot.kill_after(chance.uniform(0.0, 1.5))
            print(f"killed at work, {number + 1} of {_KILLS}")
        house.sink.heal()
        await house.bot.start()
        await house.bot.healthy()
        for number in range(_KILLS, _KILLS + 3):
            await _a_round(house, desk, done, number)
        await house.mail_count(desk, len(done.mails), timeout=120)
        await _all_told(house, desk, done)
        await house.quiet(desk)
        await _must_hold(house, desk, done)


async def _all_told(house: House, desk: Desk, done: _Done) -> None:
    """Each reply is reported as sent, refused or unknown, and each hand on a card is seen on it."""

    async def told() -> bool:
        await house.alice.sync()
        return all(_state(house, desk, event) in ("sent", "refused", "unknown") for event in done.replies)

    async def taken() -> bool:
        await house.alice.sync()
        cards = [house.alice.current(desk.room, thread) for thread in done.taken]
        return all(card is not None and card.postroom.get("assignee") == house.alice.user_id for card in cards)

    async def followed() -> bool:
        await house.alice.sync()
        in_sent = await house.folder_ids(desk, "Sent")
        return all(_is_followed(house, desk, event, in_sent) for event in done.replies)

    await until(told, "each reply reported")
    await until(taken, "each hand seen on its card")
    # Calls of their own, made after the one that shows the state.
    await until(followed, "a copy in Sent and in the thread of what was sent, and an offer to resend what may be lost")


def _is_followed(house: House, desk: Desk, source: str, in_sent: list[str]) -> bool:
    mail = next(e for e in house.posted(desk.room, "mail") if made_of(e) == source)
    if _state(house, desk, source) == "sent":
        return str(mail.postroom.get("message_id")) in in_sent
    notices = house.posted(desk.room, "receipt")
    return _state(house, desk, source) != "unknown" or any(
        "resend" in e.body and e.thread == mail.thread for e in notices
    )


def _state(house: House, desk: Desk, source: str) -> str:
    for event in house.posted(desk.room, "mail"):
        if made_of(event) == source:
            current = house.alice.current(desk.room, event.event_id)
            return str(current.postroom.get("state")) if current is not None else ""
    return ""


async def _must_hold(house: House, desk: Desk, done: _Done) -> None:
    assert len(done.mails) >= 60
    assert len(done.replies) >= 4
    events = [e for e in await house.alice.messages(desk.room, limit=5000) if e.sender == house.bot_id]
    posted = [e for e in events if e.replaces is None]
    _each_once([e for e in posted if e.kind == "mail"], "message_id")
    _each_once([e for e in posted if e.kind == "conversation"], "conversation")
    shown = {e.postroom.get("message_id") for e in posted if e.kind == "mail"}
    assert not set(done.mails) - shown, "mails were lost"
    cards = [e for e in posted if e.kind == "conversation"]
    assert len(cards) == len(done.mails) + 1
    roots = {card.event_id for card in cards}
    assert all(e.thread in roots for e in posted if e.kind == "mail")
    in_sent = Counter(await house.folder_ids(desk, "Sent"))
    for event, words in done.replies.items():
        shown_as = [e for e in posted if made_of(e) == event]
        assert len(shown_as) == 1, f"{words}: {len(shown_as)} events"
        id = str(shown_as[0].postroom.get("message_id"))
        left = [mail for mail in house.sink.received if words.encode() in mail.raw]
        state = _state(house, desk, event)
        print(f"{words} {state}, taken {len(left)} times, {in_sent[id]} in Sent")
        assert len(left) <= 1, f"{words} was sent {len(left)} times"
        assert all(id_of(mail.raw) == id for mail in left)
        assert in_sent[id] <= 1, f"{words}: {in_sent[id]} copies in Sent"
        if state == "sent":
            assert len(left) == 1 and in_sent[id] == 1, words
            assert id in shown, f"{words} is not shown in its thread"
        elif state == "unknown":
            thread = next(e.thread for e in posted if e is shown_as[0])
            assert any("resend" in e.body and e.thread == thread for e in posted if e.kind == "receipt"), words


def _each_once(events: list[RoomEvent], key: str) -> None:
    twice = [value for value, count in Counter(e.postroom.get(key) for e in events).items() if count > 1]
    assert not twice, f"posted twice: {twice}"


@pytest.mark.slow
async def test_a_death_between_the_final_dot_and_its_answer_is_told_as_uncertain(
    synapse: Synapse, dovecot: Dovecot
) -> None:
    async with housed(synapse, dovecot) as house:
        (desk,) = house.desks
        case = await house.case(desk)
        house.sink.fail(SlowAnswer(20.0))
        reply = await case.reply("Who knows.")
        await case.sent("Who knows.")
        await house.bot.kill()

        await house.bot.start()

        await case.state(reply, "unknown")
        await house.wait(desk.room, lambda e: e.thread == case.thread and "resend" in e.body, "the offer to resend")
        other = await house.case(desk)
        await other.state(await other.reply("Another."), "sent")
        assert len([mail for mail in house.sink.received if b"Who knows." in mail.raw]) == 1


@pytest.mark.slow
async def test_what_happens_while_the_bot_is_down_is_done_when_it_is_back(synapse: Synapse, dovecot: Dovecot) -> None:
    async with housed(synapse, dovecot) as house:
        (desk,) = house.desks
        case, other = await house.case(desk), await house.case(desk)
        done = await case.order("!assign me")
        assert await house.bot.stop() == 0
        reply = await case.reply("While you were away.")
        await other.react("✅")
        raws = [letter(to=desk.address, id=new_id("away")) for _ in range(3)]
        for raw in raws:
            await house.deliver(desk, raw)
        deleted = await other.reply("Deleted before it was seen.")
        await house.alice.redact(desk.room, deleted)

        await house.bot.start()

        await asyncio.gather(*(house.mail_event(desk, id_of(raw)) for raw in raws))
        await case.state(reply, "sent")
        await other.card("status", "closed")
        await house.quiet(desk)
        await other.nothing_left("Deleted before")
        marks = [e for e in house.seen(desk.room) if e.reacts_to == done]
        assert len(marks) == 1, "a command was run again after the restart"
