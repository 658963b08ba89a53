"""A command for a whole list: through the whole flow on a real database."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from bot.domain.ids import EventId, MailboxId
from storage import members
from tests.fakes.chat import ALICE, BOB, CONFIG, ROOM
from tests.fakes.house import INSTANCE, MAILBOX, House
from tests.fakes.looking import NOW, answers_in, card_of, card_says, happens
from tests.fakes.writing import edits, mail, reacts, redacts, says
from tests.flows.test_database_put_back import copied, now, put_back

PRESS = replace(MAILBOX, id=MailboxId("presse@asso.example"), address="presse@asso.example", name="Presse", aliases=())


def question_in(house: House) -> EventId:
    return [e.event for e in house.homeserver.of_kind("receipt") if "would change" in str(e.content["body"])][-1]


async def test_check_mark_by_who_asked_closes_what_was_counted_and_deleting_the_command_opens_it(house: House) -> None:
    command = says("!close all")
    await happens(house, command)
    question = question_in(house)
    assert card_says(house)["status"] == "active"
    await happens(house, reacts("✅", question, sender=BOB))
    assert card_says(house)["status"] == "active", "nobody else's ✅ counts"
    once = reacts("✅", question, sender=ALICE)
    await happens(house, once, once)
    assert card_says(house)["status"] == "closed"
    assert sum("1 conversation changed" in one for one in answers_in(house)) == 1
    await happens(house, redacts(command.event), seconds=(0.0, 1.0))
    assert card_says(house)["status"] == "active"


async def test_a_command_that_is_deleted_before_the_answer_does_nothing(house: House) -> None:
    command = says("!close all", thread=card_of(house))
    await happens(house, command, redacts(command.event), says("!yes", thread=card_of(house)))
    assert card_says(house)["status"] == "active"


async def test_yes_in_the_thread_where_it_was_asked(house: House) -> None:
    await happens(house, says("!close all", thread=card_of(house)), says("!oui", thread=card_of(house)))
    assert card_says(house)["status"] == "closed"


async def test_no_drops_it_as_cancel_does(house: House) -> None:
    for word in ("!no", "!non"):
        await happens(house, says("!close all"), says(word), says("!yes"))
        assert "Dropped" in answers_in(house)[-2] and card_says(house)["status"] == "active"


async def more_mails(house: House, last: int) -> None:
    for number in range(2, last + 1):
        house.provider.deliver(mail(id=f"m{number}@example.org", sender=f"P{number} <p{number}@example.org>"))
    await house.settle(NOW)


def statuses(house: House, last: int) -> list[object]:
    return [card_says(house, number)["status"] for number in range(1, last + 1)]


async def test_somebody_elses_check_mark_is_told_and_their_yes_too(house: House) -> None:
    await happens(house, says("!close all"))
    await happens(house, reacts("✅", question_in(house), sender=BOB), says("!yes", sender=BOB))
    mark, word = answers_in(house)[-2:]
    assert "Only the person who gave the command" in mark and "Nothing waits" in word
    assert card_says(house)["status"] == "active"


async def test_a_command_that_is_edited_before_the_answer_does_nothing_and_says_so(house: House) -> None:
    command = says("!close all")
    await happens(house, command, edits(command.event, "!close tag:none"))
    assert "reads differently" in answers_in(house)[-1]
    await happens(house, reacts("✅", question_in(house)), says("!yes"))
    assert card_says(house)["status"] == "active"
    again = says("!close all")
    await happens(house, again, says("!yes"), edits(again.event, "!close tag:none"))
    assert card_says(house)["status"] == "closed", "what is done stays done"
    assert "changed" in answers_in(house)[-1]


async def test_two_questions_at_once_are_answered_each_by_itself(house: House) -> None:
    await more_mails(house, 3)
    await happens(house, says("!tag a #2"), says("!close all"))
    first = question_in(house)
    await happens(house, says("!assign @bob tag:a"))
    await happens(house, says("!yes"))
    assert statuses(house, 3) == ["active"] * 3 and card_says(house, 2)["assignee"] == BOB
    await happens(house, reacts("✅", first))
    assert statuses(house, 3) == ["closed", "active", "closed"], "what the other one changed is left out"
    assert "left out" in answers_in(house)[-1] and "#2" in answers_in(house)[-1]


async def test_a_mail_that_came_meanwhile_keeps_its_conversation_open(house: House) -> None:
    await more_mails(house, 2)
    await happens(house, says("!fermer toutes"))
    house.provider.deliver(mail(id="n@example.org", reply_to="m1@example.org"))
    await house.settle(NOW)
    await happens(house, says("!oui"))
    assert statuses(house, 2) == ["active", "closed"]


async def test_a_question_lasts_over_a_restart_and_its_undoing_too(house: House) -> None:
    await more_mails(house, 3)
    command = says("!close all")
    await happens(house, command)
    await house.close()
    await house.open()
    await happens(house, reacts("✅", question_in(house)), seconds=(0.0,))
    assert statuses(house, 3) == ["closed"] * 3
    await house.close()
    await house.open()
    await happens(house, redacts(command.event), seconds=(0.0, 1.0))
    assert statuses(house, 3) == ["active"] * 3


async def test_deleting_the_command_takes_back_only_what_nobody_changed_since(house: House) -> None:
    await more_mails(house, 3)
    command = says("!close all", thread=card_of(house))
    await happens(house, command, says("!yes", thread=card_of(house)), seconds=(0.0,))
    await happens(house, says("!pending #2", sender=BOB), redacts(command.event), seconds=(0.0, 1.0))
    assert statuses(house, 3) == ["active", "pending", "active"]


async def test_spam_of_a_whole_list_moves_the_mails_and_deleting_it_brings_them_back(house: House) -> None:
    await more_mails(house, 3)
    command = says("!spam all")
    await happens(house, command, says("!yes"), seconds=(0.0, 1.0))
    assert statuses(house, 3) == ["spam"] * 3
    assert len(house.provider.folders["Junk"]) == 3
    await happens(house, redacts(command.event), seconds=(0.0, 1.0))
    assert statuses(house, 3) == ["active"] * 3
    assert len(house.provider.folders["Junk"]) == 0


async def test_in_an_encrypted_room_only_words_answer(house: House) -> None:
    await happens(house, says("!close all", encrypted=True, sealed=True))
    question = question_in(house)
    await happens(house, reacts("✅", question, encrypted=True), says("!yes", encrypted=True))
    assert card_says(house)["status"] == "active"
    await happens(house, says("!yes", encrypted=True, sealed=True))
    assert card_says(house)["status"] == "closed"


async def test_who_left_the_room_confirms_nothing(house: House) -> None:
    await happens(house, says("!close all"))
    async with house.step.database.write() as tx:
        await members.set(tx, ROOM, ALICE, False, "Alice")
    await happens(house, reacts("✅", question_in(house)), says("!yes"))
    assert card_says(house)["status"] == "active"


async def test_who_is_given_many_is_rung_once(house: House) -> None:
    await more_mails(house, 4)
    before = len(house.homeserver.posted)
    await happens(house, says("!assign @bob all"), says("!yes"))
    rung = [
        one
        for one in house.homeserver.posted[before:]
        if not one.is_edit and BOB in str(one.content.get("m.mentions", "")) and one.ours.get("kind") == "notice"
    ]
    assert len(rung) == 1 and "4 conversations" in str(rung[0].content["body"])


async def test_a_restored_database_does_nothing_again_and_asks_about_nothing(house: House) -> None:
    await more_mails(house, 2)
    await now(house, says("!close all"))
    await copied(house)
    await now(house, reacts("✅", question_in(house)))
    assert statuses(house, 2) == ["closed"] * 2
    await now(house, says("!active #2"))
    await put_back(house)
    assert statuses(house, 2) == ["closed", "active"]
    await now(house, reacts("✅", question_in(house)), says("!yes"))
    assert statuses(house, 2) == ["closed", "active"], "both changed since they were counted"


async def test_numbers_are_read_with_the_marks_that_people_put_around_them(house: House) -> None:
    await more_mails(house, 4)
    await happens(house, says("!close #2, (#3).", thread=card_of(house)))
    assert statuses(house, 4) == ["active", "closed", "closed", "active"]
    await happens(house, says("!close #2,#4", thread=card_of(house)))
    assert "Which conversation?" in answers_in(house)[-1] and statuses(house, 4)[0] == "active"
    await happens(house, says("!reply #4: Bonjour", thread=card_of(house)), seconds=(0.0, 25.0))
    assert [to for _, to, _ in house.provider.delivered] in ([], [("p4@example.org",)]), "never to that of the thread"


@pytest_asyncio.fixture
async def shared(tmp_path: Path) -> AsyncIterator[House]:
    """#1 is of the first mailbox, #2 of a second one in the same room."""
    one = House(tmp_path, instance=replace(INSTANCE, mailboxes=(MAILBOX, PRESS)))
    await one.open()
    one.provider.deliver(mail())
    await more_mails(one, 2)
    await happens(one, says("!move presse #2"))
    yield one
    await one.close()


