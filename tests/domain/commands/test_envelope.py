"""`only`, `all`, `from`: who gets the answers in a conversation, and from which address, until it is said otherwise."""

from dataclasses import replace

import pytest

from bot.domain.conversation import MailRecord
from bot.domain.decision import SaveConversation
from bot.domain.wishes import Wishes
from tests.domain.commands.cases import given, told
from tests.domain.deciding import MAILBOX, MARIE, PAUL, World
from tests.fakes.chat import BOB

ALIAS = "asso@asso.example"
LEA = "lea@mairie.example"


def world() -> World:
    made = World(mailbox=replace(MAILBOX, aliases=(ALIAS,)))
    made.comes(cc=(PAUL,))
    return made


def next_mail(made: World, body: str = "!reply Bonjour") -> MailRecord:
    made.says(body)
    return made.out()[-1]


def whom(record: MailRecord) -> list[str]:
    return [a.address for a in (*record.to, *record.cc, *record.bcc)]


@pytest.mark.parametrize(
    ("said", "reply", "people"),
    [
        (["!only"], "!reply x", [MARIE.address]),
        (["!seul"], "!reply x", [MARIE.address]),
        (["!only", "!all"], "!reply x", [MARIE.address, PAUL.address]),
        (["!only"], "!reply --others x", [MARIE.address, PAUL.address]),
        (["!only"], "!reply --all x", [MARIE.address, PAUL.address]),
        (["!cc lea@mairie.example", "!only"], "!reply x", [MARIE.address]),
        (["!only", "!cc lea@mairie.example", "!tous"], "!reply x", [MARIE.address, PAUL.address, LEA]),
    ],
)
def test_answers_go_to_whom_was_said_last_unless_a_word_says_otherwise(
    said: list[str], reply: str, people: list[str]
) -> None:
    made = world()
    for one in said:
        made.says(one)
        assert made.said()[0] == "copies.next"
    assert whom(next_mail(made, reply)) == people


def test_somebody_new_is_asked_about_all_the_same() -> None:
    made = world()
    made.says("!only")
    made.comes(sender=replace(PAUL, address="eve@elsewhere.example"))
    made.says("!reply Bonjour")
    assert made.was_asked and not made.out()


@pytest.mark.parametrize(
    ("said", "address"),
    [([], MAILBOX.address), ([f"!from {ALIAS}"], ALIAS), ([f"!from {ALIAS.upper()}"], ALIAS),
     ([f"!expéditeur {ALIAS}", f"!from {MAILBOX.address}"], MAILBOX.address)],
)  # fmt: skip
def test_answers_come_from_the_address_that_was_chosen(said: list[str], address: str) -> None:
    made = world()
    for one in said:
        made.says(one)
    record = next_mail(made)
    assert (record.from_[0].address, record.from_[0].name) == (address, MAILBOX.name)


def test_an_address_that_is_ours_no_more_is_not_used() -> None:
    made = world()
    made.says(f"!from {ALIAS}")
    made.mailbox = MAILBOX
    assert next_mail(made).from_[0].address == MAILBOX.address


@pytest.mark.parametrize("body", ["!from eve@elsewhere.example", "!from contact+x@asso.example", f"!from {ALIAS} x"])
def test_from_an_address_that_is_not_ours_nothing_comes(body: str) -> None:
    made = world()
    made.says(body)
    assert (made.said(), made.conversation.wishes) == (["error.from_which"], Wishes())


def test_alone_it_says_where_the_next_answer_comes_from() -> None:
    made = world()
    made.says("!from")
    assert made.said()[0] == "copies.next"
    assert not [c for c in made.decided.changes if isinstance(c, SaveConversation)]


@pytest.mark.parametrize("body", ["!only", f"!from {ALIAS}"])
def test_deleting_it_soon_takes_it_back_and_a_colleague_hears_of_it(body: str) -> None:
    made = world()
    made.conversation = replace(made.conversation, assignee=BOB)
    event = made.says(body).event
    assert any(key.startswith("history.") for key in made.said())
    made.redacts(event)
    assert made.conversation.wishes == Wishes()


@pytest.mark.parametrize("body", ["!only", "!all", f"!from {ALIAS}"])
def test_from_a_session_that_is_not_trusted_nothing_is_chosen(body: str) -> None:
    decision = given(body, room_encrypted=True, was_encrypted=True, session_trust="unsigned_device")
    assert told(decision) == ["error.trust.unsigned_device"]


@pytest.mark.parametrize("word", ["auto", "automatique", "AUTOMATIC"])
def test_a_word_lets_answers_come_again_from_the_address_that_was_written_to(word: str) -> None:
    made = world()
    made.says(f"!from {ALIAS}")
    made.says(f"!from {word}")
    assert next_mail(made).from_[0].address == MAILBOX.address


def test_who_is_named_while_the_author_alone_is_answered_is_kept_and_that_is_said() -> None:
    made = world()
    made.says("!only")
    made.says("!cc lea@mairie.example")
    assert "copies.kept" in made.said() and "copies.cc" not in made.said()
    made.says("!all")
    assert "copies.kept" not in made.said() and "copies.cc" in made.said()
    made.says("!only")
    made.says("!bcc archive@mairie.example")
    assert "copies.kept_unseen" in made.said() and "copies.bcc" not in made.said()
    made.says("!all")
    assert "copies.kept_unseen" not in made.said() and "copies.bcc" in made.said()
