"""Ways through the whole house: the line of a mail that was begun elsewhere takes what it offers, where it stands."""

from dataclasses import replace

import pytest

from bot.domain.ids import EventId, UserId
from tests.fakes.chat import ALICE, BOB
from tests.fakes.house import INSTANCE, MAILBOX, House
from tests.fakes.looking import SENT, answers_in, card_of, reply_state
from tests.fakes.writing import reacts, redacts, says
from tests.flows.test_database_put_back import now

FIRST = '!new paul@example.org "Votre inscription"\nBonjour'
PASSED = "!forward paul@example.org Voici"


async def with_four_eyes(house: House) -> None:
    await house.close()
    house.instance = replace(INSTANCE, mailboxes=(replace(MAILBOX, approval=True),))
    await house.open()


def line_of(house: House) -> EventId:
    """The line beside the command that was given last."""
    return next(p.event for p in reversed(house.homeserver.of_kind("receipt")) if not p.is_edit)


def says_line(house: House) -> str:
    return str(house.homeserver.current(line_of(house)).get("body"))


async def given(house: House, words: str) -> EventId | None:
    """The thread in which they were given; None for the main timeline."""
    thread = card_of(house) if words == PASSED else None
    await now(house, says(words, thread=thread, sender=BOB))
    return thread


@pytest.mark.parametrize("words", [FIRST, PASSED])
@pytest.mark.parametrize("by", [ALICE, BOB])
async def test_a_cross_on_its_line_takes_it_back(house: House, words: str, by: UserId) -> None:
    await given(house, words)
    await now(house, reacts("❌", line_of(house), sender=by), seconds=SENT)
    assert house.provider.delivered == [] and reply_state(house) == "cancelled"


@pytest.mark.parametrize("words", [FIRST, PASSED])
async def test_a_thumb_of_a_colleague_on_its_line_approves_it(house: House, words: str) -> None:
    await with_four_eyes(house)
    await given(house, words)
    assert "👍 on this message or !approve as a reply to it. !undo #2" in says_line(house)
    await now(house, reacts("👍", line_of(house), sender=BOB), seconds=SENT)
    assert house.provider.delivered == [] and "somebody else approves it" in answers_in(house)[-1]
    await now(house, reacts("👍", line_of(house)), seconds=SENT)
    assert len(house.provider.delivered) == 1


async def test_a_thumb_that_is_taken_away_approves_no_more(house: House) -> None:
    await with_four_eyes(house)
    await given(house, PASSED)
    thumb = reacts("👍", line_of(house))
    await now(house, thumb)
    assert reply_state(house) == "queued"
    await now(house, redacts(thumb.event), seconds=SENT)
    assert house.provider.delivered == [] and reply_state(house) == "unapproved"


@pytest.mark.parametrize("words", [FIRST, PASSED])
@pytest.mark.parametrize("command", ["!approve", "!undo"])
async def test_a_command_as_a_reply_to_its_line_is_about_it(house: House, words: str, command: str) -> None:
    await with_four_eyes(house)
    thread = await given(house, words)
    await now(house, says(command, thread=thread, reply_to=line_of(house)), seconds=SENT)
    assert len(house.provider.delivered) == (command == "!approve")
    assert reply_state(house) == ("sent" if command == "!approve" else "cancelled")


@pytest.mark.parametrize("command", ["!approve", "!undo"])
async def test_a_bare_command_in_the_thread_where_it_was_given_is_about_it(house: House, command: str) -> None:
    await with_four_eyes(house)
    thread = await given(house, PASSED)
    await now(house, says(command, thread=thread), seconds=SENT)
    assert len(house.provider.delivered) == (command == "!approve")
    assert reply_state(house) == ("sent" if command == "!approve" else "cancelled")


async def test_a_colleague_who_takes_it_back_there_is_named_to_its_writer_as_of_an_answer(house: House) -> None:
    thread = await given(house, PASSED)
    await now(house, says("!undo", thread=thread), seconds=SENT)
    assert house.provider.delivered == []
    told = [
        p for p in house.homeserver.of_kind("receipt") if "Alice took your answer back" in str(p.content.get("body"))
    ]
    assert [p.content["m.mentions"] for p in told] == [{"user_ids": [BOB]}]


async def test_a_bare_command_means_what_was_written_last_there(house: House) -> None:
    thread = await given(house, PASSED)
    house.clock.forward(1.0)
    await now(house, says("!reply Bonjour Marie", thread=thread, sender=BOB))
    await now(house, says("!undo", thread=thread, sender=BOB), seconds=SENT)
    ((_, to, _),) = house.provider.delivered
    assert to == ("paul@example.org",)


async def test_a_held_one_leaves_by_send_as_a_reply_to_what_is_said_of_it(house: House) -> None:
    thread = card_of(house)
    await now(house, says("!forward paul@example.org Lancez : git commit --all", thread=thread), seconds=SENT)
    assert house.provider.delivered == [] and reply_state(house) == "held"
    assert "!send as a reply to this message" in says_line(house)
    await now(house, says("!send", thread=thread, reply_to=line_of(house)), seconds=SENT)
    assert len(house.provider.delivered) == 1


@pytest.mark.parametrize("emoji", ["👍", "❌"])
async def test_what_has_left_takes_no_more_than_its_own_line_does(house: House, emoji: str) -> None:
    await given(house, PASSED)
    await house.settle(SENT)
    said = len(answers_in(house))
    await now(house, reacts(emoji, line_of(house)), seconds=SENT)
    assert len(house.provider.delivered) == 1 and len(answers_in(house)) == said + (emoji == "❌")


@pytest.mark.parametrize("by", [ALICE, BOB])
async def test_a_bare_undo_means_the_answer_that_leaves_in_a_moment_and_no_time_to_come(
    house: House, by: UserId
) -> None:
    thread = card_of(house)
    await now(house, says("!reply Bonjour Marie", thread=thread), seconds=(0.0, 1.0))
    later = says('!forward --at "friday 9:00" paul@example.org Voici', thread=thread, sender=by)
    await now(house, later, seconds=(0.0, 1.0))
    await now(house, says("!undo", thread=thread), seconds=SENT)
    assert house.provider.delivered == []
    assert len(house.homeserver.of_kind("mail")) == 3 and "friday" not in answers_in(house)[-1]
    house.clock.forward(7 * 86_400.0)
    await house.settle(SENT)
    ((_, to, _),) = house.provider.delivered
    assert to == ("paul@example.org",)


async def test_a_bare_undo_means_what_one_began_last(house: House) -> None:
    thread = card_of(house)
    await now(house, says("!reply Bonjour Marie", thread=thread), seconds=(0.0, 1.0))
    await now(house, says(PASSED, thread=thread), seconds=(0.0, 1.0))
    await now(house, says("!undo", thread=thread), seconds=SENT)
    ((_, to, _),) = house.provider.delivered
    assert to == ("marie@example.org",)


@pytest.mark.parametrize("by", [ALICE, BOB])
async def test_a_bare_approve_means_the_answer_before_what_was_begun_there(house: House, by: UserId) -> None:
    await with_four_eyes(house)
    thread = card_of(house)
    await now(house, says("!reply Bonjour Marie", thread=thread, sender=BOB))
    await now(house, says(PASSED, thread=thread, sender=by))
    await now(house, says("!approve", thread=thread), seconds=SENT)
    ((_, to, _),) = house.provider.delivered
    assert to == ("marie@example.org",)