NOTES_ONLY = f"!grant @bob notes {PRESS.address}"


async def test_who_may_write_notes_only_in_one_mailbox_of_the_room_gives_it_for_the_other(shared: House) -> None:
    await happens(shared, says(NOTES_ONLY, room=CONFIG))
    await happens(shared, says("!close all", sender=BOB), says("!yes", sender=BOB))
    assert statuses(shared, 2) == ["closed", "active"]
    await happens(shared, says("!close", sender=BOB, thread=card_of(shared, 2)))
    assert "notes only" in answers_in(shared)[-1]


async def test_words_that_name_no_list_give_no_right_in_the_other_mailbox(shared: House) -> None:
    await happens(shared, says(NOTES_ONLY, room=CONFIG))
    await happens(shared, says("!close please", sender=BOB, thread=card_of(shared, 2)), says("!close #2", sender=BOB))
    assert statuses(shared, 2) == ["active", "active"]


async def test_a_right_that_was_taken_before_the_yes_is_named_as_the_reason(shared: House) -> None:
    await happens(shared, says("!close all", sender=BOB), says(NOTES_ONLY, room=CONFIG), says("!yes", sender=BOB))
    assert statuses(shared, 2) == ["closed", "active"]
    assert "1 was left out, because you may not do this in its mailbox any more: #2" in answers_in(shared)[-1]


@pytest.mark.parametrize("command", ["!close all", "!assign me all", "!delete all"])
@pytest.mark.parametrize("yes", ["mark", "word"])
async def test_one_given_in_the_thread_of_one_of_them_rings_whom_it_concerns_once(
    house: House, command: str, yes: str
) -> None:
    await happens(house, reacts("✋", card_of(house), sender=BOB))
    before = len(house.homeserver.posted)
    await happens(house, says(command, thread=card_of(house)))
    await happens(house, reacts("✅", question_in(house)) if yes == "mark" else says("!yes", thread=card_of(house)))
    assert card_says(house)["status"] != "active" or card_says(house)["assignee"] == ALICE
    posted = house.homeserver.posted[before:]
    assert len([one for one in posted if BOB in str(one.content.get("m.mentions")) and not one.is_edit]) == 1
