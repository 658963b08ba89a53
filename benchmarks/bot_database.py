"""What the bot has done, from its own database: a reader of the room would take CPU from what is measured."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sqlite3
import time
from pathlib import Path
from typing import Any

from bot.demo.bot_process import BotProcess
from bot.demo.servers.process import ServerFailed
from bot.demo.stage import Stage

_PATIENCE = 180.0
"""Seconds after which a measurement is given up."""


def database_of(stage: Stage) -> Path:
    return stage.folder / "postroom.db"


def shown(stage: Stage, *, after: int = 0) -> int:
    """How many mails of the inbox are in the room; those above the UID `after` only."""
    query = f"select count(*) from mails where event is not null and folder = 'INBOX' and uid > {after}"
    ((count,),) = _asked(stage, query) or ((0,),)
    return int(count)


def open_calls(stage: Stage) -> int:
    """Calls that are still to be made or under way."""
    ((count,),) = _asked(stage, "select count(*) from outbox where state in ('open', 'sending')") or ((0,),)
    return int(count)


def conversation_of_mails(stage: Stage) -> dict[str, int]:
    """The conversation of each mail of the inbox, by Message-ID."""
    rows = _asked(stage, "select head, conversation from mails where folder = 'INBOX'")
    return {str(json.loads(head)["message_id"]): int(conversation) for head, conversation in rows}


def newest_uid(stage: Stage) -> int:
    """The highest UID of the inbox that was taken so far."""
    ((uid,),) = _asked(stage, "select coalesce(max(uid), 0) from mails where folder = 'INBOX'") or ((0,),)
    return int(uid)


def sent_contents(stage: Stage) -> list[str]:
    """The JSON content of the messages that were sent last, a thousand at most."""
    calls = _asked(
        stage,
        "select c.call from outbox o join outbox_calls c on c.id = o.id"
        " where o.state = 'done' and o.kind = 'SendEvent' order by o.id desc limit 1000",
    )
    return [json.loads(row[0])["content"] for row in calls]


def sent_events(stage: Stage) -> int:
    """How many messages were sent so far."""
    ((count,),) = _asked(stage, "select count(*) from outbox where state = 'done' and kind = 'SendEvent'") or ((0,),)
    return int(count)


async def until_shown(
    stage: Stage, bot: BotProcess, count: int, *, after: int = 0, patience: float = _PATIENCE
) -> bool:
    """Wait until that many mails are in the room, at most so many seconds; whether they are.

    Raises:
        ServerFailed: the bot ended.
    """
    end = time.monotonic() + patience
    while shown(stage, after=after) < count:
        if bot.pid is None:
            raise ServerFailed(f"the bot ended\n{bot.log_tail()}")
        if time.monotonic() > end:
            return False
        await asyncio.sleep(0.05)
    return True


def _asked(stage: Stage, query: str) -> list[tuple[Any, ...]]:
    try:
        with contextlib.closing(sqlite3.connect(f"file:{database_of(stage)}?mode=ro", uri=True)) as database:
            return database.execute(query).fetchall()
    except sqlite3.OperationalError:
        # Not made yet, or held for a moment.
        return []
