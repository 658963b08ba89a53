"""Draws the pictures of docs, a day in a room on real servers as pages, photographed: `python -m benchmarks.picture`.

It needs Chromium, pngquant and an emoji font: `apt-get install chromium pngquant fonts-noto-color-emoji`.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.room_page import FRENCH, RoomPage
from bot.demo import mails
from bot.demo.bot_process import BotProcess
from bot.demo.matrix_user import MatrixUser, RoomEvent
from bot.demo.stage import BOT_PASSWORD, Stage, staged

PICTURES = Path(__file__).resolve().parents[1] / "docs" / "pictures"
_SIZE = (1180, 860)
_SCALE = 1.6
_MOST_BYTES = 250_000
_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
NAMES = {"alice": "Alice", "bob": "Bob", "postroom": "Postroom"}


_WIDTH = 760
_PARTS: Mapping[str, tuple[int, str]] = {
    "card": (150, ""),
    "board": (205, ""),
    "list": (220, "!liste toutes"),
    "search": (180, "!chercher famille"),
    "stats": (760, "!chiffres"),
}
"""Height and, where it is an answer, the command, for each part of the room that has a picture of its own."""


async def drawn() -> Mapping[str, str]:
    """The pages by name, after the scenario was played."""
    async with staged(language="fr", undo_seconds=2) as stage:
        await named(stage)
        async with BotProcess.started(stage.config, bind=stage.bind, log=stage.folder / "bot.log"):
            thread = await played(stage)
            names = {stage.synapse.user_id(local): name for local, name in NAMES.items()}
            page = RoomPage(stage.alice, stage.room, mails.MAILBOX, names, FRENCH)
            pages = {"thread": await page.html(thread)}
            board = next(event for event in stage.alice.events(stage.room) if event.kind == "board")
            for name, (_, command) in _PARTS.items():
                if command:
                    asked = await _answered(stage, command)
                    if name == "stats":
                        await seen(stage, lambda event: event.content.get("msgtype") == "m.image")
                    part = page.thread_alone(asked, width=_WIDTH)
                else:
                    part = page.alone(board.event_id if name == "board" else thread, width=_WIDTH)
                pages[name] = await page.whole(part)
        return pages


async def _answered(stage: Stage, command: str) -> str:
    """The thread of a command and its answer."""
    asked = await stage.alice.say(stage.room, command)
    await seen(stage, lambda event: event.thread == asked and event.kind == "answer")
    return asked


async def named(stage: Stage) -> None:
    """Members have names that people chose."""
    async with MatrixUser.logged_in(stage.synapse.base_url, "postroom", BOT_PASSWORD) as bot:
        for user in (stage.alice, stage.bob, bot):
            local = user.user_id[1:].partition(":")[0]
            path = f"/_matrix/client/v3/profile/{user.user_id}/displayname"
            await user.request("PUT", path, {"displayname": NAMES[local]})


async def played(stage: Stage) -> str:
    """Four conversations in four states; gives the thread to show."""
    alice, bob, room = stage.alice, stage.bob, stage.room
    now = datetime.now(UTC)
    ask, add, _ = mails.conversation()
    roots: dict[str, str] = {}
    makers = (
        ("invoice", mails.invoice),
        ("hall", ask),
        ("grant", mails.outlook_answer),
        ("fees", mails.membership_question),
    )
    for hours, (name, make) in zip((50, 26, 5, 3), makers, strict=True):
        roots[name] = await delivered(stage, make(now - timedelta(hours=hours)))
    await delivered(stage, add(now - timedelta(hours=2)))
    await bob.react(room, roots["invoice"], "✋")
    await card_says(stage, roots["invoice"], "assignee", bob.user_id)
    await bob.react(room, roots["invoice"], "✅")
    await alice.react(room, roots["hall"], "✋")
    await card_says(stage, roots["invoice"], "status", "closed")
    await card_says(stage, roots["hall"], "assignee", alice.user_id)
    fees = roots["fees"]
    await alice.say(room, "Le tarif famille, c’est bien 45 € ?", thread=fees)
    last = await bob.say(room, "Oui, en trois fois s’ils veulent. Je réponds.", thread=fees)
    await bob.receipt(room, last, thread=fees)
    await bob.say(
        room,
        "!répondre Bonjour Camille,\n\noui : le **tarif famille** est de 45 €, payable en trois fois.",
        thread=fees,
    )
    await card_says(stage, fees, "status", "pending")
    sent = await stage.sink.wait_for(lambda mail: mails.CAMILLE in mail.recipients, what="the reply")
    thanks = mails.answer(sent.raw, sender=f"Camille Fournier <{mails.CAMILLE}>", text="Parfait, merci beaucoup !")
    await delivered(stage, thanks)
    await card_says(stage, fees, "status", "active")
    await alice.react(room, roots["hall"], "⏳")
    await card_says(stage, roots["hall"], "status", "pending")
    await seen(stage, lambda event: event.kind == "board" and "⏳ 1" in event.body)
    await seen(stage, lambda e: e.replaces is not None and e.kind == "mail" and "Parfait" in e.body)
    return fees


async def delivered(stage: Stage, mail: mails.DemoMail) -> str:
    """The mail is in the room; gives its thread."""
    await stage.imap.deliver(mails.MAILBOX, mail.raw)
    event = await seen(stage, lambda e: e.kind == "mail" and e.postroom.get("message_id") == mail.message_id)
    assert event.thread is not None
    return event.thread


async def card_says(stage: Stage, root: str, key: str, value: str) -> None:
    def says() -> bool:
        current = stage.alice.current(stage.room, root)
        return current is not None and current.postroom.get(key) == value

    await stage.alice.wait_until(says, what=f"{key} {value} on the card")


async def seen(stage: Stage, is_it: Callable[[RoomEvent], bool]) -> RoomEvent:
    return await stage.alice.wait_for(stage.room, is_it, what="the next event", timeout=45, say=None)


def photographed(page: str, out: Path, *, size: tuple[int, int] = _SIZE, most_bytes: int = _MOST_BYTES) -> None:
    """A headless browser's picture of the page, with few enough colours to be small."""
    browser = next((found for name in _BROWSERS if (found := shutil.which(name))), None)
    pngquant = shutil.which("pngquant")
    if browser is None or pngquant is None:
        sys.exit("apt-get install chromium pngquant fonts-noto-color-emoji")
    with tempfile.TemporaryDirectory() as folder:
        html, png = Path(folder) / "room.html", Path(folder) / "room.png"
        html.write_text(page, encoding="utf-8")
        command = [
            browser, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--hide-scrollbars",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
            f"--user-data-dir={folder}/profile", f"--force-device-scale-factor={_SCALE}",
            f"--window-size={size[0]},{size[1]}", f"--screenshot={png}", html.as_uri(),
        ]  # fmt: skip
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        subprocess.run([pngquant, "--force", "--strip", "--speed=1", "--output", str(out), "128", str(png)], check=True)
    if out.stat().st_size > most_bytes:
        sys.exit(f"{out} has {out.stat().st_size} bytes, more than {most_bytes}")


def main() -> None:
    """Draw them and say where."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=PICTURES)
    folder: Path = parser.parse_args().folder
    for name, page in asyncio.run(drawn()).items():
        out = folder / f"{name}.png"
        size = (_WIDTH, _PARTS[name][0]) if name in _PARTS else _SIZE
        photographed(page, out, size=size)
        print(f"{out}: {out.stat().st_size // 1000} kB")


if __name__ == "__main__":
    main()
