"""Calls and mails survive being written as JSON, whatever is in them."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.domain.calls import (
    AddFlag,
    AppendSent,
    Call,
    EnterRoom,
    MoveOnServer,
    PinEvent,
    QuitRoom,
    SendEvent,
    Submit,
    SubmitToMember,
    Upload,
)
from bot.domain.kinds import kind_of
from bot.domain.spaces import InviteToSpace, LinkRoom, MakeSpace, RemoveFromSpace
from storage.codec import ADAPTERS, address_key, call_from_json, call_to_json, id_key, text_key
from tests.storage.made import MAILBOX, ROOM, posted

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
NUMBERS = st.integers(0, 2**63 - 1)
UPLOADS = st.builds(Upload, TEXTS, TEXTS, TEXTS, NUMBERS)
CALLS: st.SearchStrategy[Call] = st.one_of(
    st.builds(
        SendEvent, TEXTS, TEXTS, TEXTS, st.none() | NUMBERS, st.none() | TEXTS, TEXTS, st.lists(UPLOADS).map(tuple)
    ),
    st.builds(PinEvent, TEXTS, TEXTS),
    st.builds(EnterRoom, TEXTS),
    st.builds(QuitRoom, TEXTS),
    st.builds(SubmitToMember, TEXTS, TEXTS, TEXTS, TEXTS, TEXTS),
    st.builds(Submit, TEXTS, NUMBERS, TEXTS, st.lists(TEXTS).map(tuple), TEXTS),
    st.builds(AppendSent, TEXTS, NUMBERS, TEXTS, TEXTS),
    st.builds(AddFlag, TEXTS, TEXTS, NUMBERS, NUMBERS, TEXTS),
    st.builds(MakeSpace, TEXTS),
    st.builds(LinkRoom, TEXTS, TEXTS, TEXTS, st.booleans()),
    st.builds(InviteToSpace, TEXTS, TEXTS, TEXTS),
    st.builds(RemoveFromSpace, TEXTS, TEXTS, TEXTS, TEXTS),
    st.builds(MoveOnServer, TEXTS, NUMBERS, TEXTS, TEXTS, TEXTS, NUMBERS, NUMBERS),
)


@given(CALLS)
def test_a_call_is_read_back_as_it_was(call: Call) -> None:
    assert call_from_json(kind_of(call), call_to_json(call)) == call


def test_every_kind_of_call_has_a_form() -> None:
    assert len(ADAPTERS) == len(get_args(Call))


@pytest.mark.parametrize("text", ["{}", "[]", "", '{"room": 5}', '{"room": "!r", "event_type": 1, "content": "{}"}'])
def test_what_has_not_the_shape_of_its_kind_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        call_from_json("SendEvent", text)


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(KeyError):
        call_from_json("Explode", "{}")


def test_a_lone_surrogate_does_not_stop_a_call() -> None:
    read = call_from_json("SendEvent", call_to_json(posted("a\ud800b")))
    assert read == SendEvent(ROOM, "m.room.message", "a?b")


@given(TEXTS, TEXTS)
def test_different_ids_have_different_keys(one: str, other: str) -> None:
    assert (id_key(MAILBOX, one) == id_key(MAILBOX, other)) == (one == other)


@given(st.text(max_size=1000))
def test_keys_fit_into_an_index(text: str) -> None:
    assert len(text_key(text)) <= 400


def test_the_case_of_an_address_does_not_count() -> None:
    assert address_key("Marie@Example.NET") == address_key("marie@example.net")
