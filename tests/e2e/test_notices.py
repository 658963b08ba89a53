"""A member is mailed what happens, on real servers, and answers that very mail; what they read here is not mailed."""

from __future__ import annotations

import re

import pytest

from bot.demo.matrix_user import MatrixUser
from bot.demo.servers.dovecot import Dovecot
from bot.demo.servers.synapse import Synapse
from bot.domain.marks import ABOVE
from tests.e2e.house import Desk, House, housed, replies_to
from tests.e2e.letters import letter, new_id, read

HERS, HIS = "alice@home.example", "bob@home.example"
OURS = "mx.monasso.org"
PROOF = f"Authentication-Results: {OURS}; dmarc=pass header.from=home.example\r\n".encode()


async def wants_mail(house: House, desk: Desk, member: MatrixUser, address: str) -> None:
    await member.say(desk.room, f"!email {address}")
    code = await house.sink.wait_for(lambda one: one.recipients == (address,), what="the code")
    body = read(code.raw).get_body(("plain",))
    found = re.search(r"\b(\d{8})\b", body.get_content()) if body is not None else None
    assert found is not None
    await member.say(desk.room, f"!email confirm {found[1]}")
    chosen = await member.say(desk.room, "!notify new email")
    await house.wait(desk.room, lambda e: replies_to(e) == chosen, "that it is mailed from now on")


@pytest.mark.slow
@pytest.mark.timeout(400)
async def test_what_is_not_read_is_mailed_and_its_answer_goes_on(synapse: Synapse, dovecot: Dovecot) -> None:
    async with housed(synapse, dovecot, desks=[{"trusted_authserv": [OURS]}]) as house:
        (desk,) = house.desks
        for member, address in ((house.alice, HERS), (house.bob, HIS)):
            await wants_mail(house, desk, member, address)
        case = await house.case(desk)
        await case.read(house.bob)

        told = await house.sink.wait_for(
            lambda one: one.recipients == (HERS,) and f"#{case.number}".encode() in one.raw,
            what="the notification",
            timeout=200,
        )
        message = read(told.raw)
        assert desk.address in str(message["From"]) and message["Auto-Submitted"] == "auto-generated"
        body = message.get_body(("plain",))
        assert body is not None
        assert body.get_content().startswith(ABOVE) and case.thread in body.get_content()

        quoted = "".join(f"> {line}\n" for line in body.get_content().splitlines())
        ticket = str(message["Message-ID"]).strip("<>")
        text = f"Bonjour Marie, c’est oui.\n\nLe 28/11/2026, Mon Asso a écrit :\n{quoted}"
        subject, sender = f"Re: {message['Subject']}", f"Alice <{HERS}>"
        raw = PROOF + letter(
            to=desk.address, id=new_id("back"), subject=subject, sender=sender, text=text, answers=ticket
        )
        await house.deliver(desk, raw)
        left = await house.sink.wait_for(lambda one: one.recipients == ("marie@example.org",), what="the answer")
        assert "Bonjour Marie" in str(read(left.raw).get_body(("plain",)).get_content())  # type: ignore[union-attr]
        assert ABOVE.encode() not in left.raw and HERS.encode() not in left.raw
        assert [one for one in house.sink.received if one.recipients == (HIS,)][1:] == []
