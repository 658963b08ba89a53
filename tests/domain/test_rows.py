"""What stands on a command's row is so for every row: who may give it, where, and how it must have come."""

from itertools import product

import pytest

from bot.domain.command_table import TABLE, Command, Sealed
from bot.domain.commands import Called
from bot.domain.decide.team import decide_message
from bot.domain.effects import Say
from bot.domain.ids import ConversationId, EventId, RoomId, UserId
from bot.domain.inputs import TeamMessage
from bot.domain.signing import Signer
from bot.domain.snapshots import TeamSnapshot
from tests.fakes.chat import ALICE, BOB, CONFIG, ROOM, at
from tests.fakes.house import INSTANCE, MAILBOX

ROWS = pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
REFUSALS = (
    "error.admins_only",
    "error.in_config_room",
    "error.only_encrypted",
    "error.plain_in_encrypted",
    "error.trust",
)


def told(
    row: Command,
    *,
    sender: UserId = ALICE,
    room: RoomId = CONFIG,
    is_room_encrypted: bool = False,
    is_any_encrypted: bool = False,
    came: str = "clear",
) -> str:
    """The key of the sentence that refuses it; empty where its row allows it.

    `came`: `clear`, `signed`, or encrypted by a session that something speaks against.
    """
    trust = "" if came in ("clear", "signed") else came
    written = TeamMessage(
        room, EventId("$m"), sender, "m.text", f"!{row.name}", "", (), None, None, at(1),
        room_encrypted=is_room_encrypted, was_encrypted=came != "clear", session_trust=trust,
    )  # fmt: skip
    snapshot = TeamSnapshot(
        instance=INSTANCE,
        signer=Signer(b"s"),
        reading=Called(row, people=(BOB,)),
        is_ours=True,
        is_joined=True,
        mailboxes=(MAILBOX,),
        work=(),
        missing=(ConversationId(9),),
        in_thread=None,
        replied_to=None,
        members=((ALICE, "Alice"), (BOB, "Bob")),
        listing=None,
        is_anything_encrypted=is_any_encrypted,
    )
    keys = [s.key for effect in decide_message(snapshot, written, at(1)).effects if isinstance(effect, Say)
            for s in effect.sentences]  # fmt: skip
    return next((key for key in keys if key.startswith(REFUSALS)), "")


@ROWS
def test_who_is_no_admin_gives_no_admin_s_command(row: Command) -> None:
    for came, room in product(("clear", "signed"), (CONFIG, ROOM)):
        refused = told(row, sender=BOB, room=room, came=came, is_room_encrypted=came == "signed")
        assert (refused == "error.admins_only") == row.for_admins, (came, room)


@ROWS
def test_a_command_of_the_config_room_counts_nowhere_else(row: Command) -> None:
    assert (told(row, room=ROOM, came="signed") == "error.in_config_room") == row.in_config_room
    assert told(row, room=CONFIG, came="signed") == ""


@ROWS
@pytest.mark.parametrize("came", ["clear", "unsigned_device", "identity_changed", "foreign_session", "moved"])
def test_what_moves_mail_or_trust_is_heard_as_its_author_encrypted_it(row: Command, came: str) -> None:
    for is_any_encrypted in (False, True):
        must = row.sealed is Sealed.ALWAYS or (row.sealed is Sealed.WHERE_ENCRYPTED and is_any_encrypted)
        refused = told(row, is_any_encrypted=is_any_encrypted, came=came)
        assert bool(refused) or not must
        if came == "clear":
            assert (refused == "error.only_encrypted") == must


@ROWS
@pytest.mark.parametrize("came", ["clear", "signed", "unsigned_device", "identity_changed", "foreign_session", "moved"])
def test_in_an_encrypted_room_a_row_says_whose_session_it_takes(row: Command, came: str) -> None:
    refused = told(row, is_room_encrypted=True, came=came)
    match came:
        case "clear":
            assert refused == "error.plain_in_encrypted"
        case "signed":
            assert refused == ""
        case "unsigned_device" | "identity_changed":
            assert bool(refused) == (row.is_sensitive or row.sealed is not Sealed.NEVER)
        case _:
            assert refused == f"error.trust.{came}"


def test_what_sends_mail_or_changes_trust_has_its_right_on_its_row() -> None:
    """Who adds a row thinks of it here."""
    assert {row.name for row in TABLE if row.is_sensitive} == {
        "reply", "send", "attach", "resend", "trust", "upgrade",
    }  # fmt: skip
    assert {row.name for row in TABLE if row.for_admins} == {"trust", "upgrade"}
    assert {row.name: row.sealed for row in TABLE if row.sealed is not Sealed.NEVER} == {
        "trust": Sealed.ALWAYS,
        "upgrade": Sealed.WHERE_ENCRYPTED,
    }
