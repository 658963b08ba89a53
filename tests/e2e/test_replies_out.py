"""Replies against an SMTP server that refuses, waits, breaks off and goes away."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping

import pytest

from bot.demo.matrix_user import RoomEvent
from bot.demo.servers.dovecot import Dovecot
from bot.demo.servers.smtp_sink import DropAfterDot, Failure, RefuseMessage, RefuseRecipient, SlowAnswer
from bot.demo.servers.synapse import Synapse
from tests.e2e.house import Case, Desk, House, housed, until
from tests.e2e.letters import MARIE, id_of, letter, new_id

_FIRST_RETRY = 180.0
"""Seconds. The contract: after a 4xx answer or an outage, within three minutes."""

_ONE_OF_TWO = "one recipient of two"


@pytest.fixture(scope="module")
async def own(synapse: Synapse, dovecot: Dovecot) -> AsyncIterator[House]:
    """A house whose SMTP server these scenarios may disturb."""
    async with housed(synapse, dovecot, desks=[{}, {}]) as one:
        yield one


@pytest.fixture(scope="module")
def own_out(own: House) -> Desk:
    return own.next_desk()


@pytest.fixture(scope="module")
async def postponed(own: House, own_out: Desk) -> Mapping[str, tuple[Case, str]]:
    """Replies that the server put off at the beginning: their second try is looked at last, so that nothing waits.

    It may come at any time, and none of them is to Marie: what the other scenarios let fail is for her alone.
    """
    found: dict[str, tuple[Case, str]] = {}
    # First, while no other reply waits for its second try.
    case = await own.case(own_out, letter(to=own_out.address, sender="away@example.net", id=new_id()))
    await own.sink.stop()
    try:
        reply = await case.reply("Put off: server away.")
        await case.state(reply, "retrying")
    finally:
        await own.sink.start()
    found["server away"] = (case, reply)
    failures: tuple[tuple[str, Failure], ...] = (
        ("450 at RCPT", RefuseRecipient(450, "4.2.0 greylisted, come back")),
        ("452 after DATA", RefuseMessage(452, "4.3.1 disk full for now")),
    )
    for number, (name, failure) in enumerate(failures):
        late = f"late{number}@example.net"
        case = await own.case(own_out, letter(to=own_out.address, sender=late, id=new_id()))
        own.sink.fail(failure, recipient=late)
        reply = await case.reply(f"Put off: {name}.")
        await case.state(reply, "retrying")
        found[name] = (case, reply)
    case = await own.case(own_out, letter(to=own_out.address, cc="slow@example.net", id=new_id()))
    own.sink.fail(RefuseRecipient(450, "4.2.0 greylisted"), recipient="slow@example.net")
    reply = await case.reply(f"Put off: {_ONE_OF_TWO}.")
    await case.state(reply, "partly")
    assert (await case.sent(f"Put off: {_ONE_OF_TWO}.")).recipients == (MARIE,)
    found[_ONE_OF_TWO] = (case, reply)
    return found


async def _notice(own: House, case: Case, words: str) -> RoomEvent:
    return await own.wait(
        case.room,
        lambda e: e.kind == "receipt" and e.thread == case.thread and words in e.body,
        f"{words!r} in the thread",
    )


def _times(own: House, words: str) -> int:
    return len([mail for mail in own.sink.received if words.encode() in mail.raw])


async def _copies(own: House, desk: Desk, message_id: str) -> int:
    return (await own.folder_ids(desk, "Sent")).count(message_id)


async def test_what_is_put_off_says_so(own: House, postponed: Mapping[str, tuple[Case, str]]) -> None:
    assert len(postponed) == 4
    for name, (case, _) in postponed.items():
        shown = [
            e for e in own.seen(case.room) if e.postroom.get("direction") == "out" and e.conversation == case.number
        ]
        state, mark = ("partly", "⚠") if name == _ONE_OF_TWO else ("retrying", "⏳")
        assert any(e.postroom.get("state") == state and mark in e.body for e in shown), name


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (RefuseRecipient(550, "5.1.1 nobody of that name"), "nobody of that name"),
        (RefuseMessage(554, "5.7.1 looks like spam"), "looks like spam"),
        (RefuseMessage(552, "5.3.4 too big"), "too big"),
    ],
)
async def test_what_is_refused_for_good_is_told_once_with_the_server_s_words(
    own: House, own_out: Desk, failure: Failure, words: str
) -> None:
    case = await own.case(own_out)
    own.sink.fail(failure, recipient=MARIE)
    text = f"Refused: {words}"

    reply = await case.reply(text)

    await case.state(reply, "refused")
    told = await _notice(own, case, words)
    assert told.content["m.mentions"] == {"user_ids": [own.alice.user_id]}
    await case.card("status", "active")
    assert _times(own, text) == 0

    again = await case.say("!resend")
    await case.sent(text)
    await case.state(reply, "sent")
    assert _times(own, text) == 1
    await case.card("status", "pending")
    del again


async def test_one_refused_recipient_of_two_is_named_and_the_other_gets_the_mail(own: House, own_out: Desk) -> None:
    case = await own.case(own_out, letter(to=own_out.address, cc="gone@example.net", id=new_id()))
    own.sink.fail(RefuseRecipient(550, "5.1.1 no such user"), recipient="gone@example.net", times=None)
    try:
        reply = await case.reply("To two of you.")
        await case.state(reply, "partly")
        told = await _notice(own, case, "gone@example.net")
        assert "no such user" in told.body
        mail = await case.sent("To two of you.")
        assert mail.recipients == (MARIE,)
    finally:
        own.sink.heal()
    await case.order("!follow")
    assert _times(own, "To two of you.") == 1


@pytest.mark.parametrize("taken", [True, False], ids=["taken", "lost"])
async def test_a_connection_dropped_after_the_final_dot_is_told_and_never_sent_again_by_itself(
    own: House, own_out: Desk, taken: bool
) -> None:
    case = await own.case(own_out)
    text = f"Uncertain, {taken}."
    own.sink.fail(DropAfterDot(keep=taken), recipient=MARIE)

    reply = await case.reply(text)

    await case.state(reply, "unknown")
    told = await _notice(own, case, "resend")
    assert "🔁" in told.body
    assert told.content["m.mentions"] == {"user_ids": [own.alice.user_id]}
    # A later reply has left by the same way: nothing of the first one is under way any more.
    other = await own.case(own_out)
    await other.state(await other.reply("Later."), "sent")
    assert _times(own, text) == int(taken)

    if taken:
        await case.say("!resend")
    else:
        await case.react("🔁", to=told.event_id)
    await case.state(reply, "sent")
    assert _times(own, text) == int(taken) + 1
    ids = {id_of(mail.raw) for mail in own.sink.received if text.encode() in mail.raw}
    assert len(ids) == 1
    (id,) = ids

    await _one_copy(own, own_out, id)


async def test_a_slow_250_is_waited_for(own: House, own_out: Desk) -> None:
    case, other = await own.case(own_out), await own.case(own_out)
    own.sink.fail(SlowAnswer(4.0), recipient=MARIE)

    reply = await case.reply("Slowly taken.")
    await case.sent("Slowly taken.")
    # Another conversation does not wait for it.
    await other.state(await other.reply("Quickly taken."), "sent")

    await case.state(reply, "sent")
    assert _times(own, "Slowly taken.") == 1


async def test_replies_of_one_conversation_leave_in_order_and_once_each(own: House, own_out: Desk) -> None:
    case = await own.case(own_out)
    replies = [await case.reply(f"Part {n} of five.") for n in range(5)]
    for reply in replies:
        await case.state(reply, "sent")

    found = [n for mail in own.sink.received for n in range(5) if f"\nPart {n} of five." in mail.raw.decode()]
    assert found == [0, 1, 2, 3, 4]


@pytest.mark.timeout(600)
async def test_what_was_put_off_leaves_within_three_minutes_and_once(
    own: House, own_out: Desk, postponed: Mapping[str, tuple[Case, str]]
) -> None:
    async def left(name: str, case: Case, reply: str) -> None:
        await case.sent(f"Put off: {name}.", timeout=_FIRST_RETRY)
        await case.state(reply, "sent", timeout=_FIRST_RETRY)

    async with asyncio.TaskGroup() as group:
        for name, (case, reply) in postponed.items():
            group.create_task(left(name, case, reply))
    for name in postponed:
        found = [mail for mail in own.sink.received if f"Put off: {name}.".encode() in mail.raw]
        assert len(found) == 1 + (name == _ONE_OF_TWO), name
        assert len({id_of(mail.raw) for mail in found}) == 1
        recipients = [one for mail in found for one in mail.recipients]
        assert len(recipients) == len(set(recipients))
        await _one_copy(own, own_out, id_of(found[0].raw))


async def _one_copy(own: House, desk: Desk, id: str) -> None:
    async def copied() -> bool:
        return await _copies(own, desk, id) > 0

    await until(copied, "the copy in Sent")
    assert await _copies(own, desk, id) == 1
