"""A member's own mail address, through the whole bot."""

import re
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from bot.domain.outcomes import Refused, TryLater, Unknown
from storage import own_addresses, settings
from tests.fakes.chat import ALICE, BOB
from tests.fakes.house import House
from tests.fakes.looking import NOW, answers_in, happens
from tests.fakes.writing import mail, redacts, says

HERS = "alice@home.example"


def sent_to(house: House, address: str = HERS) -> list[EmailMessage]:
    """The mails that left to an address."""
    found = [raw for _, to, raw in house.provider.delivered if to == (address,)]
    return [message_from_bytes(raw, policy=policy.default) for raw in found]


def code_in(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    found = re.search(r"\b(\d{8})\b", body.get_content())
    assert found is not None
    return found[1]


async def confirms(house: House, address: str = HERS, who: object = ALICE) -> None:
    await happens(house, says(f"!email {address}", sender=who))  # type: ignore[arg-type]
    code = code_in(sent_to(house, address)[-1])
    await happens(house, says(f"!email confirm {code}", sender=who))  # type: ignore[arg-type]


def everything_said(house: House) -> str:
    return "\n".join(str(one.content) for one in house.homeserver.posted)


async def test_the_code_leaves_from_the_mailbox_and_what_it_proves_holds_after_a_restart(house: House) -> None:
    await happens(house, says(f"!email {HERS}"))
    (message,) = sent_to(house)
    assert message["From"].addresses[0].addr_spec == "contact@asso.example"
    assert (message["Auto-Submitted"], message["References"]) == ("auto-generated", None)
    await house.close()
    await house.open()
    await happens(house, says(f"!email confirm {code_in(message)}"))
    assert "is yours" in answers_in(house)[-1]
    assert house.step.settings.known.owner_of(HERS) == ALICE
    assert HERS not in everything_said(house)
    await happens(house, says("!email"))
    assert "a…@h….example" in everything_said(house)


async def test_one_mail_leaves_for_one_command_and_none_for_a_fourth(house: House) -> None:
    for _ in range(4):
        await happens(house, says(f"!email {HERS}"))
    assert len(sent_to(house)) == 3
    assert "No more codes today" in answers_in(house)[-1]
    await happens(house, says(f"!email {HERS}", sender=BOB))
    assert len(sent_to(house)) == 3


async def test_a_code_that_may_have_left_is_not_sent_again(house: House) -> None:
    house.provider.answers = [Unknown("lost")]
    await happens(house, says(f"!email {HERS}"))
    await house.settle((60.0, 3600.0))
    assert (len(sent_to(house)), await house.open_calls()) == (1, 0)


async def test_an_address_that_is_refused_is_told(house: House) -> None:
    house.provider.answers = [Refused("550", f"5.1.1 no {HERS}")]
    await happens(house, says(f"!email {HERS}"))
    assert "could not be mailed" in everything_said(house)
    assert HERS not in everything_said(house)


@pytest.mark.parametrize("header", ["Auto-Submitted: auto-replied", "Precedence: bulk"])
async def test_what_a_program_answers_to_the_code_becomes_nothing(house: House, header: str) -> None:
    await happens(house, says(f"!email {HERS}"))
    before = len(house.homeserver.posted)
    id = sent_to(house)[0]["Message-ID"].strip("<>")
    raw = mail(id="away@home.example", reply_to=id, sender=f"Alice <{HERS}>")
    house.provider.deliver(header.encode() + b"\r\n" + raw)
    await house.settle(NOW)
    assert len(house.homeserver.posted) == before


async def test_the_code_itself_becomes_nothing_where_its_address_leads_back_to_us(house: House) -> None:
    await happens(house, says(f"!email {HERS}"))
    before = len(house.homeserver.posted)
    ((_, _, raw),) = [one for one in house.provider.delivered if one[1] == (HERS,)]
    house.provider.deliver(raw)
    house.provider.deliver(raw, "Sent")
    await house.settle(NOW)
    assert len(house.homeserver.posted) == before


async def test_the_choice_of_one_is_taken_back_with_its_command(house: House) -> None:
    await confirms(house)
    await confirms(house, "alice@work.example")
    use = says("!courriel utiliser 2")
    await happens(house, use)
    assert house.step.settings.known.addresses_of(ALICE)[0] == "alice@work.example"
    await house.close()
    await house.open()
    assert house.step.settings.known.addresses_of(ALICE)[0] == "alice@work.example"
    await happens(house, redacts(use.event))
    assert house.step.settings.known.addresses_of(ALICE)[0] == HERS
    assert "alice@work" not in everything_said(house)


def said_of_codes(house: House) -> list[str]:
    """What is said of codes that were not mailed."""
    said = (str(one.content.get("body")) for one in house.homeserver.posted)
    return [one for one in said if "could not be mailed" in one]


@pytest.mark.parametrize("hours", [3, 60])
async def test_a_code_that_the_server_puts_off_until_it_counts_no_more_is_not_mailed_and_that_is_told_once(
    house: House, hours: int
) -> None:
    house.provider.answers = [TryLater("450")] * 1000
    await happens(house, says(f"!email {HERS}"))
    await house.settle(tuple(600.0 for _ in range(6 * hours)))
    (told,) = said_of_codes(house)
    assert "!email ADDRESS mails another" in told
    house.provider.answers = []
    await house.settle(tuple(3600.0 for _ in range(4)))
    assert sent_to(house) == [] and len(said_of_codes(house)) == 1
    await confirms(house)
    assert house.step.settings.known.owner_of(HERS) == ALICE


async def test_a_code_that_the_server_takes_in_time_is_mailed_and_counts(house: House) -> None:
    house.provider.answers = [TryLater("450")] * 5
    await happens(house, says(f"!email {HERS}"))
    await house.settle(tuple(600.0 for _ in range(11)))
    await happens(house, says(f"!email confirm {code_in(sent_to(house)[-1])}"))
    assert house.step.settings.known.owner_of(HERS) == ALICE and said_of_codes(house) == []


async def test_a_code_that_waited_while_the_bot_was_away_is_not_mailed_once_it_counts_no_more(house: House) -> None:
    house.provider.answers = [TryLater("450")]
    await happens(house, says(f"!email {HERS}"))
    await house.close()
    house.clock.forward(3 * 3600.0)
    await house.open()
    await house.settle((60.0, 3600.0))
    assert sent_to(house) == [] and len(said_of_codes(house)) == 1


async def test_of_two_codes_that_wait_the_newest_alone_is_mailed_and_nothing_is_told(house: House) -> None:
    house.provider.answers = [TryLater("450")] * 2
    await happens(house, says(f"!email {HERS}"), seconds=(0.0,))
    await happens(house, says(f"!email {HERS}"), seconds=(0.0,))
    await house.settle(tuple(300.0 for _ in range(40)))
    (one,) = sent_to(house)
    assert said_of_codes(house) == [], code_in(one)


async def test_a_code_for_a_paused_address_that_is_refused_is_told(house: House) -> None:
    await confirms(house)
    async with house.step.database.write() as tx:
        await settings.change_alone(tx)
        one = house.step.settings.known.addresses[0]
        await own_addresses.put(tx, replace(one, bounces=3), house.clock.now())
    await house.step.look_at_settings()
    house.provider.answers = [Refused("550", "5.1.1")]
    await happens(house, says(f"!email {HERS}"))
    assert len(said_of_codes(house)) == 1


@pytest.mark.parametrize(
    "typed",
    [
        "Alice@New.Example", "<alice@new.example>", "mailto:alice@new.example", "alice@new.example.", "alice@new.example,",
        "Alice <alice@new.example>", "[alice@new.example](mailto:alice@new.example)", "'alice@new.example'", "(alice@new.example)",
        "add <alice@new.example>,", "ajouter Alice Martin <alice@new.example>", "`alice@new.example`", "alice@new.example !",
    ],
)  # fmt: skip
async def test_an_address_is_known_however_people_type_and_paste_it(house: House, typed: str) -> None:
    await happens(house, says(f"!email {typed}"))
    assert len(sent_to(house, "alice@new.example")) == 1


@pytest.mark.parametrize(
    "typed", ["a@new.example b@new.example", "confirm", "alice@", "remove", "a b c d e f a@new.example"]
)
async def test_what_names_no_address_or_two_is_told(house: House, typed: str) -> None:
    before = len(house.provider.delivered)
    await happens(house, says(f"!email {typed}"))
    assert len(house.provider.delivered) == before and "no mail address" in everything_said(house)
