"""A member answers a notification by mail, on real servers: the customer gets it from the shared address."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.config.load import load
from bot.demo.servers.dovecot import Dovecot
from bot.demo.servers.synapse import Synapse
from bot.domain.ids import ConversationId, UserId
from bot.domain.marks import ABOVE
from bot.keys import signer as signer_of
from tests.e2e.house import Case, Desk, House, housed, words
from tests.e2e.letters import letter, new_id, read

HERS = "alice@home.example"
OURS = "mx.monasso.org"
PROOF = f"Authentication-Results: {OURS}; dmarc=pass header.from=home.example\r\n".encode()
TRUSTING = {"trusted_authserv": [OURS]}


def ticket_for(house: House, case: Case, person: str, config: Path) -> str:
    """The id of a notification that was written now, as the bot makes it."""
    signer = signer_of(load(config))
    return signer.notification_id(
        person=UserId(person),
        conversation=ConversationId(case.number),
        at=datetime.now(UTC),
        token="0" * 12,
        domain="monasso.org",
    )


def answer_from_home(
    case: Case, ticket: str, text: str, *, sender: str = f"Alice <{HERS}>", proof: bytes = PROOF
) -> bytes:
    quoted = f"{text}\n\nLe 28/11/2026, Mon Asso a écrit :\n> {ABOVE}\n> #{case.number}, note : interne, avec Marie\n"
    subject, to = f"Re: [#{case.number}] Une question", case.desk.address
    return proof + letter(to=to, id=new_id("answer"), subject=subject, sender=sender, text=quoted, answers=ticket)


async def registered(house: House, desk: Desk) -> None:
    await house.alice.say(desk.room, f"!email {HERS}")
    code = await house.sink.wait_for(lambda one: one.recipients == (HERS,), what="the mail with the code")
    body = read(code.raw).get_body(("plain",))
    found = re.search(r"\b(\d{8})\b", body.get_content()) if body is not None else None
    assert found is not None
    await house.alice.say(desk.room, f"!email confirm {found[1]}")
    await house.wait(desk.room, lambda e: words("email.confirmed") in e.body, "that the address is hers")


async def _refused(house: House, desk: Desk, case: Case, raw: bytes, why: str) -> None:
    await house.deliver(desk, raw)
    await house.wait(desk.room, lambda e: e.thread == case.thread and words(why) in e.body, f"the refusal: {why}")


@pytest.mark.timeout(240)
async def test_the_customer_gets_it_and_what_is_forged_goes_nowhere(synapse: Synapse, dovecot: Dovecot) -> None:
    async with housed(synapse, dovecot, desks=[TRUSTING]) as house:
        (desk,) = house.desks
        await registered(house, desk)
        case = await house.case(desk)
        ticket = ticket_for(house, case, house.alice.user_id, house.config)

        await _refused(house, desk, case, answer_from_home(case, ticket, "forged one", proof=b""), "mailed.unproven")
        theirs = ticket_for(house, case, house.bob.user_id, house.config)
        await house.deliver(desk, answer_from_home(case, theirs, "forged two"))
        await house.wait(
            desk.room, lambda e: e.thread == case.thread and "forged two" in e.body, "a colleague's ticket"
        )
        stranger = PROOF.replace(b"home.example", b"evil.example")
        await house.deliver(
            desk, answer_from_home(case, ticket, "forged three", sender="Eve <eve@evil.example>", proof=stranger)
        )
        await house.wait(
            desk.room, lambda e: e.thread != case.thread and "forged three" in e.body, "the stranger's own thread"
        )

        await house.deliver(desk, answer_from_home(case, ticket, "fermer\n\nBonjour Marie, c’est oui."))
        await house.bot.kill()
        await house.bot.start()
        await house.bot.healthy()
        mail = await house.sink.wait_for(lambda one: b"Bonjour Marie" in one.raw, what="the answer")
        message = read(mail.raw)
        assert mail.recipients == ("marie@example.org",) and desk.address in str(message["From"])
        assert message["In-Reply-To"] == f"<{case.message_id}>"
        assert b"interne" not in mail.raw and HERS.encode() not in mail.raw
        await case.card("status", "closed")
        await case.card("assignee", house.alice.user_id)
        last = await case.reply("The end of it.")
        await case.state(last, "sent")
        left = [one for one in house.sink.received if one.recipients != (HERS,)]
        assert not [one for one in left if b"forged" in one.raw or b"interne" in one.raw]
