"""A homeserver with the limits that every Synapse has: an event in five seconds, ten at once."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from bot.demo.servers.dovecot import Dovecot
from bot.demo.servers.synapse import Synapse
from tests.e2e.house import answer, housed
from tests.e2e.letters import id_of, letter, new_id


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_under_default_limits_answers_come_first_and_nothing_is_lost(
    dovecot: Dovecot, tmp_path: Path, synapse: Synapse
) -> None:
    del synapse  # asked for since it tells when Synapse is not installed
    async with Synapse.started(tmp_path / "synapse", limits="default", storage="memory") as limited:
        async with housed(limited, dovecot) as house:
            (desk,) = house.desks
            case = await house.case(desk)
            raws = [letter(to=desk.address, id=new_id("limits")) for _ in range(12)]
            for raw in raws:
                await house.deliver(desk, raw)
            await house.mail_count(desk, 3)

            asked_at = time.monotonic()
            event = await house.alice.say(desk.room, "!list")
            await answer(house, desk.room, event, "the answer to !list")
            command = await case.say("!assign me")
            await case.done(command)
            took = time.monotonic() - asked_at
            shown = len(house.posted(desk.room, "mail"))
            print(f"two answers took {took:.1f} s while {shown} of 13 mails were shown")
            assert shown < 13, "the backlog was over before the question"
            # An event in five seconds: two answers, and what was under way. Behind the backlog it would be two minutes.
            assert took < 45.0

            await house.mail_count(desk, 13, timeout=300)
            ids = [e.postroom.get("message_id") for e in house.posted(desk.room, "mail")]
            assert sorted(map(str, ids)) == sorted([case.message_id, *(id_of(raw) for raw in raws)])
            await case.card("assignee", house.alice.user_id)
