"""Ids and addresses that a former `secret_key` signed are recognised; with it nothing is signed any more."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.ids import ConversationId, UserId
from bot.domain.signing import Signer

OLD, NEW, BOTH, OTHER = Signer(b"old"), Signer(b"new"), Signer(b"new", (b"older", b"old")), Signer(b"other")
AT = datetime(2026, 11, 29, 8, tzinfo=UTC)
ALICE, HOME = UserId("@alice:monasso.org"), "alice@home.example"
tokens = st.text("0123456789abcdef", min_size=12, max_size=12)


@given(number=st.integers(1, 1 << 39), token=tokens)
def test_a_conversation_is_found_by_an_id_of_before(number: int, token: str) -> None:
    conversation = ConversationId(number)
    id = OLD.message_id(conversation=conversation, token=token, domain="monasso.org")
    assert (BOTH.conversation_of(id), NEW.conversation_of(id)) == (conversation, None)
    made = BOTH.message_id(conversation=conversation, token=token, domain="monasso.org")
    assert (NEW.conversation_of(made), OLD.conversation_of(made)) == (conversation, None)
    ids = BOTH.every_message_id(conversation=conversation, token=token, domain="monasso.org")
    assert {id, made} < set(ids)
    tag = OLD.conversation_tag(conversation)
    assert (BOTH.conversation_by_tag(tag), NEW.conversation_by_tag(tag)) == (conversation, None)


@given(number=st.integers(1, 1 << 39), token=tokens)
def test_a_member_s_answer_to_a_mail_of_before_is_known(number: int, token: str) -> None:
    conversation = ConversationId(number)
    id = OLD.notification_id(
        person=ALICE, conversation=conversation, at=AT, token=token, domain="monasso.org", address=HOME
    )
    found = BOTH.notification_of(id)
    assert found is not None and (found.person, found.conversation, found.at) == (ALICE, conversation, AT)
    assert BOTH.is_home(found.home, HOME) and not BOTH.is_home(found.home, "bob@home.example")
    assert NEW.notification_of(id) is None and OTHER.notification_of(id) is None
    tag = OLD.answer_tag(person=ALICE, conversation=conversation, at=AT)
    assert BOTH.notification_by_tag(tag, [UserId("@bob:monasso.org"), ALICE]) is not None
    assert NEW.notification_by_tag(tag, [ALICE]) is None


def test_a_code_that_was_mailed_before_still_proves_the_address() -> None:
    digits = OLD.code("key", ALICE, HOME)
    assert BOTH.is_code(digits, "key", ALICE, HOME) and not NEW.is_code(digits, "key", ALICE, HOME)
    assert not BOTH.is_code(digits, "another key", ALICE, HOME)


def test_a_test_mail_of_before_is_known() -> None:
    id = OLD.trip_id(at=AT, token="0" * 12, domain="monasso.org")
    assert BOTH.trip_of(id) == AT and NEW.trip_of(id) is None
