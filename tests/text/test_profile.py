"""The name that a mail bears where clients show one."""

from dataclasses import replace

import pytest

from bot.domain.conversation import Direction
from bot.domain.effects import PostMail
from bot.domain.mail import Address, Mail
from bot.text.card import MAX_NAME
from bot.text.profile import Profile, profile_of
from tests.domain.deciding import START, conversation, mail_in


def profile(writer: Address, direction: Direction = Direction.IN, **more: bool) -> Profile | None:
    record = replace(mail_in(1, START), direction=direction)
    return profile_of(PostMail(conversation(), record, Mail(from_=(writer,)), **more))  # type: ignore[arg-type]


def named(name: str, address: str = "marie@example.org") -> str:
    found = profile(Address(name, address))
    assert found is not None
    return found.name


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Marie Dupont", "✉️ Marie Dupont"),
        ("", "✉️ marie@example.org"),
        ("Alice", "✉️ Alice"),
        ("@alice:example.org", "✉️ @\u2060alice:example.org"),
        ("@room", "✉️ @\u2060room"),
        ("\u202egro.elpmaxe\u202c Marie\n\x00", "✉️ gro.elpmaxe Marie"),
        ("<b>Marie</b>", "✉️ <b>Marie</b>"),
        ("\u200b\u2066", "✉️ marie@example.org"),
    ],
)
def test_a_name_cannot_pass_for_a_member_or_do_anything(name: str, shown: str) -> None:
    assert named(name) == shown


def test_a_long_name_is_cut() -> None:
    assert len(named("x" * 100_000)) <= MAX_NAME + len("✉️ ")


def test_one_person_is_one_profile_whatever_the_name_and_the_address_is_not_in_it() -> None:
    first, second = profile(Address("Marie", "Marie@Example.org")), profile(Address("M. Dupont", "marie@example.org"))
    other = profile(Address("Marie", "marie@example.net"))
    assert first is not None
    assert second is not None
    assert other is not None
    assert first.id == second.id != other.id
    assert "marie" not in first.id


def test_a_mail_of_ours_or_in_our_name_or_of_nobody_has_none() -> None:
    marie = Address("Marie", "marie@example.org")
    assert profile(marie, Direction.OUT) is None
    assert profile(marie, in_our_name=True) is None
    # Where a mail has no From, its conversation's correspondent is taken for its writer.
    assert profile(Address("Marie", "")) is None
