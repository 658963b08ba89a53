"""The direct chat of a person with the bot: who gets one, what is said there, and what ends it."""

from pathlib import Path

import pytest

from bot.domain.ids import UserId
from bot.domain.inputs.room import RoomLost, RoomUpgraded
from bot.ports import Member
from storage import rooms
from tests.fakes.chat import ALICE, BOB, ROOM
from tests.fakes.direct import DIRECT, SECOND, asks, goes, invites, said_in
from tests.fakes.house import House
from tests.fakes.looking import NOW, card_of, happens
from tests.fakes.writing import mail, reacts, redacts, says

CARL, MALLORY = UserId("@carl:localhost"), UserId("@mallory:localhost")
FAR = UserId("@bob:far.example")


def has_chat(house: House, who: UserId = BOB) -> bool:
    return house.step.settings.known.direct_with(who) is not None


async def test_a_member_of_a_mailbox_s_room_gets_a_chat_and_is_told_what_it_is_good_for(house: House) -> None:
    await invites(house)
    (told,) = said_in(house)
    assert "nobody else is disturbed" in told and "!list" in told
    assert has_chat(house) and house.homeserver.left == []


@pytest.mark.parametrize("who", [CARL, FAR])
async def test_who_is_in_no_mailbox_s_room_gets_none_and_no_word(house: House, who: UserId) -> None:
    await invites(house, by=who)
    assert (house.homeserver.joined, house.homeserver.left, said_in(house)) == ([], [DIRECT], [])


async def test_an_ordinary_invitation_is_answered_as_ever(house: House) -> None:
    await invites(house, is_direct=False)
    assert (house.homeserver.joined, house.homeserver.left) == ([], [DIRECT])


async def test_a_room_of_many_that_is_called_a_chat_of_two_is_left_without_a_word(house: House) -> None:
    await invites(house, DIRECT, MALLORY, CARL)
    assert (house.homeserver.left, said_in(house), has_chat(house)) == ([DIRECT], [], False)


async def test_to_an_admin_such_a_room_is_one_without_a_mailbox(house: House) -> None:
    await invites(house, DIRECT, CARL, by=ALICE)
    assert house.homeserver.left == [] and not has_chat(house, ALICE)
    assert "leave after a day" in said_in(house)[0]


async def test_a_list_there_is_what_is_mine_and_disturbs_nobody(house: House) -> None:
    await happens(house, reacts("✋", card_of(house), sender=BOB))
    await invites(house)
    before = len([p for p in house.homeserver.posted if p.room == ROOM])
    (mine,) = await asks(house, "!list")
    assert "Question" in mine and "#1" in mine
    (unassigned,) = await asks(house, "!list unassigned")
    assert "Question" not in unassigned
    shown = [p for p in house.homeserver.posted if p.room == DIRECT][-2]
    assert card_of(house) in str(shown.content["formatted_body"]), "its number is the link to its thread"
    assert shown.content["msgtype"] == "m.notice" and shown.content["m.mentions"] == {}
    assert len([p for p in house.homeserver.posted if p.room == ROOM]) == before


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("!search question", "Question"),
        ("!show #1", "Marie"),
        ("!show all #1", "une question."),
        ("!notify", "assigned-me"),
        ("!help", "!search"),
        ("!liste libres", "Question"),
        ("!list contact", "Question"),
        ("!search after:2026-11-01 question", "Question"),
    ],
)
async def test_what_is_asked_there_is_answered_there(house: House, words: str, wanted: str) -> None:
    await invites(house)
    (answer,) = await asks(house, words)
    assert wanted in answer


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("!close #1", "done in its thread"),
        ("!assign #1 me", "done in its thread"),
        ("!reply #1 Bonjour", "done in its thread"),
        ("!close", "done in the thread of a conversation"),
        ("!close mine", "done in the thread of a conversation"),
        ("!close #9", "#9"),
        ("!stats week", "done in the room of the mailbox"),
        ("!mailbox add x@example.org", "Only admins"),
        ("!notify nonsense on", "nonsense"),
        ("!show", "Which conversation"),
        ("!nonsense", "nonsense"),
    ],
)
async def test_what_acts_is_done_where_colleagues_see_it(house: House, words: str, wanted: str) -> None:
    await invites(house)
    (answer,) = await asks(house, words)
    assert wanted in answer
    assert house.homeserver.current(card_of(house))["org.postroom"]["status"] == "active"  # type: ignore[index]
    assert await house.open_calls() == 0


