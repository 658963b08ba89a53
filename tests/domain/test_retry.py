"""When calls are made again."""

from datetime import timedelta

from bot.domain.retry import GiveUp, next_mail_try, next_room_try
from tests.fakes.chat import at


def test_the_first_new_try_of_a_mail_comes_within_three_minutes() -> None:
    due = next_mail_try(failures=1, first_tried_at=at(0), now=at(0))
    assert not isinstance(due, GiveUp)
    assert due - at(0) <= timedelta(minutes=3)


def test_the_pauses_of_a_mail_grow_to_an_hour_and_end_after_two_days() -> None:
    now, failures, pauses = at(0), 0, []
    while True:
        failures += 1
        due = next_mail_try(failures=failures, first_tried_at=at(0), now=now)
        if isinstance(due, GiveUp):
            break
        pauses.append(due - now)
        now = due
    assert pauses == sorted(pauses)
    assert pauses[-1] == timedelta(hours=1)
    assert timedelta(days=2) <= now - at(0) < timedelta(days=2, hours=1)
    assert failures < 60


def test_a_call_to_the_room_waits_as_long_as_the_server_asks() -> None:
    assert next_room_try(failures=1, after=4.5, now=at(0)) == at(0) + timedelta(seconds=4.5)


def test_a_call_to_the_room_never_waits_longer_than_a_minute_by_itself() -> None:
    assert next_room_try(failures=99, after=None, now=at(0)) == at(0) + timedelta(minutes=1)
