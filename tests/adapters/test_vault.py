"""What is sealed opens with its key, under its own name, and in no other way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.vault import KeyVault
from bot.domain.ids import SecretId
from bot.ports import NotOpened

VAULT, OTHER = KeyVault(b"k" * 32), KeyVault(b"o" * 32)
ONE, TWO = SecretId("one"), SecretId("two")


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=200))
def test_what_is_sealed_is_opened_as_it_was(words: str) -> None:
    sealed = VAULT.close(words, ONE)
    assert VAULT.open(sealed, ONE) == words
    assert words.encode() not in sealed or len(words.encode()) < 4


def test_it_opens_with_no_other_key_and_under_no_other_name() -> None:
    sealed = VAULT.close("a password", ONE)
    changed = sealed[:-1] + bytes([sealed[-1] ^ 1])
    for vault, raw, name in ((OTHER, sealed, ONE), (VAULT, sealed, TWO), (VAULT, changed, ONE), (VAULT, b"", ONE)):
        with pytest.raises(NotOpened):
            vault.open(raw, name)


def test_its_length_says_little_and_the_same_words_are_never_sealed_alike() -> None:
    assert len(VAULT.close("short", ONE)) == len(VAULT.close("a much longer password than that", ONE))
    assert VAULT.close("short", ONE) != VAULT.close("short", ONE)


def test_what_a_former_key_sealed_is_opened_and_sealed_anew() -> None:
    rotated = KeyVault(b"n" * 32, (b"o" * 32, b"k" * 32))
    before = VAULT.close("a password", ONE)
    assert rotated.open(before, ONE) == "a password"
    after = rotated.anew(before, ONE)
    assert after is not None and KeyVault(b"n" * 32).open(after, ONE) == "a password"
    assert rotated.anew(after, ONE) is None
    for vault, name in ((rotated, TWO), (OTHER, ONE)):
        with pytest.raises(NotOpened):
            vault.anew(before, name)
