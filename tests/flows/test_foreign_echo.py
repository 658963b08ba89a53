"""What is behind a member's mailbox answers each notification by a new mail from an address that nobody registered, and
says of itself nothing: what tells of our mail is mailed to nobody, and of all else a few mails a day are left."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest

from bot.domain.ids import ConversationId
from bot.domain.notices import MANY
from bot.domain.rules.one_sender import MOST_OF_ADDRESS, MOST_OF_DOMAIN
from tests.fakes.chat import ALICE, BOB
from tests.fakes.direct import invites, said_in
from tests.fakes.house import House
from tests.fakes.looking import card_of, happens
from tests.fakes.writing import mail, says
from tests.flows.test_answer_by_mail import house
from tests.flows.test_notices import words_of
from tests.flows.test_own_addresses import HERS, sent_to
from tests.flows.test_own_mailbox_answers import HIS, MINUTES, both_want_all, mailed, numbers

__all__ = ["house"]

DESK = "noreply@desk.example"
KEPT = "is not mailed to you"


def customer_writes(house: House, number: int = 0, subject: str = "Autre") -> None:
    raw = mail(id=f"x{number}@example.org", sender=f"P{number} <p@x{number}.example.org>", subject=subject)
    house.provider.deliver(raw, at=house.clock.now())


@dataclass
class Robot:
    """Opens a ticket for whatever is mailed to an address."""

    house: House
    address: str
    sender: Callable[[int], str] = lambda number: DESK
    subject: str = "Ticket {number} : demande reçue"
    words: str = "Bonjour, votre demande {number} a bien été enregistrée."
    to: str = "contact@asso.example"
    seen: int = 0
    written: int = 0

    def answers(self) -> int:
        new = sent_to(self.house, self.address)[self.seen :]
        self.seen += len(new)
        for one in new:
            self.written += 1
            number = f"{self.address.partition('@')[0]}{self.written}"
            raw = mail(
                id=f"{number}@desk.example",
                sender=f"Assistance <{self.sender(self.written)}>",
                to=str(one["Reply-To"] or self.to),
                subject=self.subject.format(number=number, subject=one["Subject"]),
                text=self.words.format(number=number, words="\n".join(f"> {w}" for w in words_of(one).splitlines())),
            )
            self.house.provider.deliver(raw, at=self.house.clock.now())
        return len(new)


async def plays(house: House, *robots: Robot, rounds: int, seconds: tuple[float, ...] = MINUTES) -> None:
    for _ in range(rounds):
        for one in robots:
            one.answers()
        await house.settle(seconds)


async def begins(house: House) -> None:
    await both_want_all(house)
    customer_writes(house)
    await house.settle(MINUTES)


QUOTING = {
    "its subject": ("Ticket {number} : {subject}", "Bien reçu."),
    "its subject alone": ("{subject}", "Bien reçu."),
    "its words": ("Ticket {number}", "Bonjour,\n\nvotre demande est enregistrée.\n\n{words}"),
}


@pytest.mark.parametrize("form", QUOTING)
async def test_of_what_quotes_a_notification_nobody_is_mailed(house: House, form: str) -> None:
    await begins(house)
    subject, words = QUOTING[form]
    robots = [Robot(house, one, subject=subject, words=words) for one in (HERS, HIS)]
    await plays(house, *robots, rounds=10)
    assert numbers(mailed(house, HERS)) == numbers(mailed(house, HIS)) == ["[#2] Autre"]
    assert [one.written for one in robots] == [1, 1]


async def test_nor_of_what_goes_to_the_address_that_only_a_notification_names(house: House) -> None:
    await begins(house)
    tag = house.step.signer.answer_tag(person=ALICE, conversation=ConversationId(2), at=house.clock.now())
    await plays(house, Robot(house, HERS, to=f"contact+{tag}@asso.example"), rounds=10)
    assert numbers(mailed(house, HERS)) == ["[#2] Autre"]


SENDERS: dict[str, tuple[Callable[[int], str], int]] = {
    "one address": (lambda number: DESK, MOST_OF_ADDRESS),
    "an address for each ticket": (lambda number: f"ticket+{number}@desk.example", MOST_OF_ADDRESS),
    "with its number": (lambda number: f"ticket-{number}@desk.example", MOST_OF_ADDRESS),
    "addresses of a domain": (lambda number: f"t{number}@desk.example", MOST_OF_DOMAIN),
}
PACES = {"at once": MINUTES, "an hour later": (3600.0, *MINUTES)}


@pytest.mark.parametrize("pace", PACES)
@pytest.mark.parametrize("senders", SENDERS)
async def test_of_new_mails_with_words_of_their_own_a_few_a_day_are_mailed(
    house: House, senders: str, pace: str
) -> None:
    await begins(house)
    sender, most = SENDERS[senders]
    robots = [Robot(house, one, sender=sender) for one in (HERS, HIS)]
    begun = house.clock.now()
    await plays(house, *robots, rounds=26, seconds=PACES[pace])
    days = (house.clock.now() - begun) / timedelta(days=1) + 1
    for one in robots:
        assert len(sent_to(house, one.address)) - 1 <= most * days
    before = [one.written for one in robots]
    await plays(house, *robots, rounds=3, seconds=PACES["at once"])
    assert pace != "at once" or [one.written for one in robots] == before, "nothing goes round any more"


async def test_what_is_kept_here_is_told_to_each_with_its_number_and_how_it_ends(house: House) -> None:
    await invites(house, by=ALICE)
    await begins(house)
    robot = Robot(house, HERS)
    await plays(house, robot, rounds=12)
    told = [one for one in said_in(house) if KEPT in one]
    assert len(told) == robot.written - MOST_OF_ADDRESS == 1
    assert "!reply" in told[0] and "#" in told[0]


async def test_who_is_answered_is_mailed_again(house: House) -> None:
    await begins(house)
    for number in range(MOST_OF_ADDRESS + 1):
        house.provider.deliver(mail(id=f"p{number}@b.example", sender="p@b.example", subject=f"Q{number}"))
        await house.settle(MINUTES)
    assert len(mailed(house, HERS)) == MOST_OF_ADDRESS + 1
    await happens(house, says("!reply Voilà.", thread=card_of(house, 3)), seconds=MINUTES)
    house.provider.deliver(mail(id="more@b.example", sender="p@b.example", subject="Encore"))
    await house.settle(MINUTES)
    assert numbers(mailed(house, HERS))[-1].endswith("Encore")


async def test_others_are_mailed_meanwhile_and_what_a_colleague_does_with_it(house: House) -> None:
    await begins(house)
    await happens(house, says("!notify noted-unassigned email"))
    await plays(house, Robot(house, HERS), rounds=12)
    before = len(mailed(house, HERS))
    customer_writes(house, 1, "Quelqu’un d’autre")
    await house.settle(MINUTES)
    last = len(house.homeserver.of_kind("conversation"))
    assert numbers(mailed(house, HERS))[before:] == [f"[#{last}] Quelqu’un d’autre"]
    note = says("!note Qui est-ce ?", thread=card_of(house, last - 1), sender=BOB)
    await happens(house, note, seconds=MINUTES)
    assert len(mailed(house, HERS)) == before + 2


async def test_a_restart_forgets_nothing_of_it(house: House) -> None:
    await begins(house)
    robot = Robot(house, HERS)
    for _ in range(12):
        robot.answers()
        await house.settle(MINUTES)
        await house.close()
        await house.open()
    assert robot.written == MOST_OF_ADDRESS + 1


async def test_in_mails_about_many_conversations_it_counts_as_well(house: House) -> None:
    await begins(house)
    robot, customers = Robot(house, HERS), 0
    for _ in range(3 * MOST_OF_ADDRESS):
        robot.answers()
        for _ in range(MANY):
            customers += 1
            customer_writes(house, customers, f"Sujet {customers}")
        await house.settle((*MINUTES, 1500.0))
    told = "".join(words_of(one) for one in sent_to(house) if robot.written and "[#" not in one["Subject"])
    assert told.count(", Sujet ") == customers, "others are told of"
    every = "".join(words_of(one) for one in sent_to(house))
    assert every.count(", Ticket ") == MOST_OF_ADDRESS


async def test_several_that_are_kept_here_are_told_in_one_sentence(house: House) -> None:
    await invites(house, by=ALICE)
    await begins(house)
    await plays(house, Robot(house, HERS), rounds=12)
    before, last = len(said_in(house)), len(house.homeserver.of_kind("conversation"))
    for number in range(3):
        house.provider.deliver(mail(id=f"m{number}@desk.example", sender=DESK, subject=f"T{number}"))
    await house.settle(MINUTES)
    (told,) = said_in(house)[before:]
    assert all(f"#{last + n}" in told for n in (1, 2, 3)) and len(mailed(house, HERS)) == 1 + MOST_OF_ADDRESS
