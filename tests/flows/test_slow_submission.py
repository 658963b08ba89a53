"""A server that is silent about some mails after DATA holds up no other mail of that mailbox."""

import asyncio

import pytest

from bot.adapters.smtp.account import SmtpAccount, SmtpTimeouts
from bot.adapters.smtp.submission import SmtpSubmission
from bot.flows.deliver import deliver
from bot.flows.deliver.mail import MailCaller
from tests.adapters.scripted import Peer, scripted
from tests.fakes.house import MAILBOX, House
from tests.fakes.looking import NOW, card_of, happens
from tests.fakes.mail import FakeFolders
from tests.fakes.writing import mail, says

MAILS = 7


@pytest.mark.parametrize("when", ["after the recipients", "before the content", "after the final dot"])
@pytest.mark.parametrize("silent", [1, deliver.SERVER_AT_A_TIME, deliver.SERVER_AT_A_TIME + 2])
async def test_mails_leave_beside_those_that_the_server_is_silent_about(
    house: House, monkeypatch: pytest.MonkeyPatch, when: str, silent: int
) -> None:
    monkeypatch.setattr(deliver, "_SLOW_AFTER", 0.2)
    begun, taken = 0, asyncio.Semaphore(0)

    async def script(peer: Peer) -> None:
        nonlocal begun
        is_silent = False
        await peer.send("220 hi")
        while line := await peer.line():
            # Each has one recipient.
            if line.startswith("RCPT"):
                begun += 1
                is_silent = begun <= silent
                if is_silent and when == "after the recipients":
                    await peer.until_gone()
                    return
            if line != "DATA":
                await peer.send("250 ok")
                continue
            if is_silent and when == "before the content":
                await peer.until_gone()
                return
            await peer.send("354 go on")
            while await peer.line() != ".":
                pass
            if is_silent:
                await peer.until_gone()
                return
            taken.release()
            await peer.send("250 taken")

    for number in range(2, MAILS + 1):
        house.provider.deliver(mail(id=f"m{number}@example.org", subject=f"Question {number}"))
    await house.settle(NOW)
    async with scripted(script) as server:
        timeouts = SmtpTimeouts(connect=20, command=60, final=60)
        account = SmtpAccount("127.0.0.1", server.port, "none", timeouts=timeouts)
        submission = SmtpSubmission(account)
        caller = MailCaller(MAILBOX, FakeFolders(house.provider), submission, house.step)
        house.deliver.mail = {MAILBOX.id: caller}
        written = [says("!reply Bonjour", thread=card_of(house, number)) for number in range(1, MAILS + 1)]
        await happens(house, *written, seconds=(0.0,))
        house.clock.forward(30.0)
        delivering = asyncio.create_task(house.deliver.run())
        async with asyncio.timeout(60):
            for _ in range(MAILS - silent):
                await taken.acquire()
        assert begun == MAILS
        delivering.cancel()
        await asyncio.wait({delivering})
        await submission.close()
