"""`customer`: whose conversation it is, who gets the next answer, and what they are told of what was before."""

from dataclasses import replace

import pytest

from bot.domain.mail import Address
from bot.domain.settings import QuoteMode
from bot.domain.wishes import Wishes
from tests.domain.commands.test_cc import LEA, next_mail, whom, world
from tests.domain.deciding import MARIE, PAUL, World

LEA_NAMED = Address("Léa", LEA)


def given_to_lea(made: World | None = None) -> World:
    made = made or world()
    made.says(f"!customer Léa <{LEA}>")
    return made


def asked_and_sent(made: World) -> tuple[list[str], list[str], list[str]]:
    """Asked back about the newest mail, and said again."""
    made.says("!reply Bonjour")
    return whom(next_mail(made))


def test_the_next_answer_goes_to_them_alone_and_quotes_nothing_that_they_never_had() -> None:
    made = given_to_lea()
    assert made.said()[:2] == ["customer.is_now", "copies.next"]
    assert made.conversation.correspondent == LEA_NAMED
    record = next_mail(made)
    assert whom(record) == ([LEA], [], []) and record.quotes == () and record.in_reply_to


@pytest.mark.parametrize("quote", [QuoteMode.LAST, QuoteMode.FULL])
def test_who_had_the_mail_already_is_quoted_to(quote: QuoteMode) -> None:
    made = world()
    made.mailbox = replace(made.mailbox, quote=quote)
    made.says(f"!customer {PAUL.address}")
    record = next_mail(made)
    assert whom(record)[0] == [PAUL.address] and len(record.quotes) == 1


def test_once_a_participant_writes_the_answer_goes_to_them_and_a_copy_to_whose_it_is() -> None:
    made = given_to_lea()
    made.comes()
    assert asked_and_sent(made) == ([MARIE.address], [LEA], [])
    made.says(f"!cc -{LEA}")
    made.comes()
    assert asked_and_sent(made) == ([MARIE.address], [], [])
    made.comes(sender=LEA_NAMED)
    assert asked_and_sent(made)[0] == [LEA]


def test_what_was_wished_of_them_before_ends() -> None:
    made = world()
    for one in (f"!bcc {LEA}", f"!cc -{PAUL.address}", f"!customer {LEA}"):
        made.says(one)
    assert made.conversation.wishes.bcc == () and whom(next_mail(made)) == ([LEA], [], [])
    made.says(f"!customer {PAUL.address}")
    assert made.conversation.wishes.without == () and whom(next_mail(made)) == ([PAUL.address], [], [])


def test_deleting_the_command_takes_it_back() -> None:
    made = world()
    before = made.conversation
    said = made.says(f"!customer {LEA}")
    assert LEA in made.conversation.participants
    made.redacts(said.event)
    kept = made.conversation
    assert (kept.correspondent, kept.wishes, kept.participants) == (MARIE, Wishes(), before.participants)
    assert whom(next_mail(made))[0] == [MARIE.address]


def test_deleting_it_later_than_another_leaves_that_one() -> None:
    made = world()
    first = made.says(f"!customer {LEA}")
    made.says(f"!customer {PAUL.address}")
    made.redacts(first.event)
    assert made.conversation.correspondent.address == PAUL.address


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("!customer", "error.customer_whom"),
        ("!client Paul", "error.customer_whom"),
        ("!customer a@x.example b@x.example", "error.customer_address"),
        ("!customer hélène@example.org", "error.customer_address"),
        ("!customer contact+x@asso.example", "error.customer_own"),
        (f"!customer {MARIE.address}", "error.customer_already"),
        (f"!customer #2 {LEA}", "error.other_thread"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_changes(body: str, why: str) -> None:
    made = world()
    before = made.conversation
    made.says(body)
    assert made.said() == [why] and made.conversation == before


def test_it_is_said_again_to_whom_it_is_already() -> None:
    made = given_to_lea()
    made.says(f"!customer {LEA}")
    assert made.said() == ["error.customer_already"]


def test_a_name_alone_is_put_right() -> None:
    made = world()
    made.says(f"!customer Marie Dupont <{MARIE.address}>")
    assert made.conversation.correspondent == Address("Marie Dupont", MARIE.address)
    assert next_mail(made).quotes


def test_back_to_somebody_who_wrote_here_their_name_comes_back_too() -> None:
    made = world()
    name = made.conversation.correspondent.name
    assert name
    made.says("!customer zoe@home.example")
    made.says(f"!customer {made.incoming()[0].from_[0].address}")
    assert made.conversation.correspondent.name == name
