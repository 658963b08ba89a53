"""Ways through the whole house: a message that is edited into a command runs nothing, and its writer hears so once."""

import pytest

from tests.fakes.chat import ALICE, BOB, CONFIG
from tests.fakes.house import House
from tests.fakes.looking import SENT, answers_in, card_of, card_says, happens
from tests.fakes.writing import edits, redacts, says

TOLD = "An edit runs no command"


def told(house: House) -> int:
    return len([one for one in answers_in(house) if TOLD in one])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("reply Bonjour", "!reply Bonjour"),
        ("!repl Bonjour", "!reply Bonjour"),
        ("!reply", "!reply Bonjour"),
        (" !reply Bonjour", "!reply Bonjour"),
        ("!reply --foo Bonjour", "!reply Bonjour"),
        ("!snooze lundi bientôt", "!snooze lundi 8h"),
        ("!forward zoe@x.example, lea@x.example A", "!forward lea@x.example A"),
        ("!note secret", "!reply secret"),
        ("!close #9", "!close #1"),
        ("!tag urgnt", "!tag urgent"),
        ("papotage", "!draft Bonjour"),
        ("papotage", "!repl Bonjour"),
    ],
)
@pytest.mark.parametrize("in_thread", [True, False])
async def test_an_edit_into_a_command_runs_nothing_and_says_so_once(
    house: House, before: str, after: str, in_thread: bool
) -> None:
    written = says(before, thread=card_of(house) if in_thread else None)
    await happens(house, written)
    card, said = card_says(house), len(answers_in(house))
    await happens(house, edits(written.event, after), edits(written.event, after + " encore"), seconds=SENT)
    assert not house.provider.delivered
    assert (told(house), len(answers_in(house))) == (1, said + 1)
    assert card_says(house) == card


async def test_of_each_message_it_is_said_anew(house: House) -> None:
    for text in ("un", "deux"):
        written = says(text, thread=card_of(house))
        await happens(house, written, edits(written.event, "!close"))
    assert told(house) == 2


async def test_a_first_mail_that_was_put_right_by_an_edit_is_told_where_it_stands(house: House) -> None:
    written = says("!new zoe@x.example Sujet\nBonjour")
    await happens(house, written, edits(written.event, '!new zoe@x.example "Sujet"\nBonjour'), seconds=SENT)
    assert told(house) == 1 and not house.provider.delivered


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("!reply Bonjour", "!reply Bonsoir"),
        ("!draft Bonjour", "!draft Bonsoir"),
        ("!note un", "!note deux"),
        ("un", "deux"),
        ("un", "!note deux"),
    ],
)
async def test_an_edit_that_does_something_or_is_talk_is_answered_as_before(
    house: House, before: str, after: str
) -> None:
    written = says(before, thread=card_of(house))
    await happens(house, written, edits(written.event, after), seconds=SENT)
    assert told(house) == 0


async def test_the_edit_of_somebody_else_s_message_and_of_a_deleted_one_is_told_to_nobody(house: House) -> None:
    written = says("un", thread=card_of(house), sender=BOB)
    await happens(house, written, edits(written.event, "!close", sender=ALICE))
    assert told(house) == 0


async def test_in_the_config_room_it_is_said_as_well(house: House) -> None:
    written = says("! help", room=CONFIG)
    await happens(house, written, edits(written.event, "!help", room=CONFIG))
    assert any(TOLD in str(one.content.get("body")) and one.room == CONFIG for one in house.homeserver.posted)


async def test_an_edit_of_a_draft_with_an_option_in_it_is_told_and_mailed_to_nobody(house: House) -> None:
    thread = card_of(house)
    written = says("!draft Bonjour", thread=thread)
    await happens(house, written, edits(written.event, "!draft Bonjour --only"))
    assert "!send asks before it is mailed" in answers_in(house)[-1]
    await happens(house, says("!send", thread=thread), redacts(written.event), seconds=SENT)
    assert not house.provider.delivered
