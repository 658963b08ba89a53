"""Calls put into the outbox and taken out of it, as the tests write it."""

from datetime import datetime
from typing import Any

from bot.domain.calls import Call
from bot.domain.ids import EffectId
from storage import outbox
from storage.database import Tx
from storage.outbox import Claimed
from tests.storage.made import NOW, planned


async def add(tx: Tx, call: Call | None = None, now: datetime = NOW, **changes: Any) -> EffectId:
    return await outbox.add(tx, planned(call, **changes), now)


async def claim(tx: Tx, *channels: str, now: datetime = NOW, limit: int = 100) -> tuple[Claimed, ...]:
    return await outbox.claim(tx, channels=channels or ("chat",), now=now, limit=limit, owner="me")


async def claimed(tx: Tx, *channels: str, now: datetime = NOW, limit: int = 100) -> list[EffectId]:
    return [one.effect for one in await claim(tx, *channels, now=now, limit=limit)]
