"""Of the servers that were found, the most reliable stand first."""

from dataclasses import replace

from pydantic import TypeAdapter

from bot.domain.presets import by_mx
from bot.domain.rules.servers_order import in_order
from bot.domain.servers import Hint, LoginName, Looked, Result, Security, Server, Servers, ServersFound, Source

IMAP = Server("imap.asso.example", 993, Security.TLS)
SMTP = Server("smtp.asso.example", 465, Security.TLS)
OTHER = Server("mail.asso.example", 993, Security.TLS)


def test_the_order_is_that_of_the_sources() -> None:
    found = [
        Servers(Source.PROBE, OTHER, SMTP),
        Servers(Source.SRV, OTHER, replace(SMTP, port=587, security=Security.STARTTLS)),
        Servers(Source.AUTOCONFIG, IMAP, SMTP),
        Servers(Source.PRESET, IMAP, replace(SMTP, port=587)),
    ]
    assert [one.source for one in in_order(found)] == list(Source)


def test_the_same_servers_are_offered_once_by_the_better_source() -> None:
    found = [Servers(Source.PROBE, IMAP, SMTP), Servers(Source.AUTOCONFIG, IMAP, SMTP), Servers(Source.SRV, IMAP, SMTP)]
    assert [one.source for one in in_order(found)] == [Source.AUTOCONFIG]


def test_servers_without_their_counterpart_stand_last() -> None:
    half = Servers(Source.AUTOCONFIG, IMAP, None)
    whole = Servers(Source.PROBE, OTHER, SMTP)
    assert in_order([half, whole]) == (whole, half)


def test_where_nobody_knows_both_the_first_is_completed() -> None:
    found = in_order([Servers(Source.SRV, IMAP, None), Servers(Source.PROBE, None, SMTP)])
    assert (found[0].source, found[0].imap, found[0].smtp) == (Source.SRV, IMAP, SMTP)


def test_nothing_is_no_server() -> None:
    assert in_order([Servers(Source.SRV, None, None), Servers(Source.PROBE, None, None)]) == ()


def test_what_was_found_is_kept_in_a_dialogue_and_read_again() -> None:
    preset = by_mx(["mx1.mail.ovh.net"])
    assert preset is not None
    other = Servers(Source.PROBE, replace(IMAP, login=LoginName.LOCAL_PART), None, hints=(Hint.APP_PASSWORD,))
    found = ServersFound((preset.servers, other), (Looked(Source.SRV, "_imaps._tcp.asso.example", Result.NOTHING),))
    adapter = TypeAdapter(ServersFound)
    assert adapter.validate_json(adapter.dump_json(found), strict=True) == found
