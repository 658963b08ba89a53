"""The homeserver of the tests does what tests rely on."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.demo.matrix_user import MatrixRefused, MatrixUser, NotSeen
from bot.demo.servers.http_proxy import AnswerLost, HttpProxy
from bot.demo.servers.process import ServerFailed
from bot.demo.servers.synapse import Synapse
from tests.conftest import NewMember


async def test_a_member_sees_threads_edits_reactions_and_redactions_of_another(new_member: NewMember) -> None:
    alice, bob = await new_member("alice"), await new_member("bob")
    room = await alice.create_room(name="team", invite=[bob.user_id], powers={bob.user_id: 50})
    await bob.join(room)
    root = await alice.say(room, "a card")
    answer = await bob.say(room, "in the thread", thread=root)
    reaction = await bob.react(room, root, "✋")
    assert (await alice.wait_for(room, lambda event: event.key == "✋", what="✋")).reacts_to == root
    await alice.edit(room, root, "a changed card")
    await bob.redact(room, reaction)

    await alice.wait_for(room, lambda event: event.redacts == reaction, what="the redaction")
    seen = await alice.wait_for(room, lambda event: event.thread == root, what="bob's answer")
    assert seen.event_id == answer
    current = alice.current(room, root)
    assert current is not None
    assert current.body == "a changed card"
    assert (await bob.latest(room, root)).body == "a changed card"
    assert [event.event_id for event in await bob.relations(room, root)] == [answer]


async def test_a_gap_in_the_sync_is_filled(new_member: NewMember) -> None:
    alice, bob = await new_member("alice"), await new_member("bob")
    room = await alice.create_room(name="team", invite=[bob.user_id])
    await bob.join(room)
    await bob.sync()
    sent = [await alice.say(room, f"message {number}") for number in range(250)]
    await bob.sync()
    assert [event.event_id for event in bob.events(room) if event.type == "m.room.message"] == sent


async def test_a_file_goes_up_and_down(new_member: NewMember) -> None:
    alice = await new_member("alice")
    room = await alice.create_room(name="team")
    sent = await alice.send_file(room, b"%PDF-1.4", filename="bill.pdf", content_type="application/pdf")
    event = await alice.event(room, sent)
    assert await alice.download(str(event.content["url"])) == b"%PDF-1.4"


async def test_mentions_and_rights_that_are_none_are_refused(new_member: NewMember) -> None:
    alice = await new_member("alice")
    room = await alice.create_room(name="team")
    nobody = {"msgtype": "m.text", "body": "a card", "m.mentions": {"user_ids": 5}}
    with pytest.raises(MatrixRefused, match="400"):
        await alice.send(room, nobody)
    rights = await alice.state(room, "m.room.power_levels")
    with pytest.raises(MatrixRefused, match="400"):
        await alice.put_state(room, "m.room.power_levels", {**rights, "redact": "fifty"})
    assert await alice.put_state(room, "m.room.power_levels", {**rights, "redact": 60})


async def test_waiting_in_vain_names_what_was_waited_for(new_member: NewMember) -> None:
    alice = await new_member("alice")
    room = await alice.create_room(name="team")
    with pytest.raises(NotSeen, match="the second coming"):
        await alice.wait_for(room, lambda _: False, what="the second coming", timeout=0.1)


async def test_it_keeps_what_it_knew_over_a_kill(tmp_path: Path) -> None:
    async with Synapse.started(tmp_path, room_version="11") as synapse:
        await synapse.register("alice", "password")
        async with MatrixUser.logged_in(synapse.base_url, "alice", "password") as alice:
            room = await alice.create_room(name="team")
            event = await alice.say(room, "before")
            await synapse.kill()
            assert synapse.pid is None
            await synapse.start()
            assert (await alice.event(room, event)).body == "before"
            assert (await alice.state(room, "m.room.create"))["room_version"] == "11"
        with pytest.raises(ServerFailed, match="M_USER_IN_USE"):
            await synapse.register("alice", "password")


async def test_default_limits_hold_a_normal_account_back_until_they_are_lifted(tmp_path: Path) -> None:
    async with Synapse.started(tmp_path, limits="default", storage="memory") as synapse:
        await synapse.register("alice", "password")
        async with MatrixUser.logged_in(synapse.base_url, "alice", "password") as alice:
            room = await alice.create_room(name="team")
            async with HttpProxy.started(synapse.base_url) as proxy:
                # A client that does not wait, to see the refusal itself.
                hasty = MatrixUser(proxy.base_url, alice._session)
                hasty.access_token = alice.access_token
                proxy.answer_429(retry_after_ms=1, times=2)
                await hasty.say(room, "after two refusals")
                assert [request.status for request in proxy.requests] == [429, 429, 200]
            await synapse.override_ratelimit(alice.user_id)
            for number in range(30):
                await alice.say(room, f"message {number}")


async def test_a_lost_answer_leaves_the_event_in_the_room(synapse: Synapse, new_member: NewMember) -> None:
    alice = await new_member("alice")
    room = await alice.create_room(name="team")
    async with HttpProxy.started(synapse.base_url) as proxy:
        through = MatrixUser(proxy.base_url, alice._session)
        through.access_token = alice.access_token
        proxy.disturb(AnswerLost(), path_holds="/send/", times=1)
        # aiohttp repeats an idempotent request by itself when a connection breaks: the transaction id makes it one.
        await through.say(room, "once")
        assert proxy.count("/send/") == 2
    await alice.sync()
    assert [event.body for event in alice.events(room) if event.type == "m.room.message"] == ["once"]


async def test_a_homeserver_that_is_down_refuses_and_comes_back(synapse: Synapse, new_member: NewMember) -> None:
    alice = await new_member("alice")
    async with HttpProxy.started(synapse.base_url) as proxy:
        through = MatrixUser(proxy.base_url, alice._session)
        through.access_token = alice.access_token
        proxy.answer_502(times=1)
        with pytest.raises(Exception, match=r"(?i)json|expecting|502"):
            await through.request("GET", "/_matrix/client/v3/account/whoami")
        await proxy.refuse()
        with pytest.raises(OSError, match="onnect"):
            await through.request("GET", "/_matrix/client/v3/account/whoami")
        await proxy.listen()
        answer = await through.request("GET", "/_matrix/client/v3/account/whoami")
        assert answer["user_id"] == alice.user_id


async def test_errors_of_the_homeserver_carry_their_code(new_member: NewMember) -> None:
    alice = await new_member("alice")
    with pytest.raises(MatrixRefused) as caught:
        await alice.join("!nowhere:localhost")
    assert caught.value.errcode.startswith("M_")
