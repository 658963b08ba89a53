"""What the team does with conversations, through the whole flow on a real database."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.inputs.trust import Undecryptable
from tests.fakes.chat import ALICE, BOB, ROOM
from tests.fakes.house import INSTANCE, House
from tests.fakes.looking import NOW, SENT, answers_in, card_of, card_says, happens, mails_in
from tests.fakes.mail import id_of
from tests.fakes.writing import event_id, mail, reacts, redacts, says

# --- what is shown


async def test_a_mail_becomes_a_card_and_one_event_in_its_thread(house: House) -> None:
    about = card_says(house)
    assert (about["status"], about["assignee"], about["mailbox"]) == ("active", None, "contact@asso.example")
    (shown,) = mails_in(house)
    assert shown.relation["event_id"] == card_of(house)
    assert (shown.ours["direction"], shown.ours["message_id"]) == ("in", "m1@example.org")
    assert shown.content["m.mentions"] == {}


async def test_every_message_in_a_thread_starts_with_its_handle(house: House) -> None:
    await happens(house, says("!reply Bonjour", thread=card_of(house)), seconds=SENT)
    for posted in house.homeserver.posted:
        if posted.type == "m.room.message" and posted.ours.get("conversation") and not posted.is_edit:
            body = str(posted.content["body"])
            assert body.lstrip("🟢⏳✅🚫💤✉️📤 ").startswith("#1"), body


async def test_the_board_is_pinned_and_edited_at_most_every_fifteen_seconds(house: House) -> None:
    (board,) = house.homeserver.of_kind("board")
    pinned = json.loads(house.homeserver.state[ROOM, "m.room.pinned_events", ""])
    assert pinned == {"pinned": [board.event]}
    assert board.content["msgtype"] == "m.notice"
    for emoji in ("✋", "👀", "⏳"):
        house.homeserver.happens(reacts(emoji, card_of(house)))
    await house.settle((0.0, 5.0, 5.0))
    assert not [p for p in house.homeserver.posted if p.relation.get("event_id") == board.event]
    await house.settle((16.0,))
    assert len([p for p in house.homeserver.posted if p.relation.get("event_id") == board.event]) == 1


# --- status and assignment


@pytest.mark.parametrize(
    ("command", "status"), [("!close", "closed"), ("/pending", "pending"), ("//active", "active"), ("!spam", "spam")]
)
async def test_a_command_changes_the_status_and_is_marked(house: House, command: str, status: str) -> None:
    written = says(command, thread=card_of(house))
    await happens(house, written)
    assert card_says(house)["status"] == status
    marks = [p for p in house.homeserver.posted if p.type == "m.reaction"]
    assert [m.relation["event_id"] for m in marks] == [written.event]


async def test_a_command_outside_of_a_thread_takes_a_number(house: House) -> None:
    await happens(house, says("!close #1"))
    assert card_says(house)["status"] == "closed"


async def test_a_command_without_a_conversation_is_answered_with_an_example(house: House) -> None:
    await happens(house, says("!close"))
    assert card_says(house)["status"] == "active"
    assert "!close #" in answers_in(house)[-1]


async def test_a_number_that_does_not_exist_is_said(house: House) -> None:
    await happens(house, says("!close #99"))
    assert "#99" in answers_in(house)[-1]


async def test_what_could_not_be_decrypted_is_not_done_either_when_its_key_comes_after_all(house: House) -> None:
    written = says("!close", thread=card_of(house))
    unread = Undecryptable(ROOM, written.event, ALICE, "no_key", card_of(house), written.at)
    await happens(house, unread)
    assert answers_in(house), "it was told"
    await happens(house, written)
    assert card_says(house)["status"] == "active"


async def test_a_command_is_executed_once_even_if_it_is_seen_twice(house: House) -> None:
    once = says("!note x", thread=card_of(house))
    await happens(house, once, once)
    assert len([p for p in house.homeserver.posted if p.type == "m.reaction"]) == 1


async def test_assigning_to_a_colleague_tells_that_colleague(house: House) -> None:
    await happens(house, says("!assign Bob ", thread=card_of(house), mentions=(BOB,)))
    assert card_says(house)["assignee"] == BOB
    told = [p for p in house.homeserver.of_kind("notice") if p.content["m.mentions"] == {"user_ids": [BOB]}]
    assert len(told) == 1


async def test_a_name_that_nobody_in_the_room_has_is_not_assigned(house: House) -> None:
    await happens(house, says("!assign @carol", thread=card_of(house)))
    assert card_says(house)["assignee"] is None
    assert "@carol" in answers_in(house)[-1]


async def test_who_is_not_in_the_room_commands_nothing(house: House) -> None:
    await happens(house, says("!close", thread=card_of(house), sender="@eve:localhost"))  # type: ignore[arg-type]
    await happens(house, says("!close", thread=card_of(house), sender="@alice:evil.example"))  # type: ignore[arg-type]
    assert card_says(house)["status"] == "active"


async def test_plain_text_in_an_encrypted_room_is_no_command(house: House) -> None:
    await happens(house, says("!close", thread=card_of(house), encrypted=True, sealed=False))
    assert card_says(house)["status"] == "active"
    await happens(house, says("!close", thread=card_of(house), encrypted=True, sealed=True))
    assert card_says(house)["status"] == "closed"


@pytest.mark.parametrize(
    ("emoji", "key", "during", "after"),
    [
        ("✋", "assignee", ALICE, None),
        ("✅\ufe0f", "status", "closed", "active"),
        ("⏳", "status", "pending", "active"),
        ("🚫", "status", "spam", "active"),
    ],
)
async def test_a_reaction_works_and_its_removal_goes_back(
    house: House, emoji: str, key: str, during: object, after: object
) -> None:
    given = reacts(emoji, card_of(house))
    await happens(house, given)
    assert card_says(house)[key] == during
    await happens(house, redacts(given.event))
    assert card_says(house)[key] == after


async def test_the_meaning_ends_when_the_last_of_two_reactions_is_taken_away(house: House) -> None:
    first, second = reacts("✅", card_of(house)), reacts("✅", card_of(house), sender=BOB)
    await happens(house, first, second)
    await happens(house, redacts(first.event))
    assert card_says(house)["status"] == "closed"
    await happens(house, redacts(second.event, sender=BOB))
    assert card_says(house)["status"] == "active"


async def test_a_reaction_without_meaning_is_ignored(house: House) -> None:
    before = len(house.homeserver.posted)
    await happens(house, reacts("🎉", card_of(house)))
    assert len(house.homeserver.posted) == before


async def test_spam_goes_to_junk_and_back(house: House) -> None:
    await happens(house, says("!spam", thread=card_of(house)))
    assert [id_of(s.raw) for s in house.provider.folders["Junk"]] == ["m1@example.org"]
    await happens(house, says("!notspam", thread=card_of(house)))
    assert house.provider.folders["Junk"] == []
    assert [id_of(s.raw) for s in house.provider.folders["INBOX"]] == ["m1@example.org"]
    assert len(mails_in(house)) == 1


async def _three_mails(house: House) -> None:
    for number in (2, 3):
        house.provider.deliver(mail(id=f"m{number}@example.org", reply_to="m1@example.org", text=f"{number}"))
    await house.settle(NOW)


def _in(house: House, folder: str) -> list[str]:
    return sorted(id_of(s.raw) for s in house.provider.folders[folder])


async def test_spam_takes_all_mails_of_the_conversation_along(house: House) -> None:
    await _three_mails(house)
    await happens(house, reacts("🚫", card_of(house)))
    assert _in(house, "Junk") == ["m1@example.org", "m2@example.org", "m3@example.org"]
    assert _in(house, "INBOX") == []


@pytest.mark.parametrize("way", ["✅", "⏳", "!close", "!pending", "!active", "!notspam"])
async def test_whatever_ends_being_spam_comes_back_from_junk(house: House, way: str) -> None:
    await _three_mails(house)
    await happens(house, reacts("🚫", card_of(house)))
    ended = says(way, thread=card_of(house)) if way.startswith("!") else reacts(way, card_of(house))
    await happens(house, ended)
    assert card_says(house)["status"] != "spam"
    assert _in(house, "Junk") == []
    assert _in(house, "INBOX") == ["m1@example.org", "m2@example.org", "m3@example.org"]
    assert len(mails_in(house)) == 3


async def test_a_reaction_that_ended_spam_and_is_taken_away_makes_it_spam_again(house: House) -> None:
    closed = reacts("✅", card_of(house))
    await happens(house, reacts("🚫", card_of(house)), closed)
    await happens(house, redacts(closed.event))
    assert card_says(house)["status"] == "spam"
    assert _in(house, "Junk") == ["m1@example.org"]


async def test_a_follower_is_mentioned_when_the_correspondent_writes(house: House) -> None:
    await happens(house, reacts("👀", card_of(house), sender=BOB))
    house.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org", subject="Re: Question"))
    await house.settle(NOW)
    assert mails_in(house)[-1].content["m.mentions"] == {}
    (news,) = house.homeserver.of_kind("news")
    assert (news.content["msgtype"], news.content["m.mentions"]) == ("m.text", {"user_ids": [BOB]})


# --- the room


async def test_leaving_the_room_frees_what_one_had(house: House) -> None:
    from bot.domain.inputs.room import MemberChanged

    await happens(house, reacts("✋", card_of(house), sender=BOB))
    await happens(house, MemberChanged(ROOM, event_id(), BOB, "leave", "Bob", house.clock.now()))
    assert card_says(house)["assignee"] is None
    (told,) = house.homeserver.of_kind("answer")
    assert "#1 " in str(told.content["body"])
    # The number leads to the card, and nobody's telephone rings.
    assert f"/{card_of(house)}" in str(told.content["formatted_body"])
    assert told.content["m.mentions"] == {}
    assert told.content["msgtype"] == "m.notice"


@pytest.mark.parametrize("command", ["!list", "!list mine", "!show #1", "!history #1", "!help", "!help reply"])
async def test_questions_are_answered_where_they_are_asked(house: House, command: str) -> None:
    asked = says(command)
    await happens(house, asked)
    (answer,) = house.homeserver.of_kind("answer")
    assert answer.relation["m.in_reply_to"] == {"event_id": asked.event}
    assert answer.content["msgtype"] == "m.notice"


async def test_the_room_speaks_french_where_it_is_told_to(tmp_path: Path) -> None:

    french = replace(INSTANCE, mailboxes=(replace(INSTANCE.mailboxes[0], language="fr"),))
    house = House(tmp_path, instance=french)
    await house.open()
    house.provider.deliver(mail())
    await house.settle(NOW)
    assert any("À traiter" in str(p.content["body"]) for p in house.homeserver.of_kind("board"))
    await house.close()


async def test_what_sends_mail_is_refused_from_a_session_that_is_not_trusted(house: House) -> None:
    sealed = replace(
        says("!reply Bonjour", thread=card_of(house), encrypted=True, sealed=True), session_trust="unsigned_device"
    )
    await happens(house, sealed, seconds=SENT)
    assert house.provider.delivered == []
    assert len(answers_in(house)) == 1
    close = replace(says("!close", thread=card_of(house), encrypted=True, sealed=True), session_trust="unsigned_device")
    await happens(house, close)
    assert card_says(house)["status"] == "closed"


async def test_a_list_of_somebody_written_without_a_pill_is_theirs(house: House) -> None:
    await happens(house, says("!list @nobodyhere"))
    assert "Who is @nobodyhere?" in answers_in(house)[-1]
    await happens(house, says("!list @bob"))
    assert answers_in(house)[-1].startswith("0 conversations of ")


async def test_a_mistake_is_told_to_the_person_who_made_it(house: House) -> None:
    await happens(house, says("!resend", thread=card_of(house)))
    (told,) = house.homeserver.of_kind("answer")
    assert told.content["msgtype"] == "m.notice", "who has just written looks there"
    assert told.content["m.mentions"] == {"user_ids": [ALICE]}
