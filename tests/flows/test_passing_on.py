"""`@fwd` through the whole bot: the answer goes to the customer, and to nobody else."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.ids import EventId
from bot.domain.inputs.room import MemberChanged
from tests.fakes.chat import ALICE, BOB, ROOM
from tests.fakes.direct import invites, said_in
from tests.fakes.house import INSTANCE, MAILBOX, House
from tests.fakes.looking import NOW, SENT, card_of, happens, mails_in
from tests.fakes.writing import mail, says
from tests.flows.test_answer_by_mail import PROOF, owned
from tests.flows.test_notices import SOON
from tests.flows.test_own_addresses import confirms, sent_to
from tests.mime.test_forwarded import GMAIL

_PROOF = (("Authentication-Results", "mx.asso.example; dmarc=pass header.from=asso.example"),)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    made = House(
        tmp_path, instance=replace(INSTANCE, mailboxes=(replace(MAILBOX, forwarders=("alice@asso.example",)),))
    )
    await made.open()
    yield made
    await made.close()


async def test_a_member_s_forward_is_the_customer_s_conversation_and_the_answer_goes_there(house: House) -> None:
    sender = "Alice <alice@asso.example>"
    house.provider.deliver(mail(id="f1@asso.example", sender=sender, text=GMAIL, subject="Fwd: x", headers=_PROOF))
    await house.settle(NOW)
    card = str(house.homeserver.of_kind("conversation")[0].content["body"])
    assert "Marie Durand" in card and "Adhésion" in card
    shown = str(mails_in(house)[0].content["body"])
    assert "Passed on by alice@asso.example" in shown and "Peux-tu" in shown and "une question" in shown
    assert "@fwd\n" not in shown
    await happens(house, says("!reply Bonjour", thread=card_of(house)), seconds=SENT)
    ((_, to, raw),) = house.provider.delivered
    assert to == ("marie@example.org",)
    assert b"Peux-tu" not in raw and b"alice@" not in raw


async def test_a_confirmed_address_of_a_member_passes_mail_on_until_they_leave_the_room(house: House) -> None:
    await owned(house)
    sender, subject = "Alice <alice@home.example>", "Fwd: x"
    house.provider.deliver(mail(id="f1@home.example", sender=sender, text=GMAIL, subject=subject, headers=PROOF))
    await house.settle(NOW)
    assert "Passed on by alice@home.example" in str(mails_in(house)[-1].content["body"])
    house.provider.deliver(mail(id="f2@home.example", sender=sender, text="@fwd\n", subject=subject, headers=PROOF))
    await house.settle(NOW)
    assert "no forwarded mail of somebody else" in str(mails_in(house)[-1].content["body"])
    await happens(house, MemberChanged(ROOM, EventId("$left"), ALICE, "leave", "", house.clock.now()))
    house.provider.deliver(mail(id="f3@home.example", sender=sender, text=GMAIL, subject=subject, headers=PROOF))
    await house.settle(NOW)
    assert "Passed on by" not in str(mails_in(house)[-1].content["body"])
    await happens(house, says("!reply Bonjour", sender=BOB, thread=card_of(house)), seconds=SENT)
    assert [to for _, to, _ in house.provider.delivered] == [("marie@example.org",)]


async def test_without_proof_a_member_s_own_address_is_told_that_it_was_not_taken(tmp_path: Path) -> None:
    trusting = replace(MAILBOX, trusted_authserv=("mx.asso.example",))
    made = House(tmp_path, instance=replace(INSTANCE, mailboxes=(trusting,)))
    await made.open()
    await owned(made)
    made.provider.deliver(mail(id="f1@home.example", sender="Alice <alice@home.example>", text=GMAIL))
    await made.settle(NOW)
    assert "your server does not prove it" in str(mails_in(made)[-1].content["body"])
    await made.close()


async def test_a_stranger_s_is_a_mail_like_any_other_and_the_same_mail_again_is_one(house: House) -> None:
    for _ in range(2):
        house.provider.deliver(mail(id="f2@evil.example", sender="eve@evil.example", text=GMAIL, headers=_PROOF))
        await house.settle(NOW)
    assert len(mails_in(house)) == 1
    await happens(house, says("!reply Bonjour", thread=card_of(house)), seconds=SENT)
    assert [to for _, to, _ in house.provider.delivered] == [("eve@evil.example",)]


@pytest.mark.parametrize("medium", ["on", "direct", "email"])
async def test_who_passes_a_mail_on_from_an_own_address_is_told_of_it_by_nothing(house: House, medium: str) -> None:
    await invites(house)
    await confirms(house, "bob@home.example", BOB)
    await confirms(house, "alice@home.example", ALICE)
    await happens(house, says(f"!notify new {medium}"), says(f"!notify new {medium}", sender=BOB))
    before, chat = len(house.homeserver.posted), said_in(house)
    sender, subject = "Bob <bob@home.example>", "Fwd: x"
    house.provider.deliver(mail(id="f1@home.example", sender=sender, text=GMAIL, subject=subject, headers=PROOF))
    await house.settle(SOON)
    told = [str(one.content.get("m.mentions")) for one in house.homeserver.posted[before:] if not one.is_edit]
    assert not any(BOB in who for who in told)
    assert said_in(house) == chat
    assert not [one for one in sent_to(house, "bob@home.example") if "[#" in one["Subject"]]
    # Others are told as they chose; Alice has no direct chat, and is mentioned.
    assert any(ALICE in who for who in told) is (medium != "email")
    assert bool([one for one in sent_to(house, "alice@home.example") if "[#" in one["Subject"]]) is (medium == "email")
