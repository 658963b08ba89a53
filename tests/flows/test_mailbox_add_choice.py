"""Where sources name other servers for a new mailbox, one is chosen by its number."""

from dataclasses import replace

from bot.domain.new_mailbox import Step
from bot.domain.servers import Security, Server, Servers, ServersFound, Source
from tests.fakes.house import House
from tests.fakes.looking import happens
from tests.fakes.passwords import WORD, secretly
from tests.fakes.upgrading import texts
from tests.flows.test_mailbox_add import (
    LINES,
    added,
    adds,
    answers,
    empty_inbox,
    now,
    step,
)

__all__ = ["empty_inbox"]


def differing() -> ServersFound:
    def at(source: Source, host: str, port: int = 993) -> Servers:
        return Servers(source, Server(f"imap.{host}", port, Security.TLS), Server(f"smtp.{host}", 465, Security.TLS))

    other = at(Source.AUTOCONFIG, "other.example")
    same_hosts = replace(other, imap=Server("imap.other.example", 143, Security.STARTTLS))
    return ServersFound((other, same_hosts, at(Source.SRV, "elsewhere.example"), at(Source.PROBE, "third.example")))


async def test_where_sources_name_other_servers_one_is_chosen_by_its_number(house: House) -> None:
    house.finder.found = differing()
    asks = adds(house)
    await happens(house, asks)
    said = texts(house)[-1]
    assert "1. imap imap.other.example 993 tls" in said and "2. imap imap.elsewhere.example 993 tls" in said
    assert "3." not in said, "other ports at the same hosts, and guesses, are no question"
    assert house.provider.logins == [] and await step(house) is Step.SERVERS
    await answers(house, asks, "9")
    assert await step(house) is Step.SERVERS
    await answers(house, asks, "2")
    assert await step(house) is Step.PASSWORD
    assert "imap.elsewhere.example" in texts(house)[-1]
    await happens(house, secretly(WORD, thread=asks.event))
    await answers(house, asks, "new", "!yes")
    kept = await added(house)
    assert kept is not None and kept.ways is not None
    assert (kept.ways.imap.host, kept.ways.smtp.host) == ("imap.elsewhere.example", "smtp.elsewhere.example")


async def test_a_password_that_was_written_in_a_hurry_waits_for_the_choice(house: House) -> None:
    house.finder.found = differing()
    asks = adds(house)
    house.homeserver.happens(asks)
    told = secretly(WORD, thread=asks.event)
    await happens(house, told)
    assert house.homeserver.redacted == {told.event} and house.provider.logins == []
    await house.close()
    await house.open()
    await answers(house, asks, "1")
    assert house.provider.logins == ["imap", "smtp"]


async def test_lines_by_hand_overrule_the_choice_and_one_step_back_asks_again(house: House) -> None:
    house.finder.found = differing()
    asks = adds(house)
    await happens(house, asks)
    await answers(house, asks, "1", "!back")
    assert "2. imap imap.elsewhere.example" in texts(house)[-1]
    await answers(house, asks, LINES)
    assert await step(house) is Step.PASSWORD
    assert "smtp.other.example 587 starttls" in texts(house)[-1]


async def test_a_number_in_the_room_is_talk_where_nothing_is_to_be_chosen(house: House) -> None:
    asks = adds(house)
    await happens(house, asks)
    said = len(texts(house))
    await happens(house, now(house, "2"))
    assert len(texts(house)) == said
