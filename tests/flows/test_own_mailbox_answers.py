"""A member's own mailbox answers each notification by a mail of its own that says of itself nothing: no mail causes the
next, whoever is told of what, and whether or not a server vouches for it."""

from collections.abc import Sequence
from email.message import EmailMessage

import pytest

from tests.fakes.chat import ALICE, BOB
from tests.fakes.house import House
from tests.fakes.looking import card_of, happens, mails_in
from tests.fakes.writing import mail, reads, redacts, says
from tests.flows.test_answer_by_mail import PROOF, house
from tests.flows.test_notices import words_of
from tests.flows.test_notices_kept import mentioned
from tests.flows.test_own_addresses import HERS, sent_to

__all__ = ["house"]

HIS = "bob@home.example"
MINUTES = (0.0, 60.0, 61.0, 16.0, 200.0)
ROUNDS = 40
FORMS = {
    "its own subject": ("Absente du bureau", "Bonjour, je suis en congés jusqu'au 5 janvier."),
    "our subject": ("Réponse automatique : {subject}", "Merci pour votre message."),
    "a number": ("Ticket {number} reçu", "Votre demande a bien été enregistrée."),
    "an answer's": ("Re: {subject}", "Votre demande a bien été enregistrée."),
}


def mailed(house: House, address: str) -> list[EmailMessage]:
    """The notifications that left to an address."""
    return [one for one in sent_to(house, address) if "[#" in one["Subject"]]


async def both_want_all(house: House) -> None:
    for who in (ALICE, BOB):
        for what in ("new", "replied-unassigned", "replied-others", "followed"):
            await happens(house, says(f"!notify {what} email", sender=who))


async def answered(house: House, form: str, *, proven: bool, rounds: int = ROUNDS, has_id: bool = False) -> int:
    """Both mailboxes answer whatever comes; how often they did."""
    seen, number = {HERS: 0, HIS: 0}, 0
    subject, words = FORMS[form]
    for _ in range(rounds):
        for address in seen:
            every = mailed(house, address)
            new, seen[address] = every[seen[address] :], len(every)
            for one in new:
                number += 1
                raw = mail(
                    id=f"own{number}@home.example",
                    sender=f"Absente <{address}>",
                    subject=subject.format(subject=one["Subject"], number=number),
                    text=words,
                    reply_to=str(one["Message-ID"]).strip("<>") if has_id else "",
                    headers=PROOF if proven else (),
                )
                house.provider.deliver(raw, at=house.clock.now())
        await house.settle(MINUTES)
    return number


def numbers(mails: Sequence[EmailMessage]) -> list[str]:
    return [str(one["Subject"]) for one in mails]


@pytest.mark.parametrize("proven", [True, False])
@pytest.mark.parametrize("form", FORMS)
async def test_of_forty_rounds_between_two_members_mailboxes_one_mail_to_each_is_left(
    house: House, form: str, proven: bool
) -> None:
    await both_want_all(house)
    house.provider.deliver(mail(id="x1@example.org", subject="Autre", text="Bonjour"), at=house.clock.now())
    await house.settle(MINUTES)
    await answered(house, form, proven=proven)
    assert numbers(mailed(house, HERS)) == numbers(mailed(house, HIS)) == ["[#2] Autre"]


@pytest.mark.parametrize("proven", [True, False])
async def test_nor_do_answers_that_name_the_notification_go_round(house: House, proven: bool) -> None:
    await both_want_all(house)
    house.provider.deliver(mail(id="x1@example.org", subject="Autre", text="Bonjour"), at=house.clock.now())
    await house.settle(MINUTES)
    await answered(house, "an answer's", proven=proven, has_id=True)
    assert len(mailed(house, HERS)) <= 2 and len(mailed(house, HIS)) <= 2


@pytest.mark.parametrize("proven", [True, False])
async def test_who_chose_mail_is_mentioned_for_a_member_s_mail_and_its_conversation_is_like_any_other(
    house: House, proven: bool
) -> None:
    await happens(house, says("!notify new email"), says("!notify replied-unassigned email"))
    before = len(house.homeserver.posted)
    said = {"sender": f"Bob <{HIS}>", "headers": PROOF if proven else ()}
    house.provider.deliver(mail(id="b1@home.example", subject="Cotisation", text="Combien ?", **said))  # type: ignore[arg-type]
    await house.settle(MINUTES)
    again = mail(id="b2@home.example", reply_to="b1@home.example", subject="Re: Cotisation", text="Merci ?", **said)  # type: ignore[arg-type]
    house.provider.deliver(again)
    await house.settle(MINUTES)
    assert mailed(house, HERS) == []
    opened, came = mentioned(house, before)
    assert "Cotisation" in opened and "Merci ?" in came
    await happens(house, reads(mails_in(house)[-1].event))
    await happens(house, says("!reply Douze euros.", thread=card_of(house, 2)), seconds=MINUTES)
    assert any(to == (HIS,) and b"Douze euros." in raw for _, to, raw in house.provider.delivered)


async def test_a_mail_of_a_stranger_in_the_same_conversation_is_mailed(house: House) -> None:
    await happens(house, says("!notify replied-unassigned email"))
    house.provider.deliver(mail(id="b2@home.example", reply_to="m1@example.org", sender=f"Bob <{HIS}>", text="De Bob."))
    house.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org", text="De Marie."))
    await house.settle(MINUTES)
    (one,) = mailed(house, HERS)
    assert "De Marie." in words_of(one) and "De Bob." in words_of(one)


async def test_a_notification_that_waits_for_something_else_does_not_leave_for_a_member_s_mail(house: House) -> None:
    """The note is the reason, and is deleted."""
    await happens(house, *(says(f"!notify {what} email") for what in ("replied-unassigned", "noted-unassigned")))
    note = says("!note Vu.", thread=card_of(house), sender=BOB)
    await happens(house, note, seconds=(0.0, 5.0))
    house.provider.deliver(
        mail(id="b1@home.example", reply_to="m1@example.org", sender=f"Bob <{HIS}>"), at=house.clock.now()
    )
    await house.settle((0.0, 5.0))
    await happens(house, redacts(note.event, sender=BOB), seconds=MINUTES)
    assert mailed(house, HERS) == []
