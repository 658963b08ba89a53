"""A busier day in a room, as people see it: both languages, light and dark, wide and on a phone.

`python -m benchmarks.looks FOLDER` writes a picture of each. It needs what `benchmarks.picture` needs.
"""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

from benchmarks.picture import NAMES, delivered, named, photographed, played, seen
from benchmarks.room_page import FRENCH, RoomPage, Words
from bot.demo import mails
from bot.demo.bot_process import BotProcess
from bot.demo.stage import Stage, staged

_LANGUAGES: Mapping[str, Words] = {"en": Words(), "fr": FRENCH}
_WIDE = (1180, 1900)
_PHONE = (792, 1900)
_MOST_BYTES = 4_000_000


async def drawn(language: str) -> Mapping[str, str]:
    """The pages by name, after the day was played."""
    async with staged(language=language, undo_seconds=2) as stage:
        await named(stage)
        async with BotProcess.started(stage.config, bind=stage.bind, log=stage.folder / "bot.log"):
            quiet = await played(stage)
            returned = await _odd(stage)
        names = {stage.synapse.user_id(local): name for local, name in NAMES.items()}
        page = RoomPage(stage.alice, stage.room, mails.MAILBOX, names, _LANGUAGES[language])
        pages = {}
        for (at, thread), is_dark, is_phone in product(enumerate((quiet, returned)), (False, True), (False, True)):
            name = f"{language}-{'phone' if is_phone else 'wide'}-{'dark' if is_dark else 'light'}-{at + 1}"
            pages[name] = await replace(page, is_dark=is_dark, is_phone=is_phone).html(thread)
        return pages


async def _odd(stage: Stage) -> str:
    """What is not an ordinary letter, and what people ask for; gives the thread of an answer that came back."""
    alice, room, now = stage.alice, stage.room, datetime.now(UTC)
    makers = (mails.inline_image, mails.several_files, mails.calendar_invitation, mails.out_of_office, mails.spam)
    for hours, make in enumerate(makers):
        await delivered(stage, make(now - timedelta(hours=hours)))
    moved = await delivered(stage, mails.moved_member(now))
    await alice.say(room, "!reply Bonjour,\n\nc’est noté, **merci** !\n\n- carte\n- reçu", thread=moved)
    sent = await stage.sink.wait_for(lambda mail: mails.MOVED in mail.recipients, what="the reply")
    returned = mails.bounce(sent.raw, recipient=sent.recipients[0])
    await stage.imap.deliver(mails.MAILBOX, returned.raw)
    await seen(stage, lambda e: e.kind == "mail" and e.postroom.get("message_id") == returned.message_id)
    for word in ("!list", "!help", "!list frobs", "!close #99"):
        await alice.say(room, word)
    await seen(stage, lambda e: e.kind == "answer" and "99" in e.body)
    await asyncio.sleep(16)
    await alice.sync()
    return moved


def _pages() -> Iterator[tuple[str, str]]:
    for language in _LANGUAGES:
        yield from asyncio.run(drawn(language)).items()


def main() -> None:
    """Draw them and say where."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    for name, page in _pages():
        out = folder / f"{name}.png"
        photographed(page, out, size=_PHONE if "phone" in name else _WIDE, most_bytes=_MOST_BYTES)
        print(out)


if __name__ == "__main__":
    main()
