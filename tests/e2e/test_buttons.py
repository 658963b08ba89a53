"""Buttons on real servers: a tap on one counts, and what the bot's own account taps does not."""

from __future__ import annotations

from bot.demo.matrix_user import MatrixUser
from bot.demo.servers.dovecot import Dovecot
from bot.demo.servers.synapse import Synapse
from tests.e2e.house import TEAM_PASSWORD, Case, housed


async def shown(case: Case) -> list[str]:
    """Wait for the four buttons of a case."""
    house = case.house

    def keys() -> list[str]:
        return [str(e.key) for e in house.seen(case.room) if e.reacts_to == case.thread and e.sender == house.bot_id]

    await house.alice.wait_until(lambda: len(keys()) >= 4, what="four buttons", timeout=60)
    return keys()


async def test_a_button_is_tapped_and_the_bot_never_obeys_itself(synapse: Synapse, dovecot: Dovecot) -> None:
    async with housed(synapse, dovecot, desks=[{"buttons": True}]) as own:
        (desk,) = own.desks
        case = await own.case(desk)
        assert await shown(case) == ["✋", "✅", "⏳", "🚫"]
        localpart = own.bot_id[1:].partition(":")[0]
        async with MatrixUser.logged_in(synapse.base_url, localpart, TEAM_PASSWORD) as second_device:
            await second_device.react(desk.room, case.mail.event_id, "✅")
        await own.bot.kill()
        await own.bot.start()
        await own.bot.healthy()
        assert await shown(await own.case(desk)) == ["✋", "✅", "⏳", "🚫"]
        assert len(await shown(case)) == 4
        await case.card("status", "active")
        await case.react("⏳", who=own.bob)
        await case.card("status", "pending")
