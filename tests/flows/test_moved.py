"""In an encrypted room, what a homeserver could have taken elsewhere does nothing there, and its author is told."""

from dataclasses import replace

import pytest

from bot.domain.ids import EventId
from bot.domain.inputs.said import MOVED, MessageEdited, TeamMessage
from tests.fakes.house import House
from tests.fakes.looking import SENT, answers_in, card_of, card_says, happens, reply_state
from tests.fakes.writing import edits, posts, says

WHY = "encryption"


def told(body: str, house: House, *, reply_to: EventId | None = None) -> TeamMessage:
    """As its author wrote it: signed and encrypted."""
    return says(body, thread=card_of(house), reply_to=reply_to, encrypted=True, sealed=True)


def moved(message: TeamMessage) -> TeamMessage:
    return replace(message, session_trust=MOVED)


def sealed(edit: MessageEdited, *, trust: str = "") -> MessageEdited:
    return replace(edit, room_encrypted=True, was_encrypted=True, session_trust=trust)


@pytest.mark.parametrize("body", ["!reply To another", "!close", "!note between us", "!list", "!nothing"])
async def test_no_command_counts_that_was_moved(house: House, body: str) -> None:
    await happens(house, moved(told(body, house)), seconds=SENT)
    assert house.provider.delivered == []
    assert card_says(house)["status"] == "active"
    (answer,) = answers_in(house)
    assert WHY in answer


async def test_words_that_a_send_was_pointed_at_stay_inside_the_house(house: House) -> None:
    talk = told("She is difficult", house)
    await happens(house, talk, moved(told("!send", house, reply_to=talk.event)), seconds=SENT)
    assert house.provider.delivered == []
    assert WHY in answers_in(house)[-1]


async def test_words_that_were_moved_into_a_thread_are_not_sent_from_there(house: House) -> None:
    talk = moved(told("For somebody else", house))
    await happens(house, talk, told("!send", house, reply_to=talk.event), seconds=SENT)
    assert house.provider.delivered == []
    assert len(answers_in(house)) == 1


async def test_an_edit_that_was_moved_leaves_the_mail_as_it_was_and_says_so(house: House) -> None:
    written = told("!reply Good day", house)
    house.homeserver.happens(written)
    await house.settle((0.0,))
    edit = sealed(edits(written.event, "!reply For somebody else"), trust=MOVED)
    await happens(house, edit, seconds=SENT)
    ((_, _, raw),) = house.provider.delivered
    assert b"Good day" in raw
    assert reply_state(house) == "sent"
    (answer,) = answers_in(house)
    assert WHY in answer and "!undo" in answer


async def test_an_edit_where_its_author_made_it_changes_the_mail(house: House) -> None:
    written = told("!reply Good day", house)
    house.homeserver.happens(written)
    await house.settle((0.0,))
    await happens(house, sealed(edits(written.event, "!reply Good evening")), seconds=SENT)
    ((_, _, raw),) = house.provider.delivered
    assert b"Good evening" in raw


async def test_a_file_that_was_moved_is_not_attached(house: House) -> None:
    house.homeserver.files["mxc://localhost/plan.pdf"] = b"x"
    plan = moved(posts("plan.pdf", 1, thread=card_of(house), encrypted=True))
    captioned = moved(posts("plan.pdf", 1, thread=card_of(house), encrypted=True, caption="!reply Here"))
    await happens(house, plan, told("!attach", house), captioned, seconds=SENT)
    assert house.provider.delivered == []
    assert not any("plan.pdf" in answer for answer in answers_in(house))
    assert WHY in answers_in(house)[-1]
