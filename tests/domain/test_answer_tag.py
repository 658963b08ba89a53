"""The mark of a member's answer in the address that it goes to: only we can make it, and for one person."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.ids import ConversationId, UserId
from bot.domain.signing import Fresh, Notified, Signer, has_form_of_tag
from tests.fakes.house import MAILBOX

SIGNER = Signer(b"s" * 32)
ALICE, BOB = UserId("@alice:x"), UserId("@bob:x")
AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@given(st.integers(1, 2**40 - 1), st.integers(0, 10**9), st.booleans(), st.sampled_from(Fresh))
def test_it_says_whom_it_told_of_what_and_when(number: int, seconds: int, is_upper: bool, fresh: Fresh) -> None:
    at = AT + timedelta(seconds=seconds)
    tag = SIGNER.answer_tag(person=ALICE, conversation=ConversationId(number), at=at, fresh=fresh)
    assert len(tag) == 34 and has_form_of_tag(tag)
    said = tag.upper() if is_upper else tag
    assert SIGNER.notification_by_tag(said, (BOB, ALICE)) == Notified(ALICE, ConversationId(number), at, fresh=fresh)
    assert SIGNER.notification_by_tag(said, (BOB,)) is None
    assert Signer(b"t" * 32).notification_by_tag(said, (ALICE,)) is None


@given(st.integers(0, 33), st.sampled_from("0123456789abcdef"))
def test_a_digit_changed_makes_it_nobody_s(place: int, digit: str) -> None:
    tag = SIGNER.answer_tag(person=ALICE, conversation=ConversationId(7), at=AT)
    changed = tag[:place] + digit + tag[place + 1 :]
    assert changed == tag or SIGNER.notification_by_tag(changed, (ALICE,)) is None


@given(st.text())
def test_whatever_stands_there_is_read(words: str) -> None:
    assert SIGNER.notification_by_tag(words, (ALICE,)) is None
    assert SIGNER.conversation_by_tag(words) is None


@given(st.integers(1, 2**40 - 1), st.booleans())
def test_a_conversation_has_one_mark_for_ever(number: int, is_upper: bool) -> None:
    tag = SIGNER.conversation_tag(ConversationId(number))
    assert len(tag) == 26 and tag == SIGNER.conversation_tag(ConversationId(number))
    assert SIGNER.conversation_by_tag(tag.upper() if is_upper else tag) == number
    assert Signer(b"t" * 32).conversation_by_tag(tag) is None
    assert SIGNER.conversation_by_tag(f"{int(tag[0], 16) ^ 1:x}{tag[1:]}") is None


def test_no_address_is_made_that_is_too_long() -> None:
    box = replace(MAILBOX, address="secretariat.general.de.l.association@asso.example", plus_address=True)
    assert box.answers_go_to(box.address, "0" * 34) == ""
    assert replace(MAILBOX, address="a+b@asso.example", plus_address=True).answers_go_to("a+b@asso.example", "0") == ""


@pytest.mark.parametrize(
    ("fresh", "id", "tag"),
    [
        (Fresh.OUTSIDE, "24399ba692e82ee48256d966e9f47b04930cf8ef523e", "90b4491875b7c6173f"),
        (Fresh.TEAM, "243d9ba692e82ee48256d966e9f48be6d25df0fd0946", "90ff16b50e8a09ca04"),
        (Fresh.ACTS, "24299ba692e82ee48256d966e9f4743aa63cd0915826", "90095c0a0df592006e"),
        (Fresh.NOTES, "24319ba692e82ee48256d966e9f42bc02851fd7cd2a7", "90ff20e27162b9c4a0"),
    ],
)
def test_what_was_mailed_before_says_what_it_said(fresh: Fresh, id: str, tag: str) -> None:
    told = Notified(ALICE, ConversationId(7), AT, fresh=fresh)
    assert SIGNER.notification_of(f"000000000000e9aa2328{id}@a.example") == told
    assert SIGNER.notification_by_tag(f"45e0b82d476b0400{tag}", (ALICE,)) == told


@pytest.mark.parametrize("fresh", Fresh)
def test_an_id_says_whose_news_was_told(fresh: Fresh) -> None:
    id = SIGNER.notification_id(
        person=ALICE,
        conversation=ConversationId(7),
        at=AT,
        token="0" * 12,
        domain="a.example",
        address="a@home.example",
        whom=b"whom",
        fresh=fresh,
    )
    found = SIGNER.notification_of(id)
    assert found is not None and (found.fresh, found.at, found.whom) == (fresh, AT, b"whom")
    assert SIGNER.is_home(found.home, "a@home.example")


def test_of_two_news_the_stricter_is_that_with_which_more_waits() -> None:
    assert Fresh.OUTSIDE.or_stricter(Fresh.TEAM) is Fresh.TEAM.or_stricter(Fresh.BOTH) is Fresh.TEAM
    assert Fresh.NOTES.or_stricter(Fresh.ACTS) is Fresh.NOTES