async def test_a_command_about_one_gives_the_link_to_its_thread(house: House) -> None:
    await invites(house)
    await asks(house, "!close #1")
    assert card_of(house) in str(house.homeserver.posted[-1].content["formatted_body"])


async def test_talk_is_answered_once(house: House) -> None:
    await invites(house)
    assert "!help" in (await asks(house, "Bonjour"))[0]
    assert await asks(house, "Il y a quelqu’un ?") == []


async def test_a_reply_to_an_answer_is_about_its_conversation(house: House) -> None:
    await invites(house)
    await asks(house, "!show #1")
    shown = house.homeserver.posted[-1].event
    (again,) = await asks(house, "!show", reply_to=shown)
    assert "Marie" in again


async def test_each_answer_depends_on_who_is_in_the_room_at_that_moment(house: House) -> None:
    await invites(house)
    gone = goes(house, BOB)
    await happens(house, gone)
    assert "no longer in any mailbox’s room" in said_in(house)[-1]
    assert house.homeserver.left == [DIRECT] and not has_chat(house)
    assert await asks(house, "!list all") == []


async def test_a_leave_that_nobody_told_counts_at_the_next_command(house: House) -> None:
    await invites(house)
    goes(house, BOB)
    await house.keeper.enter(ROOM)
    (last,) = await asks(house, "!list all")
    assert "no longer in any mailbox’s room" in last and house.homeserver.left == [DIRECT]


@pytest.mark.parametrize("how", ["join", "invite"])
async def test_a_third_person_ends_it(house: House, how: str) -> None:
    await invites(house)
    await happens(house, goes(house, MALLORY, how, DIRECT))
    assert "no longer only two" in said_in(house)[-1]
    assert house.homeserver.left == [DIRECT] and not has_chat(house)
    assert await asks(house, "!list all") == []
    assert await asks(house, "!list all", by=MALLORY) == []


async def test_what_waited_to_be_said_is_not_said_to_a_third(house: House) -> None:
    await invites(house)
    house.step.rooms.looked.discard(DIRECT)
    await happens(house, says("!list all", room=DIRECT, sender=BOB), seconds=(0.0,))
    await happens(house, goes(house, MALLORY, "join", DIRECT))
    assert [words for words in said_in(house) if "Question" in words] == []
    assert "no longer only two" in said_in(house)[-1]


async def test_who_came_while_the_bot_was_away_ends_it_at_the_start(house: House) -> None:
    await invites(house)
    await house.close()
    goes(house, MALLORY, "join", DIRECT)
    await house.open()
    await house.keeper.look_at_directs()
    await house.settle(NOW)
    assert "no longer only two" in said_in(house)[-1] and not has_chat(house)


async def test_after_a_restart_it_goes_on(house: House) -> None:
    await invites(house)
    await house.close()
    await house.open()
    await house.keeper.look_at_directs()
    await house.settle(NOW)
    assert len(said_in(house)) == 1
    assert "Question" in (await asks(house, "!list active"))[0]


async def test_a_crash_between_entering_and_looking_leaves_nobody_waiting(tmp_path: Path) -> None:
    house = House(tmp_path)
    await house.open()
    async with house.step.database.write() as tx:
        await rooms.add(tx, DIRECT, BOB, house.clock.now(), True)
    house.homeserver.members[DIRECT] = tuple(one for one in house.homeserver.members[ROOM] if one.user != ALICE)
    await house.close()
    await house.open()
    await house.keeper.look_at_directs()
    await house.settle(NOW)
    assert has_chat(house)
    await house.close()


async def test_a_second_chat_takes_the_place_of_the_first(house: House) -> None:
    await invites(house)
    await invites(house, SECOND)
    assert "another chat with me" in said_in(house)[-1] and house.homeserver.left == [DIRECT]
    assert await asks(house, "!list active") == []
    assert "Question" in (await asks(house, "!list active", SECOND))[0]


async def test_put_out_and_invited_again_it_begins_anew(house: House) -> None:
    await invites(house)
    await happens(house, RoomLost(DIRECT, BOB, "leave", house.clock.now()))
    assert not has_chat(house)
    assert [p for p in house.homeserver.of_kind("notice") if "removed from the room" in str(p.content["body"])] == []
    await invites(house)
    assert has_chat(house) and "Question" in (await asks(house, "!list active"))[0]


