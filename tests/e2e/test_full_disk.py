"""The disk under database, originals and keys is full: nothing is lost, it is known and said, and all goes on by itself."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import yaml

from bot.demo.servers.dovecot import Dovecot
from bot.demo.servers.synapse import Synapse
from tests.e2e.house import House, housed, until, words
from tests.e2e.letters import id_of, letter, new_id
from tests.fakes.mounts import mounted

_KNOWN = 45.0
"""Seconds (DESIGN 5)."""
_BUSY = 15.0
_TOLD_AFTER = 65.0
"""Seconds: an outage of more than one minute is told in the config room."""
_AFTERWARDS = 120.0


@asynccontextmanager
async def _on_a_small_disk(synapse: Synapse, dovecot: Dovecot) -> AsyncIterator[tuple[House, Path]]:
    """A house whose bot has everything on a disk of its own, of 24 MB."""
    async with housed(synapse, dovecot, start=False) as house:
        disk = house.folder / "disk"
        with mounted(disk, "size=24m"):
            shutil.move(house.folder / "postroom.db", disk / "postroom.db")
            settings = yaml.safe_load(house.config.read_text("utf-8"))
            settings |= {"database": f"sqlite:///{disk}/postroom.db", "data_dir": str(disk / "data")}
            house.config.write_text(yaml.safe_dump(settings), "utf-8")
            try:
                await house.bot.start()
                await house.bot.healthy()
                yield house, disk
            finally:
                await house.bot.stop()


def _fill(disk: Path) -> Path:
    filling = disk / "filling"
    with filling.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(65536))
        except OSError:
            pass
    with filling.open("ab", buffering=0) as file:
        try:
            while True:
                file.write(bytes(1))
        except OSError:
            return filling


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_a_full_disk_loses_nothing_is_known_and_told_and_all_goes_on_by_itself(
    synapse: Synapse, dovecot: Dovecot
) -> None:
    async with _on_a_small_disk(synapse, dovecot) as (house, disk):
        (desk,) = house.desks
        case, other = await house.case(desk), await house.case(desk)
        pid = house.bot.pid
        filling = _fill(disk)
        try:
            raws = [letter(to=desk.address, id=new_id("full"), text="x " * 60_000) for _ in range(6)]
            for raw in raws:
                await house.deliver(desk, raw)
            reply = await case.reply("Written while the disk was full.")
            closed = await other.say("!close")

            async def known() -> bool:
                status, text = await house.bot.health()
                reasons = json.loads(text).get("reasons", []) if status else []
                return status == 503 and any(one["reason"] in ("storage", "disk: ENOSPC") for one in reasons)

            await until(known, "503 that names the disk", timeout=_KNOWN + _BUSY)
            # Shorter outages are told to nobody.
            await asyncio.sleep(_TOLD_AFTER)
            assert os.statvfs(disk).f_bavail == 0
        finally:
            filling.unlink()

        for raw in raws:
            await house.mail_event(desk, id_of(raw), timeout=_AFTERWARDS)
        await case.state(reply, "sent")
        await other.done(closed)
        await other.card("status", "closed")
        await house.bot.healthy()
        await house.quiet(desk)
        shown = Counter(e.postroom.get("message_id") for e in house.posted(desk.room, "mail"))
        assert [one for one, times in shown.items() if times != 1] == []
        assert len([mail for mail in house.sink.received if b"Written while" in mail.raw]) == 1
        assert house.bot.pid == pid
        # Told as soon as something can be written again, and not in the same second.
        for end in ("away", "back"):
            keys = (f"service.database_{end}", f"service.imap_{end}")
            await house.wait(house.config_room, lambda e, keys=keys: any(words(key) in e.body for key in keys), end)  # type: ignore[misc]
