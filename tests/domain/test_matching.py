"""Which conversation a mail belongs to."""

import re
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.conversation import Direction, MailRecord
from bot.domain.ids import BlobId, ConversationId, MailboxId, MessageRow
from bot.domain.mail import Address, Mail
from bot.domain.matching import ids_to_look_up, kept_references, match, of_one_talk
from bot.domain.signing import Signer, token_of
from tests.fakes.chat import at

SIGNER = Signer(b"secret")


def _record(id: str, conversation: int) -> MailRecord:
    return MailRecord(
        MessageRow(conversation),
        ConversationId(conversation),
        MailboxId("a@b.c"),
        Direction.IN,
        id,
        (),
        (),
        (),
        (),
        (),
        (),
        "",
        at(0),
        "",
        BlobId(""),
    )


def test_in_reply_to_wins_over_references() -> None:
    mail = Mail(in_reply_to=("b",), references=("a",))
    found = match(mail, candidates=(_record("a", 1), _record("b", 2)), children=(), signer=SIGNER)
    assert found is not None
    assert found.conversation == 2


def test_the_newest_reference_wins() -> None:
    mail = Mail(references=("old", "new"))
    found = match(mail, candidates=(_record("old", 1), _record("new", 2)), children=(), signer=SIGNER)
    assert found is not None
    assert found.conversation == 2


def test_our_signed_id_wins_over_everything_else() -> None:
    ours = SIGNER.message_id(conversation=ConversationId(7), token=token_of("x"), domain="b.c")
    mail = Mail(in_reply_to=("a",), references=(ours,))
    found = match(mail, candidates=(_record("a", 1), _record(ours, 7)), children=(), signer=SIGNER)
    assert found is not None
    assert found.conversation == 7


def test_an_id_that_only_looks_signed_opens_no_way_into_a_conversation() -> None:
    forged = f"{token_of('x')}{7:010x}0123456789abcdef@b.c"
    assert SIGNER.conversation_of(forged) is None
    assert match(Mail(in_reply_to=(forged,)), candidates=(), children=(), signer=SIGNER) is None


def test_two_answers_to_a_mail_that_is_not_here_yet_are_one_talk_where_they_share_a_person() -> None:
    ours = frozenset({"a@b.c"})
    us, marie, paul = Address("", "A@b.c"), Address("", "Marie@x.org"), Address("", "paul@x.org")
    sibling = replace(_record("a", 3), from_=(Address("", "marie@x.org"),), to=(us,))
    assert of_one_talk(Mail(from_=(marie,), to=(us,)), sibling, ours)
    assert of_one_talk(Mail(from_=(paul,), to=(us,), cc=(marie,)), sibling, ours)
    assert not of_one_talk(Mail(from_=(paul,), to=(us,)), sibling, ours)
    assert not of_one_talk(Mail(), replace(sibling, from_=(Address("", ""),)), ours)


def test_a_sibling_comes_after_what_is_named_and_after_a_child() -> None:
    mail, siblings = Mail(in_reply_to=("p",)), (_record("s", 3),)
    for candidates, children, expected in (
        ((_record("p", 1),), (ConversationId(2),), 1),
        ((), (ConversationId(2),), 2),
        ((), (), 3),
    ):
        found = match(mail, candidates=candidates, children=children, signer=SIGNER, siblings=siblings)
        assert found is not None
        assert found.conversation == expected


def test_a_subject_alone_never_matches() -> None:
    mail = Mail(subject="Re: Adhésion")
    assert match(mail, candidates=(replace(_record("a", 1), subject="Adhésion"),), children=(), signer=SIGNER) is None


def test_a_parent_that_comes_later_joins_its_child() -> None:
    found = match(Mail(message_id="p"), candidates=(), children=(ConversationId(4),), signer=SIGNER)
    assert found is not None
    assert found.conversation == 4


def test_eight_thousand_references_cost_no_more_than_fifty() -> None:
    mail = Mail(references=tuple(f"r{n}" for n in range(8000)))
    ids = ids_to_look_up(mail)
    assert len(ids) == 51
    assert ids[0] == "r7999"
    assert "r0" in ids


def test_ids_that_differ_in_case_are_different_mails() -> None:
    assert match(Mail(in_reply_to=("ABC",)), candidates=(_record("abc", 1),), children=(), signer=SIGNER) is None


@given(st.integers(1, 10**9), st.binary(min_size=1), st.binary(min_size=1))
def test_an_id_is_recognised_by_its_own_secret_only(number: int, secret: bytes, other: bytes) -> None:
    id = Signer(secret).message_id(conversation=ConversationId(number), token=token_of("k"), domain="d.e")
    assert Signer(secret).conversation_of(id) == number
    assert Signer(secret).conversation_of(f"<{id}>") == number
    # HMAC pads short keys with zeros: secrets that differ only there are one (RFC 2104 2).
    if secret.rstrip(b"\0") != other.rstrip(b"\0"):
        assert Signer(other).conversation_of(id) is None


def test_our_ids_tell_nobody_how_many_conversations_there_are_nor_which_program_wrote_them() -> None:
    ids = [SIGNER.message_id(conversation=ConversationId(7), token=token_of(key), domain="b.c") for key in "ab"]
    shown = [id.partition("@")[0] for id in ids]
    assert all(re.fullmatch("[0-9a-f]{38}", one) for one in shown)
    assert shown[0][12:22] != shown[1][12:22] and "0000000007" not in shown[0] + shown[1]


@given(st.lists(st.text(min_size=1)))
def test_the_first_and_the_newest_references_are_kept(ids: list[str]) -> None:
    kept = kept_references(ids)
    assert len(kept) <= 51
    if ids:
        assert kept[0] == ids[0]
        assert kept[-1] == ids[-1]
