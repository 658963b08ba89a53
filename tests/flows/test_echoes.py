"""Our own events that come back by sync do not take the homeserver's time from those that we post."""

from bot.flows.pump_chat import Echoes


def test_a_few_answers_without_anything_for_us_are_followed_by_a_pause() -> None:
    echoes = Echoes()
    pauses = [echoes.pause(moved=True, had_inputs=False) for _ in range(5)]
    assert pauses[:2] == [0.0, 0.0]
    assert all(0 < pause <= 0.5 for pause in pauses[2:])


def test_what_somebody_does_or_a_quiet_room_ends_the_pauses() -> None:
    for moved, had_inputs in ((True, True), (False, False)):
        echoes = Echoes()
        for _ in range(5):
            echoes.pause(moved=True, had_inputs=False)
        assert echoes.pause(moved=moved, had_inputs=had_inputs) == 0.0
        assert echoes.pause(moved=True, had_inputs=False) == 0.0
