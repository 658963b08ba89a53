"""Keys that could not be given: tried again, later and later, at once when the homeserver is heard of."""

from bot.adapters.matrix.crypto.owed import OwedKeys
from bot.domain.ids import RoomId, UserId

ROOM, CARL = RoomId("!room:near"), UserId("@carl:far:8448")


def owed_at(now: list[float]) -> OwedKeys:
    return OwedKeys(clock=lambda: now[0])


def test_it_is_tried_again_after_longer_and_longer_pauses() -> None:
    now = [0.0]
    owed = owed_at(now)
    owed.add(ROOM, {}, {CARL}, [])
    tried = []
    for second in range(100):
        now[0] = float(second)
        if owed.due():
            tried.append(second)
    assert tried == [5, 10, 20, 40, 80]


def test_a_word_from_that_homeserver_is_taken_up_at_once() -> None:
    now = [0.0]
    owed = owed_at(now)
    owed.add(ROOM, {}, {CARL}, [])
    owed.heard_from(UserId("@dan:near"))
    assert owed.due() == ()
    owed.heard_from(UserId("@dan:far:8448"))
    (one,) = owed.due()
    one.users.clear()
    now[0] = 1000.0
    assert owed.due() == (), "it was given"


def test_it_is_given_up_after_a_week() -> None:
    now = [0.0]
    owed = owed_at(now)
    owed.add(ROOM, {}, {CARL}, [])
    now[0] = 8 * 86400.0
    assert owed.due() == ()


def test_nothing_is_owed_in_a_room_that_we_are_out_of() -> None:
    now = [0.0]
    owed = owed_at(now)
    owed.add(ROOM, {}, {CARL}, [])
    owed.forget(ROOM)
    now[0] = 3600.0
    assert owed.due() == ()
