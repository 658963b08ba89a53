"""What comes back as it was before, in encrypted rooms: nothing lost, nothing doubled, nothing uncertain, and it is told."""

import shutil
from collections import Counter
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from bot.demo.matrix_user import MatrixUser
from bot.demo.servers.pymap_server import PymapServer
from bot.demo.servers.synapse import Synapse
from tests.e2e.copies import PostgresCopy, SqliteCopy, stopped
from tests.e2e.house import TEAM_PASSWORD, WAIT, housed, until, words
from tests.e2e.letters import id_of, letter, new_id
from tests.e2ee.conftest import NewElement, need_sdk
from tests.e2ee.element import Element
from tests.e2ee.test_trust import localpart
from tests.e2ee.test_whole_bot import Secret, begun_encrypted

_REPLIES = 3


async def _posted(secret: Secret, kind: str) -> list[dict[str, Any]]:
    """What alice reads of the bot, without edits, each as it stands now."""
    found = await secret.alice.do("posted", room=secret.desk.room, sender=secret.house.bot_id)
    assert found["unread"] == 0
    return [one for one in found["events"] if one["content"].get("org.postroom", {}).get("kind") == kind]


def _about(event: dict[str, Any]) -> dict[str, Any]:
    about = event["content"]["org.postroom"]
    assert isinstance(about, dict)
    return about


async def _mails(secret: Secret, count: int) -> list[str]:
    raws = [letter(to=secret.desk.address, id=new_id("restored")) for _ in range(count)]
    for raw in raws:
        await secret.house.deliver(secret.desk, raw)
    ids = [id_of(raw) for raw in raws]

    async def all_there() -> bool:
        return {str(_about(one).get("message_id")) for one in await _posted(secret, "mail")} >= set(ids)

    await until(all_there, "the mails in their threads")
    return ids


async def _card(secret: Secret, thread: str) -> dict[str, Any]:
    (card,) = [one for one in await _posted(secret, "conversation") if one["event"] == thread]
    return _about(card)


async def _thread(secret: Secret, message_id: str) -> str:
    (mail,) = [one for one in await _posted(secret, "mail") if _about(one).get("message_id") == message_id]
    return str(mail["thread"])


async def _reply(secret: Secret, thread: str, text: str) -> None:
    await secret.alice.do("say", room=secret.desk.room, text=f"!reply {text}", thread=thread)
    await secret.house.sink.wait_for(lambda one: text.encode() in one.raw, what=f"{text} at the server", timeout=WAIT)

    async def is_told() -> bool:
        out = [one for one in await _posted(secret, "mail") if text in (one["body"] or "")]
        return bool(out) and _about(out[-1]).get("state") == "sent"

    await until(is_told, f"{text} shown as sent")


async def _status(secret: Secret, thread: str, status: str, assignee: str | None = None) -> None:
    async def is_so() -> bool:
        card = await _card(secret, thread)
        return card.get("status") == status and card.get("assignee") == assignee

    await until(is_so, f"the card is {status}, of {assignee}")


async def _play(secret: Secret, copy: SqliteCopy | PostgresCopy, *, keeps_matrix: bool) -> None:
    house, room, alice = secret.house, secret.desk.room, secret.alice
    before = await _mails(secret, _REPLIES + 2)
    threads = [await _thread(secret, one) for one in before]
    async with stopped(house):
        await copy.take()
    for number, thread in enumerate(threads[:_REPLIES]):
        await _reply(secret, thread, f"Reply number {number}.")
    await alice.do("say", room=room, text=f"!assign {house.bob.user_id}", thread=threads[_REPLIES])
    await _status(secret, threads[_REPLIES], "active", house.bob.user_id)
    await alice.do("say", room=room, text="!close", thread=threads[_REPLIES + 1])
    await _status(secret, threads[_REPLIES + 1], "closed")
    in_the_gap = await _mails(secret, 3)
    assert len(house.sink.received) == _REPLIES
    async with stopped(house):
        await copy.put_back()
        if not keeps_matrix:
            shutil.rmtree(house.folder / "data" / "matrix")
    afterwards = await _mails(secret, 3)
    await _reply(secret, await _thread(secret, in_the_gap[0]), "A thread of the gap.")

    shown = Counter(str(_about(one).get("message_id")) for one in await _posted(secret, "mail"))
    wanted = (*before, *in_the_gap, *afterwards)
    lost = [one for one in wanted if not shown[one]]
    doubled = [one for one, times in shown.items() if times > 1]
    numbers = Counter(_about(one).get("conversation") for one in await _posted(secret, "conversation"))
    doubled += [f"card {one}" for one, times in numbers.items() if times > 1]
    states = Counter(_about(one).get("state") for one in await _posted(secret, "mail"))
    await house.alice.sync()
    told = [e for e in house.seen(house.config_room) if words("restored.put_back") in e.body]
    assert (lost, doubled, states["unknown"], len(told)) == ([], [], 0, 1)
    assert len(numbers) == len(wanted)
    # Nothing left twice, and what was done holds.
    assert len(house.sink.received) == _REPLIES + 1
    await _status(secret, threads[0], "pending", alice.user_id)
    await _status(secret, threads[_REPLIES], "active", house.bob.user_id)
    await _status(secret, threads[_REPLIES + 1], "closed")


