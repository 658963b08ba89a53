"""What the mailbox's own server says of a sender, and what is only said in its name."""

from dataclasses import replace

import pytest

from bot.domain.authenticity import is_worse, verdict_of
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