async def test_whoever_leaves_the_chat_ends_it_without_a_word(house: House) -> None:
    await invites(house)
    await happens(house, goes(house, BOB, "leave", DIRECT))
    assert (len(said_in(house)), house.homeserver.left, has_chat(house)) == (1, [DIRECT], False)


async def test_an_upgraded_chat_goes_on_in_the_room_to_which_its_person_invites(house: House) -> None:
    await invites(house)
    await happens(house, RoomUpgraded(DIRECT, SECOND, BOB, house.clock.now()))
    assert not has_chat(house)
    await invites(house, SECOND, is_direct=False)
    assert "Question" in (await asks(house, "!list active", SECOND))[0]


async def test_of_an_encrypted_room_nothing_is_said_in_a_chat_that_is_not(house: House) -> None:
    house.step.rooms.encrypted.add(ROOM)
    await invites(house)
    (answer,) = await asks(house, "!list active")
    assert "Question" not in answer and "encrypted" in answer and "contact@asso.example" in answer
    house.homeserver.encrypted.add(SECOND)
    await invites(house, SECOND)
    (answer,) = await asks(house, "!list active", SECOND, encrypted=True)
    assert "Question" in answer
    (answer,) = await asks(house, "!list active", SECOND, encrypted=True, sealed=False)
    assert "Question" not in answer, "what came in clear into an encrypted chat is nobody's command"


async def test_a_chat_that_anybody_can_read_is_told_nothing(house: House) -> None:
    await invites(house)
    house.homeserver.rules(DIRECT, "m.room.join_rules", {"join_rule": "public"})
    assert await asks(house, "!list active") == []


async def test_the_language_is_each_person_s_own(house: House) -> None:
    await invites(house)
    (answer,) = await asks(house, "!language fr")
    assert "français" in answer
    assert "Commandes ici" in (await asks(house, "!aide"))[0]
    (answer,) = await asks(house, "!langue défaut")
    assert "English" in answer
    assert "Commands here" in (await asks(house, "!help"))[0]


async def test_a_choice_is_taken_back_there_as_in_a_room(house: House) -> None:
    await invites(house)
    said = says("!notify new on", room=DIRECT, sender=BOB)
    await happens(house, said)
    assert [one.medium for one in house.step.settings.known.choices] == ["mention"]
    await happens(house, redacts(said.event, sender=BOB, room=DIRECT))
    assert [one.medium for one in house.step.settings.known.choices] == [None]


async def test_a_further_page_is_given_by_hand_and_by_word(house: House) -> None:
    for number in range(2, 34):
        house.provider.deliver(mail(id=f"m{number}@example.org", subject=f"Sujet {number}"))
    await house.settle(NOW)
    await invites(house)
    (first,) = await asks(house, "!list active")
    (second,) = await asks(house, "!more")
    assert first != second and "#" in second


async def test_what_a_room_is_shows_as_soon_as_it_was_looked_at(house: House) -> None:
    """Not only once the timers are looked at again: until then something might be said there."""
    await invites(house)
    third = Member(CARL, "Carl")
    house.homeserver.members[DIRECT] = (*house.homeserver.members[DIRECT], third)
    await house.keeper.look_at_directs()
    assert not has_chat(house)


async def test_who_was_invited_before_the_bot_came_makes_it_none_of_two(house: House) -> None:
    house.homeserver.waiting[DIRECT] = (Member(CARL, "Carl"),)
    await invites(house)
    assert (house.homeserver.left, said_in(house), has_chat(house)) == ([DIRECT], [], False)


async def test_who_was_invited_while_the_bot_was_away_ends_it(house: House) -> None:
    await invites(house)
    house.homeserver.waiting[DIRECT] = (Member(CARL, "Carl"),)
    await house.keeper.look_at_directs()
    assert not has_chat(house)


async def test_whoever_is_only_invited_to_a_mailbox_s_room_is_in_none(house: House) -> None:
    house.homeserver.waiting[ROOM] = (Member(CARL, "Carl"),)
    await house.keeper.enter(ROOM)
    await invites(house, by=CARL)
    assert not has_chat(house, CARL)


async def test_put_out_and_invited_again_between_two_syncs_it_begins_anew(house: House) -> None:
    await invites(house)
    await invites(house)
    assert has_chat(house) and len([one for one in said_in(house) if "nobody else is disturbed" in one]) == 2
    await house.settle((90_000.0,))
    assert house.homeserver.left == [] and has_chat(house)
