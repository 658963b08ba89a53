"""What the mailbox's own server says of a sender, and what is only said in its name."""

from dataclasses import replace

import pytest

from bot.domain.authenticity import is_proven, is_worse, verdict_of
from bot.domain.conversation import Verdict
from bot.domain.mail import Address, Mail
from bot.mime.read import read_mail
from tests.fakes.house import MAILBOX

OURS = "mx.asso.example"


def verdict(*fields: str, sender: str = "marie@bank.example") -> Verdict:
    head = "".join(f"Authentication-Results: {field}\n" for field in fields)
    mail = read_mail(f"{head}From: {sender}\n\nx".encode()).mail
    return verdict_of(mail, replace(MAILBOX, trusted_authserv=(OURS,)))


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("dmarc=pass header.from=bank.example", Verdict.VERIFIED),
        ("dmarc=pass", Verdict.VERIFIED),
        ("dmarc=pass header.from=evil.example", Verdict.UNKNOWN),
        ("dmarc=fail; dkim=pass header.d=bank.example", Verdict.FAILED),
        ("dkim=pass header.d=bank.example", Verdict.VERIFIED),
        ("dkim=pass header.i=@mail.bank.example", Verdict.VERIFIED),
        ('dkim=pass header.d="bank.example"', Verdict.VERIFIED),
        ("dkim=pass header.d=evil.example", Verdict.UNKNOWN),
        ("dkim=pass", Verdict.UNKNOWN),
        ("dkim=pass header.d=example", Verdict.UNKNOWN),
        ("dkim=pass header.d=notbank.example", Verdict.UNKNOWN),
        ("dkim=pass header.d=evil.example; dkim=pass header.d=bank.example", Verdict.VERIFIED),
        ("spf=pass smtp.mailfrom=bounce@bank.example", Verdict.VERIFIED),
        ("spf=pass smtp.mailfrom=evil.example", Verdict.UNKNOWN),
        ("spf=pass smtp.mailfrom=evil.example; dkim=fail header.d=bank.example", Verdict.FAILED),
        ("spf=fail smtp.mailfrom=bank.example; dkim=pass header.d=bank.example", Verdict.VERIFIED),
        ("spf=fail smtp.mailfrom=bank.example", Verdict.FAILED),
        ("none", Verdict.UNKNOWN),
        ("x=y; dkim=pass (dmarc=pass) header.d=evil.example", Verdict.UNKNOWN),
    ],
)
def test_without_dmarc_only_what_is_aligned_with_from_counts(field: str, expected: Verdict) -> None:
    assert verdict(f"{OURS}; {field}") is expected


def test_only_the_topmost_field_of_a_trusted_server_counts() -> None:
    good, bad = f"{OURS}; dmarc=pass", f"{OURS}; dmarc=fail"
    assert verdict(bad, good) is Verdict.FAILED
    assert verdict(f"{OURS}; spf=none", good) is Verdict.UNKNOWN
    assert verdict("elsewhere.example; dmarc=pass", bad) is Verdict.FAILED
    assert verdict("elsewhere.example; dmarc=pass") is Verdict.UNKNOWN


def test_a_mail_without_a_sender_is_verified_by_nothing_but_dmarc() -> None:
    assert verdict_of(Mail(from_=(Address("", ""),)), MAILBOX) is Verdict.UNKNOWN
    assert verdict(f"{OURS}; spf=pass smtp.mailfrom=bank.example", sender="nobody") is Verdict.UNKNOWN


def test_worse_is_what_proves_less() -> None:
    assert is_worse(Verdict.FAILED, Verdict.UNKNOWN)
    assert is_worse(Verdict.UNKNOWN, Verdict.VERIFIED)
    assert not is_worse(Verdict.UNKNOWN, Verdict.UNKNOWN)
    assert not is_worse(Verdict.VERIFIED, Verdict.FAILED)


def proven(*fields: str, head: str = "From: marie@bank.example") -> bool:
    results = "".join(f"Authentication-Results: {field}\n" for field in fields)
    mail = read_mail(f"{results}{head}\n\nx".encode()).mail
    return is_proven(mail, replace(MAILBOX, trusted_authserv=(OURS,)))


@pytest.mark.parametrize(
    "field",
    [
        "dmarc=pass header.from=bank.example",
        "dmarc=pass (p=reject) header.from=BANK.example.",
        "dkim=pass header.d=bank.example",
        "dmarc=none; spf=pass smtp.mailfrom=bounce@bank.example",
        "spf=fail smtp.mailfrom=list.example; dkim=pass header.i=@bank.example",
    ],
)
def test_a_sender_is_proven_by_dmarc_or_else_by_the_very_domain(field: str) -> None:
    assert proven(f"{OURS}; {field}")


@pytest.mark.parametrize(
    "field",
    [
        "none",
        "dmarc=pass",
        "dmarc=pass header.from=evil.example",
        "dmarc=pass header.from=mail.bank.example",
        "dmarc=fail header.from=bank.example; dkim=pass header.d=bank.example",
        "dmarc=temperror header.from=bank.example; spf=pass smtp.mailfrom=bank.example",
        "dkim=pass header.d=evil.bank.example",
        "dkim=pass header.d=example",
        "spf=pass smtp.mailfrom=evil.example",
        "spf=softfail smtp.mailfrom=bank.example",
        'spf=pass smtp.mailfrom="dmarc=pass"@evil.example',
    ],
)
def test_whatever_else_a_server_says_proves_no_sender(field: str) -> None:
    assert not proven(f"{OURS}; {field}")


def test_only_the_topmost_field_of_all_proves_a_sender() -> None:
    good = f"{OURS}; dmarc=pass header.from=bank.example"
    assert proven(good, "elsewhere.example; dmarc=fail")
    assert not proven("elsewhere.example; dmarc=fail", good), "it may have come with the mail"
    assert not proven(f"{OURS}; spf=none", good)
    assert not proven()
    assert not proven("mx.asso.example.evil.example; dmarc=pass header.from=bank.example")


@pytest.mark.parametrize(
    "head",
    [
        "From: marie@bank.example, eve@evil.example",
        "From: eve@evil.example, marie@bank.example",
        "From: marie@bank.example\nFrom: eve@evil.example",
        "From: eve@evil.example\nFrom: marie@bank.example",
        "From: Friends: marie@bank.example, eve@evil.example;",
        "From: marie@bank.example <eve@evil.example>",
        "From: =?utf-8?q?marie=40bank=2Eexample?= <eve@bank.example>",
        "From: eve@bank.example (marie@bank.example)",
        "Sender: marie@bank.example",
        "Reply-To: marie@bank.example",
        "From: Marie",
        "From: Friends:;",
    ],
)
def test_a_from_that_can_be_read_in_two_ways_is_nobody_s(head: str) -> None:
    assert not proven(f"{OURS}; dmarc=pass header.from=bank.example", head=head)


def test_a_name_beside_the_only_address_is_no_hindrance() -> None:
    for head in ('From: "marie@bank.example" <marie@bank.example>', "From: Marie Durand (home) <Marie@bank.example>"):
        assert proven(f"{OURS}; dmarc=pass header.from=bank.example", head=head)
