"""Known providers are recognised by the domain of an address, or by the hosts that take its mail."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.hostnames import domain_of, hostname
from bot.domain.presets import PRESETS, Preset, by_domain, by_mx
from bot.domain.servers import Hint, LoginName, Security, Server, Servers, login_name

TLS, STARTTLS = Security.TLS, Security.STARTTLS


def _of(preset: Preset | None) -> Servers:
    assert preset is not None
    return preset.servers


def test_ovh_is_known_by_who_takes_a_domains_mail() -> None:
    found = _of(by_mx(("mx1.mail.ovh.net", "mx2.mail.ovh.net")))
    assert found.imap == Server("ssl0.ovh.net", 993, TLS)
    assert found.smtp == Server("ssl0.ovh.net", 465, TLS)
    assert found.hints == (Hint.OTHER_OFFERS,)


def test_gandi_is_known_by_who_takes_a_domains_mail() -> None:
    found = _of(by_mx(("spool.mail.gandi.net", "fb.mail.gandi.net")))
    assert found.imap == Server("mail.gandi.net", 993, TLS)
    assert found.smtp == Server("mail.gandi.net", 465, TLS)


@pytest.mark.parametrize(
    ("address", "imap", "smtp", "user"),
    [
        ("paul@orange.fr", "imap.orange.fr:993", "smtp.orange.fr:465", "paul@orange.fr"),
        ("paul@wanadoo.fr", "imap.orange.fr:993", "smtp.orange.fr:465", "paul@wanadoo.fr"),
        ("paul@free.fr", "imap.free.fr:993", "smtp.free.fr:465", "paul"),
        ("paul@laposte.net", "imap.laposte.net:993", "smtp.laposte.net:465", "paul"),
        ("paul@mailo.com", "mail.mailo.com:993", "mail.mailo.com:465", "paul@mailo.com"),
        ("paul@GMail.com", "imap.gmail.com:993", "smtp.gmail.com:465", "paul@GMail.com"),
        ("paul@outlook.fr", "outlook.office365.com:993", "smtp-mail.outlook.com:587", "paul@outlook.fr"),
        ("a@asso.onmicrosoft.com", "outlook.office365.com:993", "smtp.office365.com:587", "a@asso.onmicrosoft.com"),
        ("paul@zoho.eu", "imap.zoho.eu:993", "smtp.zoho.eu:465", "paul@zoho.eu"),
        ("paul@proton.me", "127.0.0.1:1143", "127.0.0.1:1025", "paul@proton.me"),
    ],
)
def test_an_address_of_a_provider_has_its_servers(address: str, imap: str, smtp: str, user: str) -> None:
    found = _of(by_domain(domain_of(address) or ""))
    assert found.imap is not None and found.smtp is not None and found.is_whole
    assert [f"{one.host}:{one.port}" for one in (found.imap, found.smtp)] == [imap, smtp]
    assert login_name(found.imap, address) == login_name(found.smtp, address) == user


@pytest.mark.parametrize(
    ("host", "imap"),
    [
        ("mta-gw.infomaniak.ch", "mail.infomaniak.com"),
        ("mx00.ionos.fr", "imap.ionos.fr"),
        ("mx00.ionos.co.uk", "imap.ionos.co.uk"),
        ("mx00.kundenserver.de", "imap.1und1.de"),
        ("aspmx.l.google.com", "imap.gmail.com"),
        ("asso-fr.mail.protection.outlook.com", "outlook.office365.com"),
        ("mx.zoho.eu", "imappro.zoho.eu"),
        ("mail.protonmail.ch", "127.0.0.1"),
    ],
)
def test_a_domain_of_a_customer_is_known_by_its_mx(host: str, imap: str) -> None:
    found = _of(by_mx((host,)))
    assert found.imap is not None and found.imap.host == imap


def test_the_first_mx_that_is_known_counts() -> None:
    assert by_mx(("filter.example", "mx3.mail.ovh.net", "spool.mail.gandi.net")) == by_mx(("mx3.mail.ovh.net",))


@pytest.mark.parametrize("host", ["notovh.net", "ovh.net.evil.example", "gandi.net.", "", "net"])
def test_a_name_that_only_looks_like_a_providers_is_none(host: str) -> None:
    known = by_mx((host,))
    assert known is None or host == "gandi.net."


@pytest.mark.parametrize("domain", ["asso.gmail.com", "gmail.com.evil.example", "ovh.net", "free.fr.example"])
def test_a_name_below_a_providers_domain_is_another_domain(domain: str) -> None:
    assert by_domain(domain) is None


def test_microsoft_takes_no_password_and_files_what_it_sends() -> None:
    found = _of(by_mx(("asso-fr.mail.protection.outlook.com",)))
    assert found.hints == (Hint.OAUTH_ONLY,) and found.saves_sent
    assert found.smtp == Server("smtp.office365.com", 587, STARTTLS)


def test_apple_wants_another_name_for_each_server() -> None:
    found = _of(by_domain("icloud.com"))
    assert found.imap is not None and found.smtp is not None
    assert (found.imap.login, found.smtp.login) == (LoginName.LOCAL_PART, LoginName.ADDRESS)


def test_every_preset_names_its_source_and_hosts_that_can_be_looked_up() -> None:
    domains = [domain for preset in PRESETS for domain in preset.domains.split()]
    mx = [host for preset in PRESETS for host in preset.mx.split()]
    assert len(domains) == len(set(domains)) and len(mx) == len(set(mx)), "a domain stands with two providers"
    for preset in PRESETS:
        assert preset.source and (preset.domains or preset.mx), preset
        for server in (preset.servers.imap, preset.servers.smtp):
            assert server is not None
            assert hostname(server.host) == server.host or Hint.BRIDGE in preset.hints, preset
    assert all(hostname(one) == one for one in [*domains, *mx])


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("IMAP.Example.ORG.", "imap.example.org"),
        ("café.example", "xn--caf-dma.example"),
        ("xn--caf-dma.example", "xn--caf-dma.example"),
    ],
)
def test_a_name_is_read_in_lower_case_and_ascii(written: str, name: str) -> None:
    assert hostname(written) == name


@pytest.mark.parametrize(
    "written",
    [
        "", ".", "localhost", "a..b", "-a.example", "a-.example", "a_b.example", "10.0.0.1", "0x7f.1", "1.2.3.0x4",
        "[::1]", "::1", "a b.example", "a\n.example", "a/b.example", "a@b.example", "a:993.example", "%45.example",
        "x" * 64 + ".example", ".".join(["abcdefgh"] * 30), "a.example..", "\ud800.example", "..", "a.\u3002b",
    ],
)  # fmt: skip
def test_what_is_no_name_of_a_host_is_refused(written: str) -> None:
    assert hostname(written) is None


@given(st.text(max_size=80) | st.from_regex(r"[A-Za-z0-9é.\-]{1,40}\.[a-z]{2,6}", fullmatch=True))
def test_a_name_that_is_taken_is_one_in_every_dns(text: str) -> None:
    name = hostname(text)
    if name is not None:
        assert name.isascii() and name == name.lower() and len(name) <= 253
        assert all(label and len(label) <= 63 for label in name.split("."))
        assert hostname(name) == name, "read again it is itself"


@given(st.text(max_size=60))
def test_every_text_has_a_domain_or_none(text: str) -> None:
    domain = domain_of(text)
    assert domain is None or domain_of(f"a@{domain}") == domain
