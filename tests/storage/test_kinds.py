"""Calls, inputs and states of dialogues that were stored are read, whatever classes and fields are called by now."""

import json
from typing import get_args

import pytest
from pydantic import TypeAdapter

from bot.domain.calls import Call
from bot.domain.dialogue import State
from bot.domain.inputs import Input
from bot.domain.kinds import CALLS, INPUTS, STATES
from tests.storage.stored.kinds import STORED, as_stored, stored

NAMES = stored()


def test_every_call_every_input_and_every_state_has_a_name_of_its_own() -> None:
    assert set(CALLS) == set(get_args(Call))
    assert set(INPUTS) == set(get_args(Input))
    assert set(STATES) == set(get_args(State))
    names = [*CALLS.values(), *INPUTS.values(), *STATES.values()]
    assert len(names) == len(set(names))


def test_the_names_in_the_database_stay() -> None:
    """A new kind is added to the file by `python -m tests.storage.stored.kinds`; none is ever taken out of it."""
    assert set(STORED) == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_what_was_stored_is_read_with_all_that_stood_in_it(name: str) -> None:
    kind = STORED[name]
    read: object = TypeAdapter(kind).validate_json(json.dumps(NAMES[name]), strict=True)
    again = as_stored(read, kind)
    assert _only(again, NAMES[name]) == NAMES[name]


def _only(found: object, wanted: object) -> object:
    """Of what is there now, the fields that stood there then: a field that came later has its default."""
    if isinstance(found, dict) and isinstance(wanted, dict):
        return {key: _only(value, wanted[key]) for key, value in found.items() if key in wanted}
    if isinstance(found, list) and isinstance(wanted, list):
        return [_only(one, other) for one, other in zip(found, wanted, strict=True)]
    return found
