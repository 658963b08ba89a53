"""Mails to members that come back: recognised by their ids, and never a conversation."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.domain.ids import ConversationId, UserId
from bot.domain.own_addresses import OwnAddress, SaveAddress
from bot.domain.rules.mailing_members import came_back
from bot.domain.signing import Notified, Signer
from tests.domain.deciding import MAILBOX, World
from tests.fakes.chat import ALICE

SIGNER = Signer(b"secret")
AT = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)


def id_for(person: str = ALICE, number: int = 142, at: datetime = AT, token: str = "0" * 12) -> str:
    return SIGNER.notification_id(
        person=UserId(person), conversation=ConversationId(number), at=at, token=token, domain="asso.example"
    )


@pytest.mark.parametrize("person", [ALICE, "@x:y", "@" + "a" * 200 + ":server.example", "@é:server.example"])
@pytest.mark.parametrize("number", [0, 1, 142, (1 << 40) - 1])
def test_an_id_says_to_us_alone_whom_it_told_of_what_and_when(person: str, number: int) -> None:
    id = id_for(person, number)
    assert SIGNER.notification_of(id) == Notified(UserId(person), ConversationId(number), AT)
    assert SIGNER.notification_of(f"<{id.upper()}>") == SIGNER.notification_of(id)
    assert Signer(b"other").notification_of(id) is None
    assert person[1:] not in id


def test_an_id_names_no_conversation_to_other_stories_and_others_are_no_notifications() -> None:
    assert (SIGNER.conversation_of(id_for()), SIGNER.trip_of(id_for())) == (None, None)
    mail = SIGNER.message_id(conversation=ConversationId(142), token="0" * 12, domain="asso.example")
    trip = SIGNER.trip_id(at=AT, token="0" * 12, domain="asso.example")
    assert (SIGNER.notification_of(mail), SIGNER.notification_of(trip)) == (None, None)


def test_a_changed_digit_anywhere_makes_it_nobody_s() -> None:
    id = id_for()
    for place in range(id.index("@")):
        forged = id[:place] + ("0" if id[place] != "0" else "1") + id[place + 1 :]
        assert SIGNER.notification_of(forged) is None


@pytest.mark.parametrize("words", ["", "x", "0" * 38 + "@a", "0" * 51 + "@a", "zz@a", "0" * 2000 + "@a"])
def test_other_words_are_none(words: str) -> None:
    assert SIGNER.notification_of(words) is None


ROW = OwnAddress(ALICE, "alice@home.example", MAILBOX.id, "", AT, 0, 1, AT, AT)


def test_the_third_mail_that_comes_back_pauses_the_address_and_its_owner_is_told_once() -> None:
    instance, said = World().instance, []
    row = ROW
    for _ in range(4):
        decision = came_back(replace(instance, addresses=(row,)), MAILBOX.id, ALICE, row.address)
        said.append(len(decision.effects))
        row = next((one.address for one in decision.changes if isinstance(one, SaveAddress)), row)
    assert (said, row.is_used, row.bounces) == ([0, 0, 1, 0], False, 3)


def test_a_code_that_comes_back_counts_no_more_and_is_told_at_once() -> None:
    waits = replace(ROW, confirmed_at=None, source="key")
    decision = came_back(replace(World().instance, addresses=(waits,)), MAILBOX.id, ALICE, waits.address)
    assert [one.address.source for one in decision.changes if isinstance(one, SaveAddress)] == [""]
    assert len(decision.effects) == 1
