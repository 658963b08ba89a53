"""`who`, and the list of a person: cases."""

import pytest

from bot.domain.mail import Address
from bot.domain.needs import Found, Listed
from bot.domain.page import Bullets, More, Paragraph, RowOf
from tests.domain.commands.cases import ask, given, is_marked, other, page_of, saved, told
from tests.domain.deciding import MAILBOX, conversation


def wanted(body: str) -> Listed:
    asked, _ = ask(body)
    (need, *_) = asked.called.command.needs(asked)
    assert isinstance(need, Listed)
    return need


def test_the_person_those_who_take_part_and_all_conversations_are_shown() -> None:
    found = Found((conversation(), other(2)), 2)
    page = page_of("!who", knows={Listed: found})
    assert page.title is not None and dict(page.title.values)["name"] == "Marie <marie@example.org>"
    others, rows = page.blocks
    assert isinstance(others, Paragraph) and dict(others.sentences[0].values)["addresses"] == "paul@example.org"
    assert isinstance(rows, Bullets) and rows.lines == (RowOf(conversation(), True), RowOf(other(2), True))
    assert (saved(given("!qui #1", knows={Listed: found})), is_marked(given("!who", knows={Listed: found}))) == (
        [],
        False,
    )


def test_what_is_not_shown_is_a_page_of_the_list_of_the_same_person() -> None:
    page = page_of("!who", knows={Listed: Found(tuple(other(n) for n in range(2, 32)), 45)})
    assert page.blocks[-1] == More(15, "!list from:marie@example.org 2")
    assert wanted("!list from:marie@example.org").size == wanted("!who").size
    assert wanted("!list from:marie@example.org") == wanted("!who")
    assert wanted("!liste de:marie@example.org 2").page == 2


def test_of_one_mailbox_alone() -> None:
    need = wanted("!list contact from:marie@example.org")
    assert (need.mailboxes, need.correspondent) == ((MAILBOX.id,), "marie@example.org")


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("!list from:marie", "error.list_from"),
        ("!list from:", "error.list_from"),
        ("!list from:a@b closed", "error.list_one_filter"),
        ("!list from:a@b mine", "error.list_one_filter"),
        ("!who #9", "error.no_such_conversation"),
        ("!who #1 #2", "error.only_one"),
    ],
)
def test_what_is_nobody_is_told(body: str, why: str) -> None:
    assert told(given(body, there=(conversation(), other(2)))) == [why]


def test_where_no_mail_names_a_sender_nobody_is_known() -> None:
    assert told(given("!who", there=(conversation(correspondent=Address("", "")),))) == ["error.who_nobody"]