@pytest.mark.slow
@pytest.mark.parametrize("keeps_matrix", [True, False], ids=["with matrix", "without matrix"])
async def test_a_database_that_was_put_back_repeats_and_loses_nothing_in_an_encrypted_room(
    synapse: Synapse, pymap_server: PymapServer, new_element: NewElement, keeps_matrix: bool
) -> None:
    async with housed(synapse, pymap_server, start=False) as house:
        alice = await new_element("alice", user=localpart(house.alice.user_id), password=TEAM_PASSWORD)
        await _play(await begun_encrypted(house, alice), SqliteCopy(house), keeps_matrix=keeps_matrix)


@pytest.mark.slow
async def test_a_postgresql_database_that_was_put_back_repeats_and_loses_nothing_in_an_encrypted_room(
    synapse: Synapse, pymap_server: PymapServer, new_element: NewElement, own_postgres: str
) -> None:
    async with housed(synapse, pymap_server, database=own_postgres, start=False) as house:
        alice = await new_element("alice", user=localpart(house.alice.user_id), password=TEAM_PASSWORD)
        await _play(await begun_encrypted(house, alice), PostgresCopy(own_postgres), keeps_matrix=False)


@pytest.mark.slow
async def test_a_homeserver_that_was_put_back_gets_anew_what_it_lost_of_an_encrypted_room(
    pymap_server: PymapServer, tmp_path: Path
) -> None:
    need_sdk()
    folder = tmp_path / "synapse"
    async with AsyncExitStack() as stack:
        synapse = await stack.enter_async_context(Synapse.started(folder))
        house = await stack.enter_async_context(housed(synapse, pymap_server, start=False))
        name = localpart(house.alice.user_id)
        async with Element.logged_in(synapse.base_url, name, TEAM_PASSWORD) as alice:
            key = (await alice.do("setUpRecovery"))["key"]
            secret = await begun_encrypted(house, alice)
            before = await _mails(secret, 1)
            file, copy = folder / "homeserver.db", folder / "copy.db"
            async with stopped(house):
                await synapse.stop()
                shutil.copy(file, copy)
                await synapse.start()
            in_the_gap = await _mails(secret, 3)
            await _reply(secret, await _thread(secret, before[0]), "Said in the gap.")
        await house.bot.stop()
        await synapse.stop()
        for tail in ("-wal", "-shm"):
            Path(f"{file}{tail}").unlink(missing_ok=True)
        shutil.copy(copy, file)
        await synapse.start()
        # Her own client would ask from a position that the homeserver does not know.
        again = await stack.enter_async_context(
            Element.logged_in(synapse.base_url, name, TEAM_PASSWORD, cross_signing=False)
        )
        await again.do("useRecovery", key=key)
        await house.bot.start()
        await house.bot.healthy()
        secret = Secret(house, secret.desk, again)

        async def shown() -> Counter[str]:
            found = await again.do("posted", room=secret.desk.room, sender=house.bot_id)
            about = [one["content"].get("org.postroom", {}) for one in found["events"]]
            return Counter(str(one.get("message_id")) for one in about if one.get("kind") == "mail")

        async def all_there() -> bool:
            return set(await shown()) >= set(in_the_gap)

        await until(all_there, "what was lost, posted anew")
        assert set((await shown()).values()) == {1}
        await _reply_again(secret, in_the_gap[0])
        assert [sum(word in one.raw for one in house.sink.received) for word in (b"in the gap", b"was lost")] == [1, 1]
        found = await again.do("posted", room=secret.desk.room, sender=house.bot_id)
        about = [one["content"].get("org.postroom", {}) for one in found["events"]]
        assert not [one for one in about if one.get("state") == "unknown"]
        async with MatrixUser.logged_in(synapse.base_url, name, TEAM_PASSWORD) as plain:

            def told() -> int:
                return sum(words("restored.homeserver") in e.body for e in plain.events(house.config_room))

            await plain.wait_until(lambda: told() > 0, what="a word in the config room", timeout=WAIT)
            assert told() == 1


async def _reply_again(secret: Secret, message_id: str) -> None:
    found = await secret.alice.do("posted", room=secret.desk.room, sender=secret.house.bot_id)
    (mail,) = [one for one in found["events"] if one["content"].get("org.postroom", {}).get("message_id") == message_id]
    await secret.alice.do("say", room=secret.desk.room, text="!reply A thread that was lost.", thread=mail["thread"])
    await secret.house.sink.wait_for(lambda one: b"was lost" in one.raw, what="its answer", timeout=WAIT)
