"""Whom a letter greets that answers a note, or what a colleague did: namesakes, others who get it, and who has no name."""

from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage

import pytest

from bot.domain.ids import UserId
from bot.domain.inputs.room import MemberChanged
from bot.domain.settings import MailboxSettings
from bot.ports import Member
from tests.fakes.chat import ALICE, BOB, BOT, ROOM
from tests.fakes.house import MAILBOX, House
from tests.fakes.looking import NOW, card_of, happens, mails_in
from tests.fakes.writing import event_id, mail, reads, says
from tests.flows.test_answer_by_mail import comes, left, shown
from tests.flows.test_answer_inside import answered
from tests.flows.test_answer_to_both import NOTED, everything, now
from tests.flows.test_notices import SOON, notices


@pytest.fixture
def mailbox() -> MailboxSettings:
    return replace(MAILBOX, trusted_authserv=("mx.asso.example",))


async def done_by(house: House, name: str, act: str, sender: str) -> EmailMessage:
    """What Alice is mailed of what a colleague of that name did in the conversation of that correspondent."""
    who = UserId("@colleague:localhost")
    house.homeserver.members[ROOM] = (
        Member(ALICE, "Alice"),
        Member(BOB, "Bob"),
        Member(BOT, "Postroom"),
        Member(who, name),
    )
    await happens(house, MemberChanged(ROOM, event_id(), who, "join", name, house.clock.now()))
    await everything(house)
    house.provider.deliver(mail(id="q1@example.org", sender=sender, subject="Inscription"), at=house.clock.now())
    await house.settle(SOON)
    if act == "!close":
        await now(house, says("!assign me", thread=card_of(house, 2)), SOON)
    count = len(notices(house))
    await now(house, says(act, thread=card_of(house, 2), sender=who), (*SOON, *SOON))
    house.clock.at += timedelta(hours=1)
    (one,) = notices(house)[count:]
    return one


@pytest.mark.parametrize("act", [NOTED, "!close", "!assign @alice"])
async def test_a_first_name_that_a_colleague_has_too_frees_nothing(house: House, act: str) -> None:
    one = await done_by(house, "Marie Leroy", act, "Marie Durand <marie.durand@example.org>")
    waits = ("Marie,\n\npourquoi ? Elle attend, tu le sais.", "Salut Marie,\n\nelle nous doit déjà 30 €.\n\nAlice")
    for number, words in enumerate(waits):
        await comes(house, answered(one, "gmail", words=words).replace(b"<a1@", f"<b{number}@".encode()))
        assert left(house) == [], act
    leaves = ("Bonjour Marie Durand,\n\noui, elle est inscrite.", "Bonjour Madame Durand,\n\noui, elle l'est.")
    for number, words in enumerate(leaves):
        await comes(house, answered(one, "gmail", words=words).replace(b"<a1@", f"<c{number}@".encode()))
        assert len(left(house)) == number + 1, shown(house)[-1]


@pytest.mark.parametrize("act", [NOTED, "!close", "!assign @alice"])
async def test_whoever_else_gets_the_answer_is_greeted_by_name(house: House, act: str) -> None:
    await everything(house)
    marie, paul = "Marie <marie@example.org>", "Paul Martin <pm92@example.org>"
    house.provider.deliver(
        mail(id="m2@example.org", reply_to="m1@example.org", sender=marie, cc=paul), at=house.clock.now()
    )
    await house.settle(NOW)
    asks = mail(id="m3@example.org", reply_to="m2@example.org", sender=paul, cc=marie, text="Est-elle inscrite ?")
    house.provider.deliver(asks, at=house.clock.now())
    await house.settle(SOON)
    for one in mails_in(house):
        await happens(house, replace(reads(one.event), at=house.clock.now()), seconds=(1.0,))
    if act == "!close":
        await now(house, says("!assign me", thread=card_of(house)), SOON)
    await now(house, says(act, thread=card_of(house), sender=BOB), (*SOON, *SOON))
    house.clock.at += timedelta(hours=1)
    letter = "Bonjour Paul,\n\nelle est inscrite depuis mardi.\n\nAlice"
    await comes(house, answered(notices(house)[-1], "gmail", words=letter))
    assert len(left(house)) == 1, shown(house)[-1]


@pytest.mark.parametrize("sender", ["contact@example.org", "mariedu69 <m@example.org>"])
async def test_where_nobody_knows_a_name_one_frees_what_does_not_speak_to_a_colleague(
    house: House, sender: str
) -> None:
    one = await done_by(house, "Trésorier", NOTED, sender)
    words = "Salut Jean,\n\nelle nous doit déjà 30 €.\n\nAlice"
    await comes(house, answered(one, "gmail", words=words))
    assert left(house) == []
    words = "Bonjour Zoé,\n\nc'est possible lundi.\n\nAlice"
    await comes(house, answered(one, "gmail", words=words).replace(b"<a1@", b"<b1@"))
    assert len(left(house)) == 1
