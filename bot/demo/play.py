"""`postroom demo`: the whole house on this machine alone, to try by hand or, with --exit, played and checked."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import Callable

from bot.demo import mails
from bot.demo.bot_process import BotProcess
from bot.demo.correspondents import ANSWER_AFTER_SECONDS
from bot.demo.matrix_user import MatrixRefused, NotSeen
from bot.demo.scenario import Scenario, Step
from bot.demo.second_mailbox import add_second
from bot.demo.servers.imap_server import PASSWORD
from bot.demo.servers.process import ServerFailed
from bot.demo.stage import TEAM_PASSWORD, ImapKind, Stage, staged
from bot.domain.sentences import Sentence, sentence
from bot.text import wording

# Where Matrix clients look for a homeserver on this machine, when it is free.
_HOMESERVER_PORT = 8008
_UNDO_SECONDS = 15
_UNDO_SECONDS_PLAYED = 5
"""Long enough to take a reply back on a busy machine."""
_POSTED_WITHIN_SECONDS = 30.0
_INTERRUPTED = 130


def main(*, exit_after: bool, language: str | None = None) -> int:
    """The command: its exit status."""
    try:
        return asyncio.run(demo(exit_after=exit_after, language=language or _terminal_language()))
    except (KeyboardInterrupt, asyncio.CancelledError):
        return _INTERRUPTED


async def demo(*, exit_after: bool, language: str = "en", imap: ImapKind | None = None) -> int:
    """Set the house up, then play the main job through (`exit_after`) or stay until Ctrl-C; nothing is left behind.

    Args:
        exit_after: play, check each step, print them as a table; the status is 1 when one failed.
        imap: which IMAP server; None takes Dovecot where it is installed, else pymap.
    """
    told = _Told(language)
    interrupted = _cancelled_by_signals()
    try:
        async with staged(
            imap=imap,
            language=language,
            undo_seconds=_UNDO_SECONDS_PLAYED if exit_after else _UNDO_SECONDS,
            answering=not exit_after,
            heard=told.heard,
            tell=lambda part: told.line(sentence(f"demo.start.{part}")),
            homeserver_port=None if exit_after else _HOMESERVER_PORT,
            has_second=True,
        ) as stage:
            told.line(sentence("demo.start.bot"))
            async with BotProcess.started(stage.config, bind=stage.bind, log=stage.folder / "bot.log") as bot:
                if exit_after:
                    return await _played(stage, bot, told)
                return await _stayed(stage, bot, told)
    except (ServerFailed, MatrixRefused) as error:
        told.line(sentence("demo.failed"), to=sys.stderr.write)
        print(error, file=sys.stderr)
        return 1
    except asyncio.CancelledError:
        if not interrupted():
            raise
        told.line(sentence("demo.ended"))
        return _INTERRUPTED if exit_after else 0


async def _played(stage: Stage, bot: BotProcess, told: _Told) -> int:
    told.line(sentence("demo.playing"))
    steps: list[Step] = []

    def ended(step: Step) -> None:
        steps.append(step)
        told.step(step)

    all_right = await Scenario(stage, bot).play(ended)
    failed = [step for step in steps if step.wrong is not None]
    print()
    if all_right:
        told.line(sentence("demo.all_right", count=len(steps)))
        return 0
    for step in failed:
        print(f"❌ {told.said(step.name)}\n   {str(step.wrong).replace(chr(10), chr(10) + '   ')}", flush=True)
    told.line(sentence("demo.some_wrong", count=len(failed)))
    tail = bot.log_tail()
    if tail:
        print(tail, file=sys.stderr)
    return 1


async def _stayed(stage: Stage, bot: BotProcess, told: _Told) -> int:
    told.line(sentence("demo.delivering"))
    delivered = mails.first_mails()
    for mail in delivered:
        await stage.imap.deliver(mails.MAILBOX, mail.raw)
    await _all_in_the_room(stage, len(delivered))
    told.line(sentence("demo.delivered"))
    with contextlib.suppress(NotSeen):
        await add_second(stage, timeout=_POSTED_WITHIN_SECONDS)
        await stage.imap.deliver(mails.SECOND, mails.for_second().raw)
        told.line(sentence("demo.second", address=mails.SECOND))
    print()
    told.paragraph(sentence("demo.log_in", homeserver=stage.synapse.base_url, password=TEAM_PASSWORD))
    told.paragraph(
        sentence("demo.try", bounces=mails.MOVED, camille=mails.CAMILLE, seconds=round(ANSWER_AFTER_SECONDS))
    )
    told.paragraph(
        sentence(
            "demo.where",
            config=str(stage.config),
            folder=str(stage.folder),
            imap=f"{stage.imap.host}:{stage.imap.port}",
            log=str(bot.log),
            mailbox=mails.MAILBOX,
            password=PASSWORD,
        )
    )
    told.paragraph(sentence("demo.end_with"))
    status = await bot.ended()
    told.line(sentence("demo.bot_ended", status=status), to=sys.stderr.write)
    print(bot.log_tail(), file=sys.stderr)
    return 1


async def _all_in_the_room(stage: Stage, count: int) -> None:
    """Wait until so many mails are in the room; a bot that is slower goes on while people read."""

    def posted() -> bool:
        seen = stage.alice.events(stage.room)
        return len([event for event in seen if event.kind == "mail" and event.replaces is None]) >= count

    with contextlib.suppress(NotSeen):
        await stage.alice.wait_until(posted, what="mails in the room", timeout=_POSTED_WITHIN_SECONDS)


class _Told:
    """What the demo says in the terminal."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._start = time.monotonic()

    def said(self, what: Sentence) -> str:
        return wording.say(self._language, what)

    def line(self, what: Sentence, *, to: Callable[[str], object] | None = None) -> None:
        text = f"{time.monotonic() - self._start:5.1f} s  {self.said(what)}"
        if to is None:
            print(text, flush=True)
        else:
            to(text + "\n")

    def paragraph(self, what: Sentence) -> None:
        print(self.said(what) + "\n", flush=True)

    def heard(self, what: str, address: str) -> None:
        self.line(sentence(f"demo.heard.{what}", address=address))

    def step(self, step: Step) -> None:
        mark = "✅" if step.wrong is None else "❌"
        print(f"{mark} {step.seconds:5.1f} s  {self.said(step.name)}", flush=True)


def _cancelled_by_signals() -> Callable[[], bool]:
    """Make Ctrl-C, SIGTERM and a closed terminal cancel this task once, so that all is taken down in order."""
    loop = asyncio.get_running_loop()
    task = asyncio.current_task()
    assert task is not None
    came = False

    def cancel() -> None:
        nonlocal came
        if not came:
            came = True
            task.cancel()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, cancel)
    return lambda: came


def _terminal_language() -> str:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        wanted = os.environ.get(name, "")
        if wanted:
            return wording.known_language(wanted[:2])
    return wording.FALLBACK
