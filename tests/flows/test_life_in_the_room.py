"""What people see of the bot beside the mail: hints, the greeting, lists under their command, French words."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.commands.table import TABLE
from bot.domain.ids import RoomId
from bot.domain.inputs.room import Invited
from bot.domain.stories.timer import greeting_timer
from storage import timers
from tests.fakes.chat import ALICE, BOB, CONFIG, ROOM
from tests.fakes.house import INSTANCE, House
from tests.fakes.looking import NOW, SENT, card_of, card_says, happens, mails_in, outgoing
from tests.fakes.writing import mail, says


def hints(house: House) -> list[str]:
    return [str(p.content["body"]) for p in house.homeserver.of_kind("notice") if "stays among you." in str(p.content)]


async def test_plain_talk_is_explained_once_a_person_in_its_thread(house: House) -> None:
    talk = says("Dear Marie, of course.", thread=card_of(house))
    await happens(house, talk, says("And one more thing.", thread=card_of(house)))
    (hint,) = house.homeserver.of_kind("notice")
    assert hint.relation["event_id"] == card_of(house) and hint.relation["m.in_reply_to"] == {"event_id": talk.event}
    assert "📤" in str(hint.content["body"]) and "!reply" in str(hint.content["body"])
    assert hint.content["msgtype"] == "m.notice"
    await happens(house, says("I agree.", thread=card_of(house), sender=BOB))
    assert len(hints(house)) == 2
    assert house.provider.delivered == []


async def test_a_client_without_threads_is_told_too(house: House) -> None:
    await happens(house, says("Dear Marie, of course.", reply_to=mails_in(house)[0].event))
    await happens(house, says("Dear Marie, of course.", reply_to=card_of(house)))
    assert len(hints(house)) == 1


async def test_talk_in_the_main_timeline_and_commands_are_not_explained(house: House) -> None:
    await happens(house, says("Hello everybody"), says("!note for us", thread=card_of(house)))
    assert hints(house) == []


async def test_in_an_encrypted_room_the_hint_names_what_works_there(house: House) -> None:
    house.step.rooms.encrypted.add(ROOM)
    talk = replace(says("Dear Marie", thread=card_of(house), encrypted=True, sealed=True), session_trust="signed")
    await happens(house, talk)
    for hint in hints(house):
        assert "📤" not in hint and "!send" in hint


async def test_the_bot_says_once_what_it_is_where_it_enters(tmp_path: Path) -> None:
    house = House(tmp_path)
    await house.open()
    for _ in range(2):
        await house.keeper.enter(ROOM)
        await house.settle(NOW)
    (greeting,) = house.homeserver.of_kind("notice")
    body = str(greeting.content["body"])
    assert greeting.content["msgtype"] == "m.notice" and greeting.relation == {}
    assert len(body.split("\n")) == 2
    assert "contact@asso.example" in body and "!reply" in body and "!help" in body
    async with house.step.database.write() as tx:
        await timers.set(tx, greeting_timer(ROOM), house.clock.now())
    await house.settle(NOW)
    assert len(house.homeserver.of_kind("notice")) == 1
    await house.close()


async def test_an_admin_who_opens_a_direct_chat_is_told_what_it_is_good_for_and_about_emojis(tmp_path: Path) -> None:
    """Clients open one to compare emojis; what they asked before the bot came in it is never shown."""
    house, direct = House(tmp_path), RoomId("!direct:localhost")
    await house.open()
    house.homeserver.members[direct] = house.homeserver.members[CONFIG]
    await happens(house, Invited(direct, ALICE, house.clock.now()))
    for _ in range(2):
        await house.keeper.enter(direct)
        await house.settle(NOW)
    (told,) = [str(p.content["body"]) for p in house.homeserver.posted if p.room == direct]
    assert "leave after a day" in told and "cannot compare emojis" in told
    await house.close()


@pytest.mark.parametrize("command", ["!list", "!help", "!history #1", "!show #1", "!original #1"])
async def test_a_long_answer_stands_in_a_thread_under_its_command(house: House, command: str) -> None:
    card_of(house)
    asked = says(command)
    await happens(house, asked)
    (answer,) = [p for p in house.homeserver.posted if p.relation.get("event_id") == asked.event]
    assert answer.relation["rel_type"] == "m.thread"
    more = says("!list", thread=asked.event)
    await happens(house, more)
    under = [p for p in house.homeserver.posted if p.relation.get("event_id") == asked.event and not p.is_edit]
    assert len(under) == 2, "what is asked in that thread is answered there"


async def test_a_short_answer_stands_beside_its_command(house: House) -> None:
    asked = says("!help reply")
    await happens(house, asked)
    (answer,) = house.homeserver.of_kind("answer")
    assert answer.relation == {"m.in_reply_to": {"event_id": asked.event}}


async def test_a_mistake_in_such_a_thread_is_told_there(house: House) -> None:
    asked = says("!list")
    await happens(house, asked)
    await happens(house, says("!close", thread=asked.event))
    assert house.homeserver.of_kind("answer")[-1].relation["event_id"] == asked.event


async def test_a_list_has_pages_that_name_the_next(house: House) -> None:
    for number in range(2, 34):
        house.provider.deliver(mail(id=f"n{number}@example.org", subject=f"Question {number}"))
    await house.settle(NOW)
    await happens(house, says("!list unassigned"))
    first = str(house.homeserver.of_kind("answer")[-1].content["body"])
    assert len([line for line in first.split("\n") if line.startswith("#")]) == 30
    assert first.endswith("!list unassigned 2")
    await happens(house, says("!liste libres 2"))
    second = str(house.homeserver.of_kind("answer")[-1].content["body"])
    assert len([line for line in second.split("\n") if line.startswith("#")]) == 3
    assert "!list" not in second
    numbers = {line.split(" ")[0] for line in (first + "\n" + second).split("\n") if line.startswith("#")}
    assert len(numbers) == 33
    assert "Marie · Question" in second


async def test_a_french_room_is_told_the_french_words(tmp_path: Path) -> None:
    house = House(tmp_path, instance=replace(INSTANCE, mailboxes=(replace(INSTANCE.mailboxes[0], language="fr"),)))
    await house.open()
    assert await house.keeper.enter(ROOM)
    house.provider.deliver(mail())
    await house.settle(NOW)
    card = card_of(house)
    asked = [says(f"!liste {word}") for word in ("nimporte", "")] + [says("!aide"), says("!aide répondre")]
    await happens(house, says("Bien sûr.", thread=card), *asked, says("!répondre Bonjour", thread=card))
    said = [str(p.content["body"]) for p in house.homeserver.posted]
    # The page of one command names its English words as well.
    told = {name for text in said if "ussi" not in text for name in re.findall(r"(?<![\w/#])!([^\W\d_]+)", text)}
    assert {"répondre", "aide", "annuler", "liste"} <= told <= {row.name_in("fr").partition(" ")[0] for row in TABLE}
    await house.close()


async def test_french_words_do_what_the_english_ones_do(house: House) -> None:
    await happens(house, says("!attribuer moi", thread=card_of(house)))
    assert card_says(house)["assignee"] == ALICE
    await happens(house, says("!liste miennes"))
    assert "Question" in str(house.homeserver.of_kind("answer")[-1].content["body"])
    await happens(house, says("!Répondre Bonjour **Marie**", thread=card_of(house)), seconds=SENT)
    ((_, _, raw),) = house.provider.delivered
    assert len(outgoing(house)) == 1
    text = raw.split(b"Content-Type: text/html")[0]
    assert b"Bonjour Marie" in text and b"**" not in text
    await happens(house, says("!fermer", thread=card_of(house)))
    assert card_says(house)["status"] == "closed"
