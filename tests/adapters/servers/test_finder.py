"""The mail servers of an address are found where the domain says them, on real servers, and nothing else is believed."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.servers import LoginName, Looked, Result, Security, Server, Servers, ServersFound, Source
from tests.adapters.servers.village import INSIDE, PUBLIC, Script, Village, moved, page, says, silent

DOMAIN, ADDRESS = "asso.example", "contact@asso.example"
FILE, OTHER_FILE = (
    f"https://autoconfig.{DOMAIN}/mail/config-v1.1.xml",
    f"https://{DOMAIN}/.well-known/autoconfig/mail/config-v1.1.xml",
)
IMAP, SMTP = b"* OK ready\r\n", b"220 ready ESMTP\r\n"
TLS, STARTTLS = Security.TLS, Security.STARTTLS


def config(
    imap: str = f"imap.{DOMAIN}", smtp: str = f"smtp.{DOMAIN}", head: str = "", user: str = "%EMAILADDRESS%"
) -> str:
    return f"""<?xml version="1.0"?>{head}<clientConfig version="1.1"><emailProvider id="x"><domain>{DOMAIN}</domain>
    <displayShortName>Asso Mail</displayShortName>
    <incomingServer type="pop3"><hostname>pop.{DOMAIN}</hostname><port>995</port><socketType>SSL</socketType></incomingServer>
    <incomingServer type="imap"><hostname>{imap}</hostname><port>993</port><socketType>SSL</socketType>
      <username>{user}</username><authentication>password-cleartext</authentication></incomingServer>
    <outgoingServer type="smtp"><hostname>{smtp}</hostname><port>465</port><socketType>SSL</socketType>
      <username>{user}</username></outgoingServer></emailProvider></clientConfig>"""


@pytest.fixture
async def village(tmp_path: Path) -> AsyncIterator[Village]:
    async with Village.founded(tmp_path) as village:
        yield village


async def _mail_servers(village: Village) -> None:
    village.at(f"imap.{DOMAIN}", f"smtp.{DOMAIN}")
    await village.serve(993, says(IMAP), name=f"imap.{DOMAIN}")
    await village.serve(465, says(SMTP), name=f"smtp.{DOMAIN}")


def _result(found: ServersFound, where: str) -> Result:
    (result,) = [one.result for one in found.looked if one.where == where]
    return result


async def test_the_file_that_a_domain_publishes_names_its_servers(village: Village) -> None:
    await _mail_servers(village)
    village.at(f"autoconfig.{DOMAIN}")
    await village.serve(443, page(config()), name=f"autoconfig.{DOMAIN}")
    found = await village.finder().find(ADDRESS)
    assert found.servers == (
        Servers(
            Source.AUTOCONFIG,
            Server(f"imap.{DOMAIN}", 993, TLS),
            Server(f"smtp.{DOMAIN}", 465, TLS),
            "Asso Mail",
        ),
    )
    assert _result(found, FILE) is Result.FOUND
    assert _result(found, OTHER_FILE) is Result.NOTHING
    assert "contact" not in "".join(one.where for one in found.looked), "an address of a person is told to nobody else"


async def test_the_second_place_of_the_file_counts_as_well_and_redirects_are_followed(village: Village) -> None:
    await _mail_servers(village)
    village.at(DOMAIN, f"www.{DOMAIN}")
    await village.serve(443, moved(f"https://www.{DOMAIN}/mail.xml"), name=DOMAIN)
    await village.serve(443, page(config(user="contact")), name=f"www.{DOMAIN}")
    (found,) = (await village.finder().find(ADDRESS)).servers
    assert found.imap == Server(f"imap.{DOMAIN}", 993, TLS, LoginName.LOCAL_PART)


async def test_dns_names_the_servers_the_lowest_priority_first_and_tls_before_starttls(village: Village) -> None:
    await _mail_servers(village)
    village.zone[f"_imaps._tcp.{DOMAIN}", "SRV"] = [f"10 5 993 other.{DOMAIN}.", f"0 5 993 imap.{DOMAIN}."]
    village.zone[f"_imap._tcp.{DOMAIN}", "SRV"] = ["0 0 0 ."]
    village.zone[f"_submissions._tcp.{DOMAIN}", "SRV"] = [f"0 1 465 smtp.{DOMAIN}."]
    village.zone[f"_submission._tcp.{DOMAIN}", "SRV"] = [f"0 1 587 smtp.{DOMAIN}."]
    found = await village.finder().find(ADDRESS)
    assert found.servers == (
        Servers(Source.SRV, Server(f"imap.{DOMAIN}", 993, TLS), Server(f"smtp.{DOMAIN}", 465, TLS)),
    )
    assert _result(found, f"_imap._tcp.{DOMAIN}") is Result.NOT_OFFERED
    assert not [one for one in found.looked if one.source is Source.PROBE], "nobody is knocked at without need"


async def test_usual_names_are_knocked_at_where_nothing_is_said(village: Village) -> None:
    village.at(f"mail.{DOMAIN}")
    await village.serve(993, says(IMAP), name=f"mail.{DOMAIN}")
    await village.serve(465, says(SMTP), name=f"mail.{DOMAIN}")
    found = await village.finder().find(ADDRESS)
    assert found.servers == (
        Servers(Source.PROBE, Server(f"mail.{DOMAIN}", 993, TLS), Server(f"mail.{DOMAIN}", 465, TLS)),
    )
    assert _result(found, f"mail.{DOMAIN}:143") is Result.NO_ANSWER


async def test_a_server_with_starttls_is_found_after_its_certificate(village: Village) -> None:
    village.at(f"mail.{DOMAIN}")
    context = village.certificate(f"mail.{DOMAIN}")
    await village.serve(143, _starttls(IMAP, (b"* CAPABILITY IMAP4rev1\r\na OK go\r\n",), context), name=None)
    smtp = (b"250-mail\r\n250 STARTTLS\r\n", b"220 go\r\n")
    await village.serve(587, _starttls(SMTP, smtp, context), name=None)
    (found,) = (await village.finder().find(ADDRESS)).servers
    assert found.imap == Server(f"mail.{DOMAIN}", 143, STARTTLS)
    assert found.smtp == Server(f"mail.{DOMAIN}", 587, STARTTLS)


async def test_a_server_that_refuses_starttls_is_not_safe(village: Village) -> None:
    village.at(f"mail.{DOMAIN}")
    await village.serve(143, says(IMAP, b"a NO never\r\n"), name=None)
    await village.serve(587, says(SMTP, b"250 mail\r\n", b"502 never\r\n"), name=None)
    found = await village.finder().find(ADDRESS)
    assert found.servers == ()
    assert _result(found, f"mail.{DOMAIN}:143") is Result.NOT_SAFE
    assert _result(found, f"mail.{DOMAIN}:587") is Result.NOT_SAFE


@pytest.mark.parametrize("greeting", [b"SSH-2.0-OpenSSH\r\n", b"\r\n", b"x" * 9000, b"* BYE\r\n", b"220 smtp here\r\n"])
async def test_who_does_not_greet_as_imap_is_no_imap_server(village: Village, greeting: bytes) -> None:
    village.at(f"imap.{DOMAIN}")
    await village.serve(993, says(greeting), name=f"imap.{DOMAIN}")
    found = await village.finder().find(ADDRESS)
    assert found.servers == ()
    assert _result(found, f"imap.{DOMAIN}:993") is Result.NOT_UNDERSTOOD


async def test_a_certificate_for_another_name_or_of_nobody_known_is_not_safe(village: Village) -> None:
    village.at(f"imap.{DOMAIN}", f"smtp.{DOMAIN}")
    await village.serve(993, says(IMAP), name="imap.other.example")
    await village.serve(465, says(SMTP), name=f"smtp.{DOMAIN}", trusted=False)
    found = await village.finder().find(ADDRESS)
    assert found.servers == ()
    assert _result(found, f"imap.{DOMAIN}:993") is Result.NOT_SAFE
    assert _result(found, f"smtp.{DOMAIN}:465") is Result.NOT_SAFE


async def test_imap_by_dns_is_completed_by_smtp_at_a_usual_name(village: Village) -> None:
    await _mail_servers(village)
    village.zone[f"_imaps._tcp.{DOMAIN}", "SRV"] = [f"0 5 993 imap.{DOMAIN}."]
    found = (await village.finder().find(ADDRESS)).servers
    assert found[0].imap == Server(f"imap.{DOMAIN}", 993, TLS)
    assert found[0].smtp == Server(f"smtp.{DOMAIN}", 465, TLS)


async def test_a_customer_of_ovh_is_known_by_the_mx_and_what_the_domain_says_stands_behind(village: Village) -> None:
    await _mail_servers(village)
    village.zone[DOMAIN, "MX"] = ["5 mx2.mail.ovh.net.", "1 mx1.mail.ovh.net."]
    village.at(f"autoconfig.{DOMAIN}")
    await village.serve(443, page(config()), name=f"autoconfig.{DOMAIN}")
    found = await village.finder().find(ADDRESS)
    assert [one.source for one in found.servers] == [Source.PRESET, Source.AUTOCONFIG]
    assert found.servers[0].provider == "OVHcloud"
    assert found.servers[0].imap == Server("ssl0.ovh.net", 993, TLS)


async def test_a_customer_of_gandi_is_known_by_the_mx(village: Village) -> None:
    village.zone[DOMAIN, "MX"] = ["10 spool.mail.gandi.net.", "50 fb.mail.gandi.net."]
    (found,) = (await village.finder().find(ADDRESS)).servers
    assert (found.provider, found.imap) == ("Gandi", Server("mail.gandi.net", 993, TLS))


async def test_a_providers_own_domain_asks_nobody(village: Village) -> None:
    found = await village.finder().find("paul@orange.fr")
    assert found.servers[0].provider == "Orange"
    assert village.asked == []


@pytest.mark.parametrize(
    "address", ["", "paul", "paul@", "paul@localhost", "paul@127.0.0.1", "paul@[::1]", "a b@c.example"]
)
async def test_what_is_no_address_has_no_servers_and_nobody_is_asked(village: Village, address: str) -> None:
    assert await village.finder().find(address) == ServersFound(())
    assert village.asked == []


async def test_a_domain_that_is_not_there_is_an_answer_that_says_what_was_tried(village: Village) -> None:
    found = await village.finder().find(ADDRESS)
    assert found.servers == ()
    assert {one.result for one in found.looked} == {Result.NOTHING}
    assert [one.source for one in found.looked] == sorted([one.source for one in found.looked], key=list(Source).index)
    assert Looked(Source.PRESET, f"MX {DOMAIN}", Result.NOTHING) in found.looked
    assert Looked(Source.PROBE, f"imap.{DOMAIN}:993", Result.NOTHING) in found.looked


# --- hostile ones -----------------------------------------------------------------------------------------------------

_BOMB = (
    "<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'>"
    + "".join(f"<!ENTITY {chr(98 + n)} '{f'&{chr(97 + n)};' * 10}'>" for n in range(9))
    + "]>"
)


@pytest.mark.parametrize(
    ("body", "result"),
    [
        (config(head=_BOMB, imap="&j;.example"), Result.NOT_UNDERSTOOD),
        (config(head='<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>', imap="&e;"), Result.NOT_UNDERSTOOD),
        (config(head="<!DOCTYPE clientConfig>"), Result.NOT_UNDERSTOOD),
        (config(head=_BOMB).encode("utf-16"), Result.NOT_UNDERSTOOD),
        (config() + " " * 70_000, Result.NOT_UNDERSTOOD),
        ("<a>" * 20_000, Result.NOT_UNDERSTOOD),
        ("", Result.NOT_UNDERSTOOD),
        ("<html><body>Not here</body></html>", Result.NOT_UNDERSTOOD),
        (b"\x1f\x8b\x08\x00" + b"\x00" * 50, Result.NOT_UNDERSTOOD),
        ("<clientConfig><emailProvider/></clientConfig>", Result.NOTHING),
        (config(imap="127.0.0.1", smtp="10.0.0.1"), Result.NOTHING),
        (config(imap="localhost", smtp="[::1]"), Result.NOTHING),
    ],
)  # fmt: skip
async def test_a_hostile_file_names_nothing(village: Village, body: str | bytes, result: Result) -> None:
    await _mail_servers(village)
    village.at(f"autoconfig.{DOMAIN}")
    await village.serve(443, page(body), name=f"autoconfig.{DOMAIN}")
    found = await village.finder().find(ADDRESS)
    assert _result(found, FILE) is result
    assert all(one.source is Source.PROBE for one in found.servers)


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"\x00\xff" * 50, b"220 smtp ready\r\n", b"HTTP/9.9 200 OK\r\n\r\n", b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 20_000,
        b"HTTP/1.1 200 OK\r\n" + b"x" * 100_000, b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n<a>",
        b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n", b"HTTP/1.1 302 Found\r\nLocation: https://[::\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: https://\xff\xfe/\r\nContent-Length: 0\r\n\r\n", b"HTTP/1.1 101 Switching\r\n\r\n",
        b"HTTP/1.1 503 Later\r\nContent-Length: 0\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc",
    ],
    ids=range(15),
)  # fmt: skip
async def test_a_web_server_that_talks_nonsense_names_nothing(village: Village, raw: bytes) -> None:
    async def nonsense(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(raw)
        await writer.drain()

    village.at(f"autoconfig.{DOMAIN}")
    await village.serve(443, nonsense, name=f"autoconfig.{DOMAIN}")
    found = await village.finder().find(ADDRESS)
    assert found.servers == ()
    assert _result(found, FILE) is not Result.FOUND


@pytest.mark.parametrize(
    "to",
    [
        "http://asso.example/mail.xml",
        "https://127.0.0.1/mail.xml",
        "https://2130706433/mail.xml",
        "https://[::ffff:127.0.0.1]/mail.xml",
        "https://localhost/mail.xml",
        "https://asso.example:993/mail.xml",
        "https://somebody@asso.example/mail.xml",
        "https://inside.example/mail.xml",
        "file:///etc/passwd",
    ],
)  # fmt: skip
async def test_nobody_is_led_astray_by_a_redirect(village: Village, to: str) -> None:
    village.at(f"autoconfig.{DOMAIN}")
    village.at("inside.example", address=INSIDE)
    await village.serve(443, moved(to), name=f"autoconfig.{DOMAIN}")
    await village.serve(443, page(config()), name="inside.example", address=INSIDE)
    found = await village.finder().find(ADDRESS)
    assert _result(found, FILE) is Result.NOT_SAFE
    assert village.connections == [(PUBLIC, 443)]


async def test_a_redirect_in_a_circle_ends(village: Village) -> None:
    village.at(f"autoconfig.{DOMAIN}")
    await village.serve(443, moved(FILE), name=f"autoconfig.{DOMAIN}")
    found = await village.finder().find(ADDRESS)
    assert _result(found, FILE) is Result.NOT_UNDERSTOOD
    assert len(village.connections) == 4


async def test_a_name_that_leads_inside_is_not_connected_to(village: Village) -> None:
    village.at(f"autoconfig.{DOMAIN}", f"imap.{DOMAIN}", address=INSIDE)
    await village.serve(443, page(config()), name=f"autoconfig.{DOMAIN}", address=INSIDE)
    await village.serve(993, says(IMAP), name=f"imap.{DOMAIN}", address=INSIDE)
    found = await village.finder().find(ADDRESS)
    assert _result(found, FILE) is _result(found, f"imap.{DOMAIN}:993") is Result.NOT_SAFE
    assert village.connections == []


async def test_a_name_that_leads_elsewhere_at_each_look_is_connected_to_where_it_was_checked(village: Village) -> None:
    name = f"autoconfig.{DOMAIN}"
    village.turns[name, "A"] = [[PUBLIC], [INSIDE], [INSIDE]]
    village.zone[name, "A"] = [INSIDE]
    await village.serve(443, page("nothing"), name=name)
    await village.serve(443, page(config()), name=name, address=INSIDE)
    found = await village.finder().find(ADDRESS)
    assert _result(found, FILE) is Result.NOT_UNDERSTOOD
    assert village.connections == [(PUBLIC, 443)]


async def test_of_several_addresses_only_those_outside_are_used(village: Village) -> None:
    village.zone[f"imap.{DOMAIN}", "A"] = [INSIDE, "10.0.0.1", PUBLIC]
    await village.serve(993, says(IMAP), name=f"imap.{DOMAIN}")
    await village.serve(993, says(IMAP), name=f"imap.{DOMAIN}", address=INSIDE)
    found = await village.finder().find(ADDRESS)
    assert _result(found, f"imap.{DOMAIN}:993") is Result.FOUND
    assert village.connections == [(PUBLIC, 993)]


async def test_servers_that_the_file_or_dns_name_inside_are_not_offered(village: Village) -> None:
    village.at(f"autoconfig.{DOMAIN}")
    village.at("inside.example", address=INSIDE)
    await village.serve(443, page(config(imap="inside.example", smtp="inside.example")), name=f"autoconfig.{DOMAIN}")
    village.zone[f"_imaps._tcp.{DOMAIN}", "SRV"] = ["0 0 993 inside.example."]
    village.zone[f"_submission._tcp.{DOMAIN}", "SRV"] = ["0 0 22 10.0.0.1."]
    found = await village.finder().find(ADDRESS)
    assert found.servers == ()
    assert _result(found, FILE) is Result.NOT_SAFE
    assert _result(found, f"_imaps._tcp.{DOMAIN}") is Result.NOT_SAFE
    assert _result(found, f"_submission._tcp.{DOMAIN}") is Result.NOT_UNDERSTOOD


async def test_dns_that_goes_in_circles_or_talks_nonsense_ends_in_time(village: Village) -> None:
    village.zone[f"autoconfig.{DOMAIN}", "CNAME"] = [f"again.{DOMAIN}"]
    village.zone[f"again.{DOMAIN}", "CNAME"] = [f"autoconfig.{DOMAIN}"]
    village.garbage.add(f"_imaps._tcp.{DOMAIN}")
    started = time.monotonic()
    found = await village.finder().find(ADDRESS)
    assert found.servers == ()
    assert _result(found, FILE) in (Result.NOT_UNDERSTOOD, Result.NOTHING, Result.NO_ANSWER)
    assert _result(found, f"_imaps._tcp.{DOMAIN}") in (Result.NOT_UNDERSTOOD, Result.NO_ANSWER)
    assert time.monotonic() - started < 15


async def test_everybody_who_is_silent_takes_no_more_than_fifteen_seconds(village: Village) -> None:
    """Names that nobody answers for, a web server and mail servers that take a connection and say nothing."""
    village.mute |= {f"_imaps._tcp.{DOMAIN}", DOMAIN}
    village.at(f"autoconfig.{DOMAIN}", f"imap.{DOMAIN}", f"smtp.{DOMAIN}")
    await village.serve(443, silent, name=f"autoconfig.{DOMAIN}")
    await village.serve(993, silent, name=f"imap.{DOMAIN}")
    await village.serve(465, silent, name=None)
    started = time.monotonic()
    async with asyncio.timeout(15):
        found = await village.finder().find(ADDRESS)
    assert found.servers == ()
    for where in (FILE, f"MX {DOMAIN}", f"imap.{DOMAIN}:993", f"smtp.{DOMAIN}:465"):
        assert _result(found, where) is Result.NO_ANSWER
    assert time.monotonic() - started < 15


def _starttls(greeting: bytes, answers: tuple[bytes, ...], context: ssl.SSLContext) -> Script:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(greeting)
        for one in answers:
            await reader.readline()
            writer.write(one)
        await writer.drain()
        await writer.start_tls(context)
        await reader.read(1000)

    return serve
