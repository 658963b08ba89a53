"""A mail that is made to hurt costs fifty rules little: what they look at is made once, and bounded."""

import time

from bot.domain.house_rules import MOST_RULES, HouseRule, ruled
from bot.domain.ids import EventId
from bot.domain.mail import Address, Mail
from tests.domain.deciding import MAILBOX, START
from tests.fakes.chat import ALICE

_SAID = "if from:absent from:@absent.example to:@absent.example subject:absent body:absent header:x=absent then spam"
HURTS = Mail(
    from_=tuple(Address("Œ" * 1000, f"a{n}@xn--ls8h{n}.example") for n in range(500)),
    to=tuple(Address("", f"b{n}@xn--ls8h{n}.example") for n in range(500)),
    cc=tuple(Address("", "é" * 500_000 + "@x") for _ in range(3)),
    subject="É" * 500_000,
    text="œuvre " * 1_000_000,
    fields=(("x", "É" * 500),) * 150,
)


def test_fifty_rules_look_at_a_hostile_mail_within_a_moment() -> None:
    parts = _SAID.split(" then ", maxsplit=1)[0].removeprefix("if ").split()
    rules = tuple(
        HouseRule(MAILBOX.id, n, f"if {parts[n % len(parts)]} then spam", True, ALICE, START, EventId("$r"))
        for n in range(MOST_RULES)
    )
    started = time.process_time()
    assert not ruled(rules, HURTS).rules
    assert time.process_time() - started < 2
