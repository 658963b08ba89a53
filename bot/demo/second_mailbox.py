"""The demo's second mailbox: an admin adds it in the config room, with nothing but what the bot says."""

from __future__ import annotations

from collections.abc import Callable

from bot.demo import mails
from bot.demo.matrix_user import MatrixUser
from bot.demo.room_event import RoomEvent
from bot.demo.servers.imap_server import PASSWORD
from bot.demo.stage import Stage

_FINDING, _PASSWORD, _ROOM = "🔎", "🔑", "🏠"
"""How the bot's questions begin, in each language."""
_READY = ("!yes", "!oui")


async def add_second(stage: Stage, *, timeout: float) -> tuple[str, str]:
    """Lead the dialogue of `!mailbox add` to its end, and go where the bot invites.

    Returns: the new room, and the event in which the password was told.

    Raises:
        NotSeen: the bot did not ask what it should within `timeout` seconds.
    """
    alice, room = stage.alice, stage.config_room
    assert stage.second_sink is not None

    async def says(text: str, is_answer: Callable[[str], bool]) -> str:
        before = len(alice.events(room))
        event = await alice.say(room, text)

        def answers(one: RoomEvent) -> bool:
            return one.sender == stage.bot_id and is_answer(one.body)

        await alice.wait_for(room, answers, what=f"an answer to {text[:12]!r}", timeout=timeout, after=before, say=None)
        return event

    await says(f"!mailbox add {mails.SECOND}", lambda body: _FINDING in body)
    # Nobody in the world knows the servers of that address: the admin writes them, without waiting for the search.
    imap, smtp = stage.imap, stage.second_sink
    await says(f"imap {imap.host} {imap.port} none\nsmtp {smtp.host} {smtp.port} none", lambda body: _PASSWORD in body)
    told = await says(PASSWORD, lambda body: _ROOM in body)
    await says("new", lambda body: any(word in body for word in _READY))
    await says("!yes", lambda body: body.startswith("✅") and mails.SECOND in body)
    return await _entered(alice, timeout=timeout), told


async def _entered(alice: MatrixUser, *, timeout: float) -> str:
    await alice.wait_until(lambda: bool(alice.invites), what="an invitation", timeout=timeout)
    room = next(iter(alice.invites))
    await alice.join(room)
    return room
