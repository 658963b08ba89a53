"""Two bots whose members' own addresses are each other's mailboxes: a thousand rounds, and no mail calls forth another.

Each member wants every event by mail, and each mailbox answers by itself: whatever one bot mails is news at the other.
"""

import re
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from bot.domain.choices import Occasion
from bot.domain.ids import MailboxId
from bot.domain.own_addresses import OwnAddress
from bot.domain.signing import Signer
from storage import own_addresses, settings
from tests.fakes.chat import ALICE
from tests.fakes.house import INSTANCE, MAILBOX, House
from tests.fakes.looking import NOW, happens
from tests.fakes.writing import mail, says

ROUNDS = 1_000
APART = timedelta(minutes=30)
"""A thousand of them are three weeks."""
HERS, THEIRS = "contact@asso.example", "help@other.example"


@dataclass(slots=True)
class Side:
    """One bot, with the other's mailbox as the own address of its member."""

    house: House
    address: str
    other: str
    passed: int = 0
    mailed: list[date] = field(default_factory=list)
    """The days on which it wrote to the other's mailbox."""

    def leaving(self) -> list[bytes]:
        """What left for the other since the last look."""
        sent = self.house.provider.delivered[self.passed :]
        self.passed = len(self.house.provider.delivered)
        found = [raw for _, to, raw in sent if to == (self.other,)]
        self.mailed += [self.house.clock.at.date()] * len(found)
        return found


async def side(folder: Path, address: str, other: str, secret: bytes) -> Side:
    folder.mkdir()
    server = f"mx.{address.partition('@')[2]}"
    mailbox = replace(MAILBOX, id=MailboxId(address), address=address, aliases=(), trusted_authserv=(server,))
    house = House(folder, instance=replace(INSTANCE, mailboxes=(mailbox,)))
    await house.open()
    house.step.signer = Signer(secret)
    now = house.clock.now()
    assert house.database is not None
    async with house.database.write() as tx:
        await settings.change_alone(tx)
        await own_addresses.put(tx, OwnAddress(ALICE, other, mailbox.id, "", now, 0, 0, now, now), now)
    await house.step.look_at_settings()
    await happens(house, *(says(f"!notify {one.value} email") for one in Occasion))
    await happens(house, says("!autoreply text Merci, nous avons bien reçu votre message."), says("!autoreply on"))
    return Side(house, address, other)


@pytest.fixture
async def both(tmp_path: Path) -> AsyncIterator[tuple[Side, Side]]:
    first = await side(tmp_path / "a", HERS, THEIRS, b"the secret of one")
    second = await side(tmp_path / "b", THEIRS, HERS, b"the secret of the other")
    yield first, second
    await first.house.close()
    await second.house.close()


# --- what lies between them


def untouched(raw: bytes, number: int) -> bytes:
    return raw


def without_marks(raw: bytes, number: int) -> bytes:
    """A relay that keeps the usual headers alone."""
    parsed = message_from_bytes(raw, policy=policy.SMTP)
    for name in ("Auto-Submitted", "X-Auto-Response-Suppress", "Precedence"):
        del parsed[name]
    return parsed.as_bytes()


def with_another_id(raw: bytes, number: int) -> bytes:
    """As Amazon SES and some others do."""
    parsed = message_from_bytes(without_marks(raw, number), policy=policy.SMTP)
    del parsed["Message-ID"]
    parsed["Message-ID"] = f"<relayed{number}@relay.example>"
    return parsed.as_bytes()


def alone(raw: bytes, number: int) -> bytes:
    """A gateway that copies sender, subject and text into a mail of its own."""
    parsed = message_from_bytes(with_another_id(raw, number), policy=policy.SMTP)
    for name in ("In-Reply-To", "References"):
        del parsed[name]
    return parsed.as_bytes()


