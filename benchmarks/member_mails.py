"""Draws what members are sent: a notification by mail, one about several conversations, and a digest, in both
languages, from a day on real servers.

`python -m benchmarks.member_mails` writes them to docs/pictures. It needs what `benchmarks.picture` needs, and six
minutes: each notification waits two, and the digest comes at a full minute.
"""

from __future__ import annotations

import argparse
import asyncio
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from html import escape
from pathlib import Path
from typing import Final

from benchmarks.picture import NAMES, PICTURES, card_says, delivered, named, photographed
from benchmarks.room_page import FRENCH, RoomPage, Words
from bot.demo import mails
from bot.demo.bot_process import BotProcess
from bot.demo.matrix_user import RoomEvent
from bot.demo.servers.smtp_sink import Received
from bot.demo.stage import Stage, staged
from bot.domain.sentences import sentence
from bot.text.wording import say

_LANGUAGES: Mapping[str, Words] = {"en": Words(), "fr": FRENCH}
_HERS = "alice@home.example"
_DIGEST: Final = (760, 185)
_SIZES: Final = {"notification": (760, 880), "notifications": (760, 1790), "digest": _DIGEST}
_STYLE = (
    "body{margin:0;font:15px/1.45 sans-serif;background:#fff;color:#1b1d22}"
    "header{padding:14px 20px;border-bottom:1px solid #ddd;background:#f6f7f9}"
    "header b{font-size:18px}header small{display:block;color:#666}main{padding:12px 20px}"
)


async def drawn(language: str) -> Mapping[str, str]:
    """The pages by name."""
    async with staged(language=language, undo_seconds=2) as stage:
        await named(stage)
        async with BotProcess.started(stage.config, bind=stage.bind, log=stage.folder / "bot.log"):
            await _registered(stage)
            chat = await _chat(stage)
            number = await _happens(stage)
            digest = await _digest(stage, chat)
            told = await stage.sink.wait_for(lambda one: _is_told(one, number), what="the notification", timeout=240)
            many = await _many(stage)
        names = {stage.synapse.user_id(local): name for local, name in NAMES.items()}
        page = RoomPage(stage.alice, chat, "Postroom", names, _LANGUAGES[language])
        shown = await page.whole(page.alone(digest.event_id, width=_DIGEST[0]))
        letters = {f"notification-{language}": _letter(told.raw), f"notifications-{language}": _letter(many.raw)}
        return {**letters, f"digest-{language}": shown}


def _is_told(one: Received, number: int) -> bool:
    return one.recipients == (_HERS,) and f"[#{number}]" in str(_parsed(one.raw)["Subject"])


async def _answered(stage: Stage, room: str, command: str) -> RoomEvent:
    asked = await stage.alice.say(room, command)

    def answers(event: RoomEvent) -> bool:
        about = str(event.content.get("m.relates_to"))
        return event.sender == stage.bot_id and asked in about

    return await stage.alice.wait_for(room, answers, what=f"the answer to {command}", timeout=45, say=None)


async def _registered(stage: Stage) -> None:
    """Alice has an address of her own, wants by mail what is hers, and may answer it."""
    await _answered(stage, stage.config_room, f"!mailbox set {mails.MAILBOX} trusted-server mx.monasso.org")
    await stage.alice.say(stage.room, f"!email {_HERS}")
    code = await stage.sink.wait_for(lambda one: one.recipients == (_HERS,), what="the code")
    found = re.search(r"\b(\d{8})\b", _part(_parsed(code.raw), "plain"))
    assert found is not None
    await _answered(stage, stage.room, f"!email confirm {found[1]}")
    for event in ("replied-mine", "noted-mine", "assigned-me"):
        await _answered(stage, stage.room, f"!notify {event} email")


async def _chat(stage: Stage) -> str:
    more = {"is_direct": True, "preset": "trusted_private_chat"}
    room = await stage.alice.create_room(name="", invite=[stage.bot_id], extra=more)
    await stage.alice.wait_for(room, lambda e: e.sender == stage.bot_id and bool(e.body), what="the chat", timeout=45)
    return room


async def _happens(stage: Stage) -> int:
    """A conversation of hers, in which a colleague writes a note and the correspondent answers."""
    now = datetime.now(UTC)
    ask, add, _ = mails.conversation()
    hall = await delivered(stage, ask(now - timedelta(hours=26)))
    fees = await delivered(stage, mails.membership_question(now - timedelta(hours=3)))
    await delivered(stage, mails.outlook_answer(now - timedelta(hours=5)))
    for thread in (hall, fees):
        await stage.alice.react(stage.room, thread, "✋")
        await card_says(stage, thread, "assignee", stage.alice.user_id)
    await stage.bob.say(stage.room, "!note La mairie a les clés jusqu’à 18 h.\nJe peux passer **jeudi**.", thread=hall)
    await delivered(stage, add(now - timedelta(minutes=2)))
    current = stage.alice.current(stage.room, hall)
    number = current.conversation if current is not None else None
    assert number is not None
    return number


async def _many(stage: Stage) -> Received:
    """Four conversations begin at once, and she wants to be mailed of each."""
    await _answered(stage, stage.room, "!notify new email")
    now = datetime.now(UTC)
    new = (mails.inline_image, mails.invoice, mails.several_files, mails.moved_member)
    for number, made in enumerate(new):
        await stage.imap.deliver(mails.MAILBOX, made(now - timedelta(minutes=len(new) - number)).raw)

    def tells(one: Received) -> bool:
        return one.recipients == (_HERS,) and mails.MAILBOX_NAME in str(_parsed(one.raw)["Subject"])

    return await stage.sink.wait_for(tells, what="the mail about several", timeout=240)


async def _digest(stage: Stage, chat: str) -> RoomEvent:
    """At the next full minute that it cannot miss."""
    await _answered(stage, chat, "!notify timezone UTC")
    due = datetime.now(UTC) + timedelta(seconds=75)
    await _answered(stage, chat, f"!notify digest daily {due:%H:%M}")
    titles = [say(language, sentence("direct.digest")) for language in _LANGUAGES]
    return await stage.alice.wait_for(
        chat,
        lambda e: e.sender == stage.bot_id and any(one in e.body for one in titles),
        what="the digest",
        timeout=180,
    )


def _parsed(raw: bytes) -> EmailMessage:
    return message_from_bytes(raw, policy=policy.default)


def _part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    assert body is not None
    return str(body.get_content())


def _letter(raw: bytes) -> str:
    """The mail about as a mail program shows it."""
    message = _parsed(raw)
    about = f"{message['From']} → {message['To']}"
    head = f"<header><b>{escape(message['Subject'])}</b><small>{escape(about)}</small></header>"
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><style>{_STYLE}</style></head>'
        f"<body>{head}<main>{_part(message, 'html')}</main></body></html>"
    )


async def _both() -> Mapping[str, str]:
    pages: dict[str, str] = {}
    for found in await asyncio.gather(*map(drawn, _LANGUAGES)):
        pages |= found
    return pages


def main() -> None:
    """Draw them and say where."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=PICTURES)
    folder: Path = parser.parse_args().folder
    for name, page in asyncio.run(_both()).items():
        out = folder / f"{name}.png"
        photographed(page, out, size=_SIZES[name.partition("-")[0]])
        print(f"{out}: {out.stat().st_size // 1000} kB")


if __name__ == "__main__":
    main()
