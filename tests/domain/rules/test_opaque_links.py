"""A server's link tells the host of the old one, and no other link is one of its kind."""

import pytest

from bot.domain.rules.notice_lines import is_last_of_notice
from bot.domain.rules.opaque_links import as_before, host_left


@pytest.mark.parametrize(
    "link",
    ["https://protect-eu.mimecast.com/s/AbCdEfGh1jK?domain=Matrix.to", "<https://protect-de.mimecast.com/s/x1-y2_z3w4?domain=matrix.to>",
     "https://url.us.m.mimecastprotect.com/s/AbCdEfGh1jK?domain=matrix.to"],
)  # fmt: skip
def test_the_address_of_a_thread_is_known_by_its_host(link: str) -> None:
    assert host_left(link) == "matrix.to"
    assert is_last_of_notice(f"> {link}")


@pytest.mark.parametrize(
    "link",
    ["https://mimecast.com.evil.example/s/AbCdEfGh1jK?domain=matrix.to", "https://evilmimecast.com/s/AbCdEfGh1jK?domain=matrix.to",
     "http://protect-eu.mimecast.com/s/AbCdEfGh1jK?domain=matrix.to", "https://protect-eu.mimecast.com/s/AbCdEfGh1jK?domain=matrix.to&x=Oui",
     "https://protect-eu.mimecast.com/s/AbCdEfGh1jK", "Oui https://protect-eu.mimecast.com/s/AbCdEfGh1jK?domain=matrix.to"],
)  # fmt: skip
def test_nothing_else_is(link: str) -> None:
    assert host_left(link) == ""


def test_a_link_that_is_spelt_otherwise_reads_as_it_was() -> None:
    made = "https://urldefense.proofpoint.com/v2/url?u=https-3A__asso.example_saison-2D2027.pdf-3Fx-3D1&d=DwMFaQ&c=a-B_c&r=d"
    assert as_before(f"Voir <{made}> ici") == "Voir <https://asso.example/saison-2027.pdf?x=1> ici"
    assert as_before("Voir https://asso.example/a-3A_b") == "Voir https://asso.example/a-3A_b"
