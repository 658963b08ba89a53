"""What the end of a call brings is used as it came: an event, a file, a place in a folder, a number of people."""

from datetime import UTC, datetime

import pytest

from bot.domain.calls import (
    AddFlag,
    AppendSent,
    BeginSignIn,
    Call,
    EnterRoom,
    FindServers,
    FollowUpgrade,
    MoveOnServer,
    PinEvent,
    Priority,
    SendEvent,
    TrustUser,
)
from bot.domain.conversation import EventKind
from bot.domain.decision import Change, CloseCall, PlaceMail
from bot.domain.effects import Again, Mark
from bot.domain.ids import BlobId, ConversationId, EffectId, EventId, MailboxId, MessageRow, RoomId, SecretId, UserId
from bot.domain.inputs.inside import Receipt
from bot.domain.outcomes import (
    Accepted,
    AnyOutcome,
    Done,
    Fetched,
    Followed,
    InFolder,
    Made,
    MailAccepted,
    Moved,
    Posted,
    Refused,
    Saved,
    SignInOpen,
    Trusted,
    TryLater,
    name_of,
    reference,
)
from bot.domain.planned import PlannedCall, post
from bot.domain.servers import Security, Server, Servers, ServersFound, Source
from bot.domain.sign_in import Provider
from bot.domain.snapshots import ReceiptSnapshot
from bot.domain.spaces import MakeSpace, SetSpace
from bot.domain.stories.receipt import decide_receipt
from tests.fakes.house import INSTANCE

NOW = datetime(2026, 7, 12, 9, 0, tzinfo=UTC)
ROOM = RoomId("!team:example.org")
BOX = MailboxId("help@example.org")
FOUND = ServersFound((Servers(Source.PRESET, Server("mail.gandi.net", 993, Security.TLS), None),))
MOVE = MoveOnServer(BOX, MessageRow(7), "INBOX", "", "a@b", 1, 2)


def _ends(call: Call, outcome: AnyOutcome) -> tuple[Change, ...]:
    planned = PlannedCall(call, "chat", "", Priority.MAIL)
    snapshot = ReceiptSnapshot(INSTANCE, EffectId(1), planned, True, 0, NOW, None, None, None, None, False)
    return decide_receipt(snapshot, Receipt(EffectId(1), 1, outcome, NOW), NOW).changes


@pytest.mark.parametrize(
    ("call", "outcome", "ref"),
    [
        (SendEvent(ROOM, "m.reaction", "{}"), Posted(EventId("$e")), "$e"),
        (SendEvent(ROOM, "m.reaction", "{}"), Accepted(), ""),
        (PinEvent(ROOM, EventId("$e")), Accepted(), ""),
        (EnterRoom(ROOM), Accepted(), ""),
        (TrustUser(UserId("@bob:example.org"), ROOM, None, "KEY"), Trusted("KEY"), "KEY"),
        (FollowUpgrade(ROOM, RoomId("!new:example.org"), ()), Followed(3), "3"),
        (AppendSent(BOX, MessageRow(7), BlobId("00"), "2026-07-12"), Saved(9), "9"),
        (AddFlag(BOX, "INBOX", 1, 2, "\\Answered"), Accepted(), ""),
        (MOVE, Moved(), ""),
        (FindServers("a@gandi.net"), FOUND, "preset"),
        (FindServers("a@b.example"), ServersFound(()), ""),
        (BeginSignIn(Provider.GOOGLE, "a@b.example", SecretId("s")), SignInOpen("https://g.example", ""), ""),
    ],
)
def test_a_call_that_is_done_is_closed_with_what_it_brought(call: Call, outcome: AnyOutcome, ref: str) -> None:
    assert CloseCall(EffectId(1), "done", ref) in _ends(call, outcome)


def test_a_card_gets_its_buttons_once_it_is_posted_and_an_edit_none() -> None:
    card = SendEvent(ROOM, "m.room.message", "{}", slot="card:7", buttons=("✋", "✅"))
    planned = post(card, Priority.MAIL, conversation=ConversationId(7), event_kind=EventKind.CONVERSATION)
    posted = Receipt(EffectId(1), 1, Posted(EventId("$card")), NOW)
    for is_edit in (False, True):
        snapshot = ReceiptSnapshot(INSTANCE, EffectId(1), planned, True, 0, NOW, None, None, None, None, is_edit)
        given = [one.emoji for one in decide_receipt(snapshot, posted, NOW).effects if isinstance(one, Mark)]
        assert given == ([] if is_edit else ["✋", "✅"])


def test_a_button_that_is_there_already_is_missed_by_nobody() -> None:
    call = SendEvent(ROOM, "m.reaction", "{}")
    assert _ends(call, Refused("M_DUPLICATE_ANNOTATION", "")) == (
        CloseCall(EffectId(1), "refused", "M_DUPLICATE_ANNOTATION"),
    )


def test_a_folder_whose_name_looks_like_a_place_is_taken_as_it_is() -> None:
    place = InFolder("12:34:Junk", 5, 6)
    assert _ends(MOVE, Moved(place))[1:] == (PlaceMail(MessageRow(7), "12:34:Junk", 5, 6),)
    assert _ends(MOVE, Moved())[1:] == ()


def test_a_space_that_was_made_is_known_by_its_room() -> None:
    changes = _ends(MakeSpace("Asso"), Made(RoomId("!space:example.org")))
    assert SetSpace("Asso", RoomId("!space:example.org")) in changes


@pytest.mark.parametrize("outcome", [MailAccepted("250 ok", ()), Fetched(BlobId("00"), 1), Moved()])
def test_an_end_of_another_kind_of_call_is_a_fault(outcome: Done) -> None:
    with pytest.raises(AssertionError, match=type(outcome).__name__):
        _ends(EnterRoom(ROOM), outcome)


def test_the_outbox_keeps_a_short_word_of_each_end() -> None:
    ends: tuple[Done, ...] = (
        Accepted(), Posted(EventId("$e")), Fetched(BlobId("ab"), 3), Trusted("KEY"), Made(RoomId("!s:x")), Followed(2),
        Saved(), Moved(InFolder("Junk", 5, 6)), MailAccepted("250 " + "x" * 300, ()),
    )  # fmt: skip
    assert [reference(one)[:12] for one in ends] == [
        "", "$e", "ab:3", "KEY", "!s:x", "2", "", "5:6:Junk", "250 xxxxxxxx",
    ]  # fmt: skip
    assert len(reference(ends[-1])) == 200
    assert {name_of(one) for one in ends} == {"Accepted", "MailAccepted"}
    assert name_of(TryLater("429")) == "TryLater"


@pytest.mark.parametrize("kind", [EventKind.MAIL, EventKind.CONVERSATION, EventKind.NOTICE])
def test_an_event_on_one_that_was_forgotten_meanwhile_is_kept_nowhere_and_made_again(kind: EventKind) -> None:
    call = SendEvent(ROOM, "m.room.message", "{}", slot="slot:7", thread_of=ConversationId(7))
    planned = post(call, Priority.MAIL, conversation=ConversationId(7), event_kind=kind)
    snapshot = ReceiptSnapshot(
        INSTANCE, EffectId(1), planned, True, 0, NOW, None, None, None, None, False, is_astray=True
    )
    posted = Receipt(EffectId(1), 1, Posted(EventId("$e"), on=EventId("$gone")), NOW)
    decision = decide_receipt(snapshot, posted, NOW)
    assert decision.changes == (CloseCall(EffectId(1), "done"),)
    # Whoever forgets a card shows it anew.
    assert decision.effects == (() if kind is EventKind.CONVERSATION else (Again(planned),))
