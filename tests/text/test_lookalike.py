"""A card shows who really writes, whatever the name pretends."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.lookalike import SenderWarning, plain_name, warnings_for

OTHER, HIDDEN, MIXED, PUNYCODE = (
    SenderWarning.NAME_HOLDS_OTHER_ADDRESS,
    SenderWarning.BIDI_OR_HIDDEN,
    SenderWarning.MIXED_SCRIPTS,
    SenderWarning.PUNYCODE,
)  # fmt: skip


@pytest.mark.parametrize(
    ("name", "address", "expected"),
    [
        ("Bob", "bob@example.org", ()),
        ("bob@example.org", "Bob@Example.org", ()),
        ("'bob@example.org' via List", "bob@example.org", ()),
        ("service@bank.example", "x@evil.example", (OTHER,)),
        ("service\uff20bank.example", "x@evil.example", (OTHER,)),
        ("service [at] bank.example", "x@evil.example", (OTHER,)),
        ("B\u0430nk", "x@evil.example", (MIXED,)),
        ("\U0001d401ank", "x@evil.example", (MIXED,)),
        ("Иван Петров", "ivan@example.org", ()),
        ("Γιάννης", "g@example.org", ()),
        ("山田 Taro太郎", "t@example.org", ()),
        ("fdp.exe\u202e", "x@evil.example", (HIDDEN,)),
        ("Ba\u200bnk", "x@evil.example", (HIDDEN,)),
        ("علی\u200cرضا", "a@example.org", ()),
        ("\U0001f468\u200d\U0001f469\u200d\U0001f467 Family", "a@example.org", ()),
        ("Bank", "x@xn--bnk-5cd.com", (PUNYCODE,)),
        ("Bank", "x@b\u0430nk.com", (MIXED, PUNYCODE)),
    ],
)
def test_warnings(name: str, address: str, expected: tuple[SenderWarning, ...]) -> None:
    assert warnings_for(name, address) == expected


def test_a_plain_name_has_no_tricks() -> None:
    assert plain_name("  Bob\u202e\n\t\u200bSmith\x00 ") == "Bob Smith"
    assert plain_name("Z\u0335\u0321\u0322\u0323\u0324\u0325a").count("\u0325") == 0
    assert plain_name("علی\u200cرضا") == "علی\u200cرضا"


@given(st.text(max_size=100), st.text(max_size=60))
def test_any_name_is_read(name: str, address: str) -> None:
    plain = plain_name(name)
    assert plain_name(plain) == plain and "\n" not in plain
    warnings_for(name, address)