def told_of(raw: bytes, number: int) -> bytes:
    """A gateway that writes, under an address and a subject of its own, what has come."""
    came = message_from_bytes(raw, policy=policy.default)
    body = came.get_body(("plain",))
    assert body is not None
    words = "\n".join(f"| {line}" if number % 2 else f"> {line}" for line in body.get_content().splitlines())
    return mail(
        id=f"gateway{number}@{came['To'].addresses[0].domain}",
        sender=f"Passerelle <gateway{number}@relay.example>",
        to=came["To"].addresses[0].addr_spec,
        subject=f"Message {number}",
        text=f"Bonjour,\n\nun message est arrivé :\n\n{words}\n",
    )


Between = Callable[[bytes, int], bytes]


def proven(raw: bytes, sender: str, receiver: str) -> bytes:
    """What the receiver's server writes above it."""
    domain = sender.partition("@")[2]
    server = f"mx.{receiver.partition('@')[2]}"
    return f"Authentication-Results: {server}; dmarc=pass header.from={domain}\r\n".encode() + raw


async def exchanged(sides: tuple[Side, Side], between: Between, rounds: int = ROUNDS) -> None:
    number = 0
    for _ in range(rounds):
        for one, other in (sides, sides[::-1]):
            for raw in one.leaving():
                number += 1
                arrives = proven(between(raw, number), one.address, other.address)
                other.house.provider.deliver(arrives, at=other.house.clock.now())
        for one in sides:
            await one.house.settle((APART.total_seconds(),))


def customer_writes(one: Side, number: int = 1) -> None:
    raw = mail(id=f"c{number}@example.org", to=one.address, sender="Marie <marie@example.org>")
    one.house.provider.deliver(raw, at=one.house.clock.now())


@pytest.mark.timeout(600)
@pytest.mark.parametrize("between", [untouched, without_marks, with_another_id, alone, told_of])
async def test_for_a_thousand_rounds_each_writes_at_most_one_mail_a_day(
    both: tuple[Side, Side], between: Between
) -> None:
    for one in both:
        customer_writes(one)
        await one.house.settle((*NOW, 130.0))
    await exchanged(both, between)
    for one in both:
        assert one.mailed, "the member was told of the customer's mail"
        assert max(Counter(one.mailed).values()) <= 1, sorted(Counter(one.mailed).items())[:5]
        assert len(one.mailed) <= 1, "and of nothing that the other bot wrote"


# --- a robot at each address that answers whatever is mailed there, and marks it as nothing


def answers(raw: bytes, number: int, words: str) -> bytes:
    parsed = message_from_bytes(raw, policy=policy.default)
    to, sender = parsed["From"].addresses[0].addr_spec, parsed["To"].addresses[0].addr_spec
    id = re.sub(r"[<>]", "", str(parsed["Message-ID"]))
    said = mail(id=f"robot{number}@robot.example", to=to, sender=sender, reply_to=id, subject="Re", text=words)
    return proven(said, sender, to)


ROBOTS: Mapping[str, str] = {
    "what looks like a command": "close now please",
    "what may be a note": "note merci de votre message",
    "nothing": "",
}


@pytest.mark.timeout(600)
@pytest.mark.parametrize("words", ROBOTS.values(), ids=list(ROBOTS))
async def test_a_robot_that_answers_each_mail_is_told_at_most_once_a_day(both: tuple[Side, Side], words: str) -> None:
    one, _ = both
    customer_writes(one)
    await one.house.settle((*NOW, 130.0))
    number, before = 0, len(one.leaving())
    assert before == 1
    told, waiting = list[date](), [raw for _, to, raw in one.house.provider.delivered if to == (one.other,)]
    for _ in range(ROUNDS):
        for raw in waiting:
            number += 1
            one.house.provider.deliver(answers(raw, number, words), at=one.house.clock.now())
        await one.house.settle((APART.total_seconds(),))
        waiting = one.leaving()
        told += [one.house.clock.at.date()] * len(waiting)
    assert not told or max(Counter(told).values()) <= 1
    to_customer = [to for _, to, raw in one.house.provider.delivered if "marie@example.org" in to]
    assert len(to_customer) <= 1, "the mailbox's own acknowledgement, and nothing of the robot's"
