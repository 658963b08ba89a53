"""Which texts are ids of rooms."""

import pytest

from bot.domain.upgrades import is_room_id


@pytest.mark.parametrize("text", ["!abc:server.example", "!" + "A" * 43, "!x:[::1]:8448"])
def test_a_room_id_of_any_version_is_one(text: str) -> None:
    assert is_room_id(text)


@pytest.mark.parametrize("text", ["", "!", "#alias:server", "!a b:server", "!a\nb:s", "!" + "é" * 200, "@a:b"])
def test_what_is_no_room_id_is_none(text: str) -> None:
    assert not is_room_id(text)
