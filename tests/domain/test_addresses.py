"""When two addresses are one, and which can be written to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.smtp.envelope import path_of
from bot.domain.addresses import can_be_written_to, is_one_of, normal
from bot.mime.compose import domain_to_ascii


@pytest.mark.parametrize(
    ("one", "other", "are_same"),
    [
        ("Marie@Example.ORG", "marie@example.org", True),
        ("marie@example.org.", "marie@example.org", True),
        ("info@müller.example", "info@xn--mller-kva.example", True),
        ("info@MÜLLER.example", "info@XN--MLLER-KVA.example", True),
        ("info@mu\u0308ller.example", "info@müller.example", True),
        ("info@例え。テスト", "info@例え.テスト", True),
        ("info@straße.example", "info@strasse.example", False),
        ("marie@example.org", "marie@example.net", False),
        ("marie+a@example.org", "marie@example.org", False),
        ("xn--mller-kva@example.org", "müller@example.org", False),
        ("info@xn--\u00ff.example", "info@xn--\u00ff.example", True),
    ],
)
def test_addresses_are_compared_in_lower_case_and_idna_normal_form(one: str, other: str, are_same: bool) -> None:
    assert (normal(one) == normal(other)) is are_same


@pytest.mark.parametrize(
    ("address", "is_ours"),
    [
        ("Contact@Asso.example", True),
        ("contact+spring@asso.example", True),
        ("contact+@asso.example", True),
        ("contacts@asso.example", False),
        ("contact@xn--mller-kva.example", True),
        ("contact+x@müller.example", True),
        ("help+desk@asso.example", True),
        ("help@asso.example", False),
        ("+contact@asso.example", False),
        ("", False),
    ],
)
def test_our_addresses_are_known_with_their_sub_addresses(address: str, is_ours: bool) -> None:
    own = {normal(one) for one in ("contact@asso.example", "contact@müller.example", "help+desk@asso.example")}
    assert is_one_of(own, address) is is_ours


@pytest.mark.parametrize(
    ("address", "can"),
    [
        ("marie@example.org", True),
        ("o'neil+x=y@example.org", True),
        ("a..b@docomo.example", True),
        ("marie@müller.example", True),
        ("marie@xn--mller-kva.example", True),
        ("marie@an_underscore.example", True),
        ("renée@example.org", False),
        ("marie", False),
        ("@example.org", False),
        ("marie@", False),
        ("marie@exam ple.org", False),
        ("marie@example..org", False),
        ("marie@-example.org", False),
        ("marie@😀.example", False),
        ("a@b@example.org", False),
        ("ma\nrie@example.org", False),
        ("x" * 65 + "@example.org", False),
        ("x@" + "y" * 64 + ".org", False),
        ("x@" + "ü" * 60 + ".org", False),
        ("x@" + ".".join(["y" * 60] * 5), False),
    ],
)
def test_who_can_be_written_to_without_smtputf8(address: str, can: bool) -> None:
    assert can_be_written_to(address) is can


@given(st.text())
def test_whatever_stands_there_has_one_form(text: str) -> None:
    assert normal(normal(text)) == normal(text) or "xn--" in normal(text)
    can_be_written_to(text)


@pytest.mark.parametrize("domain", ["xn--éé.org", "ab--é.org", "aא.org", "א1a.org", "é_x.org", "٠۰.org", "\u0488.org"])
def test_whatever_can_be_written_to_is_written_though_idna_refuses_it(domain: str) -> None:
    address = f"m@{domain}"
    if can_be_written_to(address):
        assert domain_to_ascii(address) == path_of(address).text
        assert domain_to_ascii(address).isascii()
