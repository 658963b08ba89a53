"""The people outside, as the demo's SMTP server knows them: mailboxes that fill, one that answers, one that is gone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from bot.demo import mails
from bot.demo.servers.imap_server import ImapServer
from bot.demo.servers.process import ServerFailed

ANSWER_AFTER_SECONDS = 6.0
_MOST_ANSWERS = 20


class Correspondents:
    """The fate of each mail that the bot sent; `SmtpSink` calls an instance."""

    def __init__(self, imap: ImapServer, *, answering: bool, heard: Callable[[str, str], None]) -> None:
        """
        Args:
            answering: whether Camille answers by herself after a few seconds.
            heard: called with what happened (`sent`, `answers`, `bounces`) and the correspondent's address.
        """
        self._imap = imap
        self._answering = answering
        self._heard = heard
        self._answers = 0
        self._under_way: set[asyncio.Task[None]] = set()

    async def __call__(self, recipient: str, raw: bytes) -> None:
        address = recipient.lower()
        if address == mails.MOVED:
            self._heard("bounces", address)
            await self._imap.deliver(mails.MAILBOX, mails.bounce(_without_trace(raw), recipient=address).raw)
            return
        self._heard("sent", address)
        if address in (mails.MAILBOX, mails.SECOND, mails.CAMILLE):
            await self._imap.deliver(address, raw)
        if address == mails.CAMILLE and self._answering and self._answers < _MOST_ANSWERS:
            self._answers += 1
            task = asyncio.create_task(self._answer(_without_trace(raw), self._answers))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)

    async def close(self) -> None:
        """Let nobody answer any more."""
        for task in list(self._under_way):
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)

    async def _answer(self, raw: bytes, number: int) -> None:
        await asyncio.sleep(ANSWER_AFTER_SECONDS)
        text = "Merci pour votre réponse ! Une dernière question : faut-il apporter une photo ?\n\nCamille"
        sender = f"Camille Fournier <{mails.CAMILLE}>"
        answer = mails.answer(raw, sender=sender, text=text, number=number)
        try:
            await self._imap.deliver(mails.MAILBOX, answer.raw)
        except ServerFailed:
            # The demo is ending, or somebody tries an outage: Camille writes again after the next reply.
            return
        self._heard("answers", mails.CAMILLE)


def _without_trace(raw: bytes) -> bytes:
    """The mail as it was sent: without the headers that the sink put on top."""
    return raw[raw.index(b"\r\nFrom: ") + 2 :] if b"\r\nFrom: " in raw and raw.startswith(b"Return-Path") else raw
