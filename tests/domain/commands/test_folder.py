"""`folder add` and `folder remove`: given rightly, wrongly, for lack of the right, and about an archived mailbox."""

import pytest

from bot.domain.calls import AddFolder
from bot.domain.effects import Do
from bot.domain.house_changes import SetValue
from tests.domain.commands.cases import given, told
from tests.fakes.chat import BOB, CONFIG

HERE = {"room": CONFIG, "in_thread": False, "room_encrypted": True, "was_encrypted": True}


def test_the_server_is_asked_before_a_folder_is_added() -> None:
    decision = given("!folder add contact Archives 2024 new", **HERE)
    (call,) = [one.call for one in decision.effects if isinstance(one, Do)]
    assert isinstance(call, AddFolder) and call.written == "Archives 2024 new"
    assert not any(isinstance(one, SetValue) for one in decision.changes)


def test_the_only_one_stays() -> None:
    decision = given("!folder remove inbox", **HERE)
    assert told(decision) == ["error.last_folder"]
    assert not any(isinstance(one, SetValue) for one in decision.changes)


@pytest.mark.parametrize("name", ["folder add", "folder remove"])
@pytest.mark.parametrize(
    ("words", "why"),
    [("", "error.which_folder"), ("nobody@x.example INBOX", "error.which_mailbox"), ("contact", "error.which_folder")],
)
def test_what_names_no_folder_or_mailbox_is_answered_so(name: str, words: str, why: str) -> None:
    assert told(given(f"!{name} {words}", **HERE)) == [why]


@pytest.mark.parametrize("name", ["folder add", "folder remove"])
def test_it_is_for_admins(name: str) -> None:
    assert told(given(f"!{name} INBOX", by=BOB, **HERE)) == ["error.admins_only"]
