"""A room is upgraded: an admin is asked and confirms, and the bot looks at the new room before it goes there."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.ids import MailboxId, RoomId
from bot.domain.inputs.room import Invited, RoomUpgraded
from bot.domain.inputs.trust import ReaderCame
from tests.fakes.chat import ALICE, BOB, CONFIG, ROOM, at
from tests.fakes.house import INSTANCE, MAILBOX, House
from tests.fakes.looking import happens
from tests.fakes.upgrading import NEW, OTHER, STRANGER, cards, last, made, said, upgraded
from tests.fakes.writing import says

# --- asking and confirming


async def test_an_upgrade_is_asked_about_once_a_day_with_what_to_do(house: House) -> None:
    made(house)
    await happens(house, upgraded(), upgraded(second=30))
    (asked,) = said(house, CONFIG)
    assert "!upgrade contact@asso.example" in str(asked.content["body"])
    assert asked.content["m.mentions"] == {"user_ids": [ALICE]}
    assert f"https://matrix.to/#/{NEW}?via=localhost" in str(asked.content["formatted_body"])
    assert house.homeserver.joined == []
    assert house.step.settings.known == INSTANCE

    await happens(house, RoomUpgraded(ROOM, NEW, None, at(1).replace(day=24)))
    assert len(said(house, CONFIG)) == 2


@pytest.mark.parametrize("replacement", [ROOM, RoomId("not a room"), RoomId(""), RoomId("#alias:localhost")])
async def test_an_upgrade_to_nowhere_is_ignored(house: House, replacement: RoomId) -> None:
    await happens(house, upgraded(replacement))
    assert said(house, CONFIG) == []


async def test_the_upgrade_of_a_room_that_is_not_ours_is_ignored(house: House) -> None:
    await happens(house, upgraded(NEW, OTHER))
    assert said(house, CONFIG) == []


async def test_another_replacement_takes_the_place_of_one_that_was_not_followed(house: House) -> None:
    made(house, invited=False)
    made(house, OTHER)
    await happens(house, upgraded(), says("!upgrade", room=CONFIG))
    assert house.homeserver.joined == []
    await happens(house, upgraded(OTHER))
    assert "!upgrade contact@asso.example" in last(house)
    house.homeserver.closed.clear()
    await happens(house, Invited(NEW, STRANGER, at(5)))
    assert house.homeserver.left == [NEW]
    await happens(house, says("!upgrade", room=CONFIG))
    assert house.step.settings.known.mailboxes[0].room == OTHER


async def test_an_admin_confirms_and_everything_goes_on_in_the_new_room(moved: House) -> None:
    assert moved.homeserver.joined == [NEW]
    (card,) = cards(moved, NEW).values()
    assert card.content["msgtype"] == "m.notice"
    first = said(moved, NEW)[0]
    assert "relation" not in first.content and not first.relation
    assert f"https://matrix.to/#/{ROOM}?via=localhost" in str(first.content["formatted_body"])
    (pointer,) = [p for p in said(moved, NEW) if p.relation.get("event_id") == card.event]
    old = cards(moved, ROOM)[1].event
    assert f"https://matrix.to/#/{ROOM}/{old}?via=localhost" in str(pointer.content["formatted_body"])
    assert str(pointer.content["body"]).startswith("#1 · ")
    assert "where 2 people are" in last(moved)
    (board,) = [p for p in moved.homeserver.of_kind("board") if p.room == NEW]
    assert json.loads(moved.homeserver.state[NEW, "m.room.pinned_events", ""]) == {"pinned": [board.event]}
    assert await moved.open_calls() == 0


async def test_the_same_tombstone_is_silent_once_it_was_followed(moved: House) -> None:
    before = len(moved.homeserver.posted)
    await happens(moved, RoomUpgraded(ROOM, NEW, ALICE, at(1).replace(day=25)))
    assert len(moved.homeserver.posted) == before


@pytest.mark.parametrize("word", ["Contact@asso.example", "asso@asso.example", ROOM, NEW, f"!\u2060{NEW[1:]}"])
async def test_the_upgrade_is_named_by_an_address_or_a_room(house: House, word: str) -> None:
    made(house)
    await happens(house, upgraded(), says(f"!upgrade {word}", room=CONFIG))
    assert house.step.settings.known.mailboxes[0].room == NEW


async def test_mistakes_are_answered_with_what_is_wrong(house: House) -> None:
    await happens(house, says("!upgrade", room=CONFIG))
    assert "No upgraded room waits" in last(house)
    made(house)
    await happens(house, upgraded())
    await happens(house, says("!upgrade", room=CONFIG, sender=BOB))
    assert "Only admins" in last(house)
    await happens(house, says("!upgrade"))
    assert "only in the configuration room" in last(house, ROOM)
    await happens(house, says("!upgrade other@asso.example", room=CONFIG))
    assert "other@asso.example" in last(house) and "!upgrade contact@asso.example" in last(house)
    assert house.homeserver.joined == []


async def test_where_several_wait_the_admin_says_which(tmp_path: Path) -> None:
    second = replace(MAILBOX, id=MailboxId("b@asso.example"), address="b@asso.example", room=OTHER, aliases=())
    house = House(tmp_path, instance=replace(INSTANCE, mailboxes=(MAILBOX, second)))
    await house.open()
    later = RoomId("!later:localhost")
    made(house)
    made(house, later, OTHER)
    await happens(house, upgraded(), upgraded(later, OTHER, second=2), says("!upgrade", room=CONFIG))
    assert "!upgrade contact@asso.example, !upgrade b@asso.example" in last(house)
    await happens(house, says("!upgrade b@asso.example", room=CONFIG))
    assert [m.room for m in house.step.settings.known.mailboxes] == [ROOM, later]
    await happens(house, says("!upgrade", room=CONFIG))
    assert [m.room for m in house.step.settings.known.mailboxes] == [NEW, later]
    await house.close()


# --- the look at the new room


async def test_a_room_without_that_predecessor_is_left_again(house: House) -> None:
    for predecessor in (None, OTHER):
        made(house, old=predecessor or ROOM)
        if predecessor is None:
            house.homeserver.state[NEW, "m.room.create", ""] = "{}"
        await happens(house, upgraded(), says("!upgrade", room=CONFIG))
        assert "does not say that it goes on from the old room" in last(house)
    assert house.homeserver.left == [NEW, NEW]
    assert house.step.settings.known == INSTANCE
    # It can be confirmed again, and no invitation makes it happen by itself.
    made(house)
    await happens(house, Invited(NEW, STRANGER, at(7)))
    assert house.step.settings.known == INSTANCE
    await happens(house, says("!upgrade", room=CONFIG))
    assert house.step.settings.known.mailboxes[0].room == NEW


async def test_an_encrypted_room_is_followed_to_an_encrypted_one_only(house: House) -> None:
    made(house)
    house.homeserver.encrypted.add(ROOM)
    await happens(house, upgraded(), says("!upgrade", room=CONFIG, encrypted=True, sealed=True))
    assert "is encrypted and the new one is not" in last(house)
    house.homeserver.encrypted.add(NEW)
    await happens(house, ReaderCame(NEW, BOB, ALICE, at(6)))
    assert "can read from now on" in last(house, NEW), "it may be told a moment before all goes on there"
    await happens(house, says("!upgrade", room=CONFIG, encrypted=True, sealed=True))
    assert house.homeserver.succeeded == [(ROOM, NEW)]
    assert house.step.settings.known.mailboxes[0].room == NEW
    assert NEW in house.step.rooms.encrypted


async def test_the_upgrade_of_an_encrypted_room_is_not_confirmed_in_clear(house: House) -> None:
    """Whoever runs the homeserver could have set the tombstone, made the room, and written the words of an admin."""
    made(house)
    house.homeserver.encrypted |= {ROOM, NEW}
    await happens(house, upgraded(), says("!upgrade", room=CONFIG))
    assert "was not encrypted" in last(house)
    unsigned = replace(says("!upgrade", room=CONFIG, encrypted=True, sealed=True), session_trust="unsigned_device")
    await happens(house, unsigned)
    assert "not verified" in last(house)
    assert house.step.settings.known == INSTANCE and house.homeserver.joined == []


async def test_a_room_that_anybody_can_join_is_not_followed_into(house: House) -> None:
    made(house)
    house.homeserver.state[NEW, "m.room.join_rules", ""] = '{"join_rule": "public"}'
    await happens(house, upgraded(), says("!upgrade", room=CONFIG))
    assert "anybody can join or read it" in last(house)
    assert house.homeserver.left == [NEW]
    house.step.settings.reload(replace(INSTANCE, mailboxes=(replace(MAILBOX, allow_insecure=True),)))
    await happens(house, says("!upgrade", room=CONFIG))
    assert house.step.settings.known.mailboxes[0].room == NEW
    assert house.step.settings.known.may_be_open(NEW)


async def test_a_room_of_ours_is_never_left_by_a_forged_tombstone(house: House) -> None:
    await happens(house, upgraded(CONFIG), says("!upgrade", room=CONFIG))
    assert "does not say" in last(house)
    assert house.homeserver.left == []


# --- invitations


async def test_without_an_invitation_it_waits_for_one_and_then_goes_on_by_itself(house: House) -> None:
    made(house, invited=False)
    await happens(house, upgraded(), says("!upgrade", room=CONFIG))
    assert "Invite @\u2060postroom" in last(house) or "Invite Postroom" in last(house)
    house.homeserver.closed.clear()
    await happens(house, Invited(NEW, STRANGER, at(9)))
    assert house.step.settings.known.mailboxes[0].room == NEW
    assert house.homeserver.left == []


async def test_an_invitation_before_the_confirmation_is_neither_taken_nor_refused(house: House) -> None:
    made(house)
    await happens(house, upgraded(), Invited(NEW, STRANGER, at(9)))
    assert house.homeserver.left == [] and house.homeserver.joined == []
    await happens(house, Invited(OTHER, STRANGER, at(9)))
    assert house.homeserver.left == [OTHER]


async def test_the_new_room_is_not_left_after_a_day_while_nobody_has_decided(house: House) -> None:
    made(house)
    await happens(house, upgraded(), Invited(NEW, ALICE, house.clock.now()))
    assert house.homeserver.joined == [NEW]
    await house.settle((90_000.0, 90_000.0))
    assert house.homeserver.left == []
    await happens(house, says("!upgrade", room=CONFIG))
    assert house.step.settings.known.mailboxes[0].room == NEW
    await house.settle((90_000.0, 90_000.0))
    assert house.homeserver.left == []


async def test_a_day_later_a_confirmed_one_is_tried_again(house: House) -> None:
    made(house, invited=False)
    await happens(house, upgraded(), says("!upgrade", room=CONFIG))
    house.homeserver.closed.clear()
    await happens(house, RoomUpgraded(ROOM, NEW, None, at(1).replace(day=24)))
    assert house.step.settings.known.mailboxes[0].room == NEW
