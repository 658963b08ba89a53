"""A clock that does not follow a jump of the system's time until it is told to."""

from datetime import UTC, datetime, timedelta

from bot.adapters.clock import SystemClock

_START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


class _Machine:
    def __init__(self) -> None:
        self.wall, self.up = _START, 1000.0

    def passes(self, seconds: float, *, wall: float | None = None) -> None:
        self.up += seconds
        self.wall += timedelta(seconds=seconds if wall is None else wall)


def _clock() -> tuple[_Machine, SystemClock]:
    machine = _Machine()
    return machine, SystemClock(lambda: machine.wall, lambda: machine.up)


def test_time_passes_as_the_system_has_it() -> None:
    machine, clock = _clock()
    machine.passes(30)
    assert (clock.now(), clock.jump()) == (_START + timedelta(seconds=30), None)


def test_small_corrections_are_followed() -> None:
    machine, clock = _clock()
    machine.passes(10, wall=40)
    assert (clock.now(), clock.jump()) == (machine.wall, None)


def test_a_jump_is_not_followed_until_what_is_due_was_set_right() -> None:
    for ahead in (timedelta(days=2), timedelta(minutes=-10)):
        machine, clock = _clock()
        machine.wall += ahead
        machine.passes(5)
        assert clock.now() == _START + timedelta(seconds=5)
        assert clock.jump() == ahead
        clock.adopt(ahead)
        assert (clock.now(), clock.jump()) == (machine.wall, None)


def test_two_jumps_that_make_up_for_each_other_are_none() -> None:
    machine, clock = _clock()
    machine.wall += timedelta(days=2)
    assert clock.jump() is not None
    machine.wall -= timedelta(days=2)
    assert (clock.now(), clock.jump()) == (_START, None)
