"""`mailbox config`: which mailbox and which room are meant, and who decides it."""

import pytest

from bot.domain.calls import MakeConfigRoom
from bot.domain.house_changes import SetValue
from bot.domain.ids import RoomId
from bot.domain.needs import IsEncrypted, MembersOf
from tests.domain.commands.cases import done, given, told
from tests.fakes.chat import ALICE, BOB, BOT, CONFIG, ROOM

HERE = {"room": CONFIG, "in_thread": False, "room_encrypted": True, "was_encrypted": True}
NAMED = RoomId("!abc:localhost")


def known(*people: object, encrypted: bool = True) -> dict[str, object]:
    return {**HERE, "knows": {MembersOf: people, IsEncrypted: encrypted}}


@pytest.mark.parametrize("words", ["contact@asso.example new", "contact nouveau", "new"])
def test_a_room_is_made_encrypted_and_whoever_asks_has_it(words: str) -> None:
    (call,) = done(given(f"!mailbox config {words}", **HERE))
    assert isinstance(call, MakeConfigRoom)
    assert (call.make.is_encrypted, call.make.invites, call.person) == (True, ALICE, ALICE)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("", "own_room.none"),
        ("off", "own_room.none"),
        ("contact nonsense", "error.own_room_which"),
        ("nobody@x.example new", "error.which_mailbox"),
        ("contact new and more", "error.which_mailbox"),
    ],
)
def test_what_asks_for_nothing_that_is_known_is_answered_so(words: str, why: str) -> None:
    decision = given(f"!mailbox config {words}", **HERE)
    assert told(decision) == [why] and not done(decision)


@pytest.mark.parametrize("written", [NAMED, f"https://matrix.to/#/{NAMED}?via=localhost"])
def test_a_room_is_named_by_its_id_or_its_link(written: str) -> None:
    decision = given(f"!mailbox config {written}", **known(ALICE, BOT))
    assert [one.value for one in decision.changes if isinstance(one, SetValue)] == [NAMED]


@pytest.mark.parametrize(
    ("people", "encrypted", "why"),
    [
        ((BOT, BOB), True, "adding.no_such_room"),
        ((ALICE,), True, "adding.no_such_room"),
        ((ALICE, BOT), False, "own_room.in_clear"),
    ],
)
def test_a_room_without_them_or_without_encryption_is_not_taken(
    people: tuple[object, ...], encrypted: bool, why: str
) -> None:
    decision = given(f"!mailbox config {NAMED}", **known(*people, encrypted=encrypted))
    assert told(decision) == [why]
    assert not any(isinstance(one, SetValue) for one in decision.changes)


@pytest.mark.parametrize("room", [ROOM, CONFIG])
def test_a_room_that_is_used_already_is_not_taken(room: RoomId) -> None:
    assert told(given(f"!mailbox config {room}", **known(ALICE, BOT))) == ["adding.no_such_room"]


def test_it_is_for_those_who_run_the_mailbox() -> None:
    assert told(given("!mailbox config new", by=BOB, **HERE)) == ["error.no_right"]
