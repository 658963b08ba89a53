"""A mailbox is added by the name of a file, and what stands in that file holds from the next login on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import yaml

from bot.demo.servers.dovecot import Dovecot
from bot.demo.servers.synapse import Synapse
from tests.e2e.house import until, words
from tests.e2e.test_mailbox_add import Newcomer, newcomer
from tests.e2e.test_read_again import read_again


def write(file: Path, word: str) -> None:
    """All at once, as a program that manages secrets does."""
    fresh = file.with_suffix(".new")
    fresh.write_text(f"{word}\n", encoding="utf-8")
    fresh.chmod(0o600)
    fresh.rename(file)


async def lists(one: Newcomer) -> Path:
    """The operator lists a file for the address, while the bot runs."""
    folder = one.house.folder / "secrets"
    folder.mkdir(mode=0o700)
    given = yaml.safe_load(one.house.config.read_text())
    given["secrets"] = {"folder": str(folder), "names": {one.address: ["file:club"]}}
    await read_again(one.house, yaml.safe_dump(given, allow_unicode=True), "config_read_again")
    return folder / "club"


async def waits(one: Newcomer) -> bool:
    """Whether the answer was to leave, and there was no password to log in with."""
    lines = one.house.bot.log.read_text().splitlines()
    return any("Submit" in line and "password_missing" in line for line in lines)


async def tells(one: Newcomer, key: str, does: Callable[[], None]) -> None:
    """Do something with the file, and wait for what the config room is told of it."""

    def said() -> int:
        return sum(words(key) in event.body for event in one.house.seen(one.house.config_room))

    before = said()
    does()
    await one.house.alice.wait_until(lambda: said() > before, what=key, timeout=90.0)


async def test_what_is_written_into_the_file_is_logged_in_with_at_once(synapse: Synapse, dovecot: Dovecot) -> None:
    async with newcomer(synapse, dovecot) as one:
        house, file = one.house, await lists(one)
        await one.types(f"!mailbox add {one.address}", "adding.nothing_found")
        await one.types(one.lines, "password.or_reference")
        await one.types("file:club", "password.not_read")
        write(file, one.password)
        named = await one.types("file:club", "adding.room")
        assert (await house.alice.event(house.config_room, named)).body == "file:club", "a name is no secret"
        await one.types("new", "adding.ready")
        await one.types("!yes", "adding.done")
        desk = await one.enters()
        case = await house.case(desk)

        await tells(one, "service.imap_credentials", lambda: write(file, "a wrong one"))
        await tells(one, "service.imap_back", lambda: write(file, one.password))
        await house.quiet(desk)
        await tells(one, "service.no_password", file.unlink)
        reply = await case.reply("From the file.")
        await until(lambda: waits(one), "an answer that cannot leave without a password")
        await tells(one, "service.imap_back", lambda: write(file, one.password))
        await case.state(reply, "sent")
        (left,) = [mail for mail in one.sink.received if b"From the file." in mail.raw]
        assert left.user == one.address

        await house.bot.stop()
        await house.bot.start()
        await house.bot.healthy()
        await house.quiet(desk)
        assert one.password not in house.bot.log.read_text()
        said = " ".join(event.body for event in house.seen(house.config_room))
        assert one.password not in said
