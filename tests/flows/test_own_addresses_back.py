"""Mails to a member's own address that come back, through the whole bot."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.outcomes import Refused
from tests.fakes.chat import ALICE
from tests.fakes.house import INSTANCE, MAILBOX, House
from tests.fakes.looking import NOW, SENT, card_of, happens
from tests.fakes.writing import bounce, mail, says
from tests.flows.test_notices import SOON, answer_comes, notices, wants_mail, words_of
from tests.flows.test_own_addresses import HERS, confirms, everything_said, sent_to


def used(house: House) -> tuple[str, ...]:
    return house.step.settings.known.addresses_of(ALICE)


def said_since(house: House, before: int) -> str:
    return "\n".join(str(one.content["body"]) for one in house.homeserver.posted[before:])


async def mailed(house: House, *numbers: int) -> list[str]:
    """As many mails to her leave, each of another customer, a little after each other; their ids."""
    for number in numbers:
        house.provider.deliver(mail(id=f"m{number}@example.org", sender=f"p@x{number}.example"))
        await house.settle(SOON)
    return [str(one["Message-ID"]).strip("<>") for one in notices(house)]


async def comes_back(house: House, id: str, number: int, folder: str = "INBOX") -> None:
    house.provider.deliver(bounce(id, HERS, number), folder)
    await house.settle(NOW)


async def paused(house: House) -> None:
    for number, id in enumerate(await mailed(house, 2, 3, 4)):
        await comes_back(house, id, number)
    assert used(house) == ()


async def test_three_that_come_back_pause_the_address_and_none_becomes_a_conversation(house: House) -> None:
    await wants_mail(house)
    for number in (2, 3, 4):
        house.provider.answers = [Refused("550", "5.1.1 unknown")]
        await answer_comes(house, number)
    assert "came back" in everything_said(house)
    assert {one.ours["conversation"] for one in house.homeserver.of_kind("conversation")} == {1}
    await answer_comes(house, 5)
    assert notices(house) == []
    (news,) = [one for one in house.homeserver.of_kind("news") if not one.is_edit][-1:]
    assert news.content["m.mentions"] == {"user_ids": [ALICE]}


async def test_a_bounce_of_it_is_counted_and_is_no_conversation(house: House) -> None:
    await wants_mail(house)
    for number in (2, 3, 4):
        await answer_comes(house, number)
        id = notices(house)[-1]["Message-ID"].strip("<>")
        house.provider.deliver(bounce(id, HERS, number))
        await house.settle(NOW)
    assert house.step.settings.known.addresses_of(ALICE) == ()
    assert "came back" in everything_said(house)
    assert {one.ours["conversation"] for one in house.homeserver.of_kind("conversation")} == {1}


async def test_a_bounce_that_names_another_address_counts_for_the_one_that_was_written_to(house: House) -> None:
    await wants_mail(house)
    await confirms(house, "second@work.example")
    for number in (2, 3, 4):
        await answer_comes(house, number)
        id = notices(house)[-1]["Message-ID"].strip("<>")
        house.provider.deliver(bounce(id, "elsewhere@provider.example", number))
        await house.settle(NOW)
    assert house.step.settings.known.addresses_of(ALICE) == ("second@work.example",)


@pytest.mark.parametrize("named", [HERS, "second@work.example", "elsewhere@provider.example"])
async def test_late_bounces_count_for_the_address_to_which_the_mails_went(house: House, named: str) -> None:
    await wants_mail(house)
    await confirms(house, "second@work.example")
    for number in (2, 3, 4):
        await answer_comes(house, number)
    await happens(house, says("!email use 2"))
    for number, one in enumerate(notices(house)):
        house.provider.deliver(bounce(one["Message-ID"].strip("<>"), named, number))
    await house.settle(NOW)
    assert house.step.settings.known.addresses_of(ALICE) == ("second@work.example",)
    assert [one.bounces for one in house.step.settings.known.addresses if one.person == ALICE] == [3, 0]


async def test_of_one_mail_that_comes_back_several_times_the_address_is_not_paused(house: House) -> None:
    await wants_mail(house, "new")
    (id,) = await mailed(house, 2)
    for folder in ("INBOX", "Junk", "INBOX"):
        await comes_back(house, id, 1, folder)
    for report in (2, 3, 4):
        await comes_back(house, id, report)
    await house.close()
    await house.open()
    await comes_back(house, id, 5)
    assert used(house) == (HERS,)
    assert [one.bounces for one in house.step.settings.known.addresses] == [1]


async def test_mails_of_before_a_new_code_that_come_back_late_do_not_pause_the_address_again(house: House) -> None:
    await wants_mail(house, "new")
    ids = await mailed(house, 2, 3, 4, 5, 6, 7)
    for number, id in enumerate(ids[:3]):
        await comes_back(house, id, number)
    assert used(house) == ()
    await confirms(house)
    for number, id in enumerate(ids[3:], 10):
        await comes_back(house, id, number)
    assert used(house) == (HERS,)
    for number, id in enumerate((await mailed(house, 8, 9, 10))[6:], 20):
        await comes_back(house, id, number)
    assert used(house) == (), "these left since"


@pytest.mark.parametrize("is_at_once", [True, False])
async def test_who_asks_for_a_code_for_a_paused_address_is_told_that_it_came_back(
    house: House, is_at_once: bool
) -> None:
    await wants_mail(house, "new")
    await paused(house)
    before = len(house.homeserver.posted)
    house.provider.answers = [Refused("550", "5.1.1 unknown")] if is_at_once else []
    await happens(house, says(f"!email {HERS}"))
    if not is_at_once:
        await comes_back(house, str(sent_to(house)[-1]["Message-ID"]).strip("<>"), 50)
    assert said_since(house, before).count("could not be mailed") == 1
    await happens(house, says("!email confirm 12345678"))
    assert "No code" in said_since(house, before), "none counts"


async def test_of_two_codes_the_one_that_does_not_count_any_more_ends_nothing_by_coming_back(house: House) -> None:
    await happens(house, says(f"!email {HERS}"))
    await house.settle((5.0,))
    await happens(house, says(f"!email {HERS}"))
    first, second = (str(one["Message-ID"]).strip("<>") for one in sent_to(house))
    before = len(house.homeserver.posted)
    await comes_back(house, first, 1)
    assert "could not be mailed" not in said_since(house, before)
    await comes_back(house, second, 2)
    assert said_since(house, before).count("could not be mailed") == 1


@pytest.mark.parametrize("language", ["en", "fr"])
async def test_of_an_own_answer_that_came_back_the_mail_says_what_the_room_says_and_asks_for_no_answer(
    tmp_path: Path, language: str
) -> None:
    box = replace(MAILBOX, language=language)
    house = House(tmp_path, instance=replace(INSTANCE, language=language, mailboxes=(box,)))
    await house.open()
    house.provider.deliver(mail(), at=house.clock.now())
    await house.settle(NOW)
    await wants_mail(house, "replied-mine")
    await happens(house, says("!reply Oui", thread=card_of(house)), seconds=SENT)
    (id,) = [str(one["Message-ID"]).strip("<>") for one in sent_to(house, "marie@example.org")]
    house.provider.deliver(bounce(id, "marie@example.org", 77), at=house.clock.now())
    await house.settle(SOON)
    (letter,) = notices(house)
    reason, way = {
        "en": (
            "Your mail did not reach marie@example.org: this address does not exist.",
            "would go to the same address",
        ),
        "fr": (
            "Votre courriel n’est pas arrivé à marie@example.org\u00a0: cette adresse n’existe pas.",
            "partirait vers la même adresse",
        ),
    }[language]
    for kind in ("plain", "html"):
        words = words_of(letter, kind)
        assert reason in words and way in words
        for never in (
            "MAILER-DAEMON",
            "It did not arrive",
            "user_unknown",
            "Write above",
            "Écrivez au-dessus",
            "`!reply`",
        ):
            assert never not in words, never
    await house.close()
