"""The binding of mailboxes to rooms follows the rooms."""

from dataclasses import replace

import pytest

from bot.domain.ids import RoomId
from bot.domain.upgrades import is_room_id, with_moves
from tests.fakes.house import INSTANCE, MAILBOX

OLD, NEW, NEWER = MAILBOX.room, RoomId("!new:localhost"), RoomId("!newer:localhost")


def test_moves_are_followed_to_their_end_in_whatever_order() -> None:
    for moves in ([(OLD, NEW), (NEW, NEWER)], [(NEW, NEWER), (OLD, NEW)]):
        moved = with_moves(INSTANCE, moves)
        assert moved == replace(INSTANCE, mailboxes=(replace(MAILBOX, room=NEWER),))


def test_moves_that_go_round_end() -> None:
    assert with_moves(INSTANCE, [(OLD, NEW), (NEW, OLD)]).mailboxes[0].room == NEW


def test_the_config_room_and_a_room_of_several_mailboxes_move_as_well() -> None:
    instance = replace(INSTANCE, config_room=OLD, mailboxes=(MAILBOX, replace(MAILBOX, address="b@asso.example")))
    moved = with_moves(instance, [(OLD, NEW)])
    assert moved.config_room == NEW
    assert [m.room for m in moved.mailboxes] == [NEW, NEW]
    assert with_moves(instance, []) is instance
    assert with_moves(instance, [(NEWER, NEW)]) is instance


@pytest.mark.parametrize("text", ["!abc:server.example", "!" + "A" * 43, "!x:[::1]:8448"])
def test_a_room_id_of_any_version_is_one(text: str) -> None:
    assert is_room_id(text)


@pytest.mark.parametrize("text", ["", "!", "#alias:server", "!a b:server", "!a\nb:s", "!" + "é" * 200, "@a:b"])
def test_what_is_no_room_id_is_none(text: str) -> None:
    assert not is_room_id(text)
