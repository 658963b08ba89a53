"""Many conversations at once, in two mailboxes, on real servers: one mail of each mailbox, and no answer to it leaves."""

from __future__ import annotations

import asyncio
from email.message import EmailMessage

import pytest

from bot.demo.servers.dovecot import Dovecot
from bot.demo.servers.smtp_sink import Received
from bot.demo.servers.synapse import Synapse
from bot.domain.marks import ABOVE
from tests.e2e.house import Case, Desk, House, housed, words
from tests.e2e.letters import letter, new_id, read
from tests.e2e.test_notices import HERS, OURS, PROOF, wants_mail

_CONVERSATIONS = 5
_MAILED = 200.0
"""Seconds: two minutes, in which somebody may read it, and a slow machine."""


async def _begin(house: House, desk: Desk, name: str) -> list[Case]:
    """Five people write at once, each of their own matter."""

    def made(number: int) -> bytes:
        sender, subject = f"P{number} <p{number}@{name}.example>", f"Sujet {name} {number}"
        return letter(to=desk.address, id=new_id(name), subject=subject, sender=sender, text=f"Mots {name} {number}.\n")

    return list(await asyncio.gather(*(house.case(desk, made(number)) for number in range(_CONVERSATIONS))))


def _is_to_her(one: Received, desk: Desk) -> bool:
    return one.recipients == (HERS,) and desk.address in str(read(one.raw)["From"])


def _text(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


@pytest.mark.slow
@pytest.mark.timeout(500)
async def test_each_mailbox_tells_of_its_own_in_one_mail_that_nobody_answers(
    synapse: Synapse, dovecot: Dovecot
) -> None:
    trusting = {"trusted_authserv": [OURS]}
    async with housed(synapse, dovecot, desks=[trusting, trusting]) as house:
        one, two = house.desks
        await wants_mail(house, one, house.alice, HERS)
        before = len(house.sink.received)
        cases = dict(
            zip((one, two), await asyncio.gather(_begin(house, one, "un"), _begin(house, two, "deux")), strict=True)
        )
        await cases[one][2].read(house.alice)

        told: dict[Desk, EmailMessage] = {}
        for desk in house.desks:
            found = await house.sink.wait_for(
                lambda mail, desk=desk: _is_to_her(mail, desk) and "conversations" in str(read(mail.raw)["Subject"]),  # type: ignore[misc]
                what=f"the mail about several of {desk.address}",
                timeout=_MAILED,
            )
            told[desk] = read(found.raw)
        for desk, name in ((one, "un"), (two, "deux")):
            text = _text(told[desk])
            is_told = [text.count(f"Mots {name} {number}.") for number in range(_CONVERSATIONS)]
            assert is_told == [1, 1, 0 if desk is one else 1, 1, 1], "what was read in its thread is left out"
            assert all((case.thread in text) is bool(count) for case, count in zip(cases[desk], is_told, strict=True))
        assert "Mots deux" not in _text(told[one]) and "Mots un" not in _text(told[two])

        answered = told[one]
        quoted = "".join(f"> {line}\n" for line in _text(answered).splitlines())
        assert ABOVE in quoted
        raw = PROOF + letter(
            to=one.address,
            id=new_id("back"),
            subject=f"Re: {answered['Subject']}",
            sender=f"Alice <{HERS}>",
            text=f"Je m’en occupe.\n\nLe 28/11/2026, Mon Asso a écrit :\n{quoted}",
            answers=str(answered["Message-ID"]).strip("<>"),
        )
        await house.deliver(one, raw)
        await house.wait(
            one.room,
            lambda e: words("mailed.of_several") in e.body and "Je m’en occupe." in e.body,
            "that it tells of several",
        )
        said = await house.sink.wait_for(
            lambda mail: _is_to_her(mail, one) and words("mailed.told_in_room") in _text(read(mail.raw)),
            what="the mail that says so",
        )
        assert "Je m’en occupe." in _text(read(said.raw))
        await house.quiet(one)
        # Two bundles, and the word about her answer.
        assert [mail.recipients for mail in house.sink.received[before:]] == [(HERS,)] * 3
