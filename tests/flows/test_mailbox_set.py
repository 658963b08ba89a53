"""What an admin sets in the config room holds from the next input on, over a restart, and until it is taken back."""

import pytest

from bot.domain.inputs.said import TeamMessage
from tests.fakes.chat import ALICE, BOB, CONFIG, ROOM
from tests.fakes.house import House
from tests.fakes.looking import card_of, happens
from tests.fakes.passwords import secretly
from tests.fakes.upgrading import last, texts
from tests.fakes.writing import edits, redacts, says

ADDRESS = "contact@asso.example"


def tells(words: str, **more: object) -> TeamMessage:
    return says(words, room=CONFIG, sender=BOB if more.get("sender") == BOB else ALICE)


async def replied(house: House, words: str = "Bonjour") -> bytes:
    before = len(house.provider.delivered)
    await happens(house, says(f"!reply {words}", thread=card_of(house)), seconds=(0.0, 25.0, 16.0))
    assert len(house.provider.delivered) == before + 1
    return house.provider.delivered[-1][2]


async def test_a_signature_stands_under_the_next_answer_and_after_a_restart(house: House) -> None:
    await happens(house, tells(f"!mailbox set {ADDRESS} signature\n-- \nLes **Amis**, {{me}}"))
    assert "signature of contact@asso.example is now" in last(house)
    assert b"Les Amis, Alice" in (await replied(house)).replace(b"**", b"")
    await house.close()
    await house.open()
    assert b"Les Amis, Alice" in (await replied(house, "Encore")).replace(b"**", b"")
    await happens(house, tells(f"!boîte régler {ADDRESS} signature défaut"))
    assert b"Amis" not in await replied(house, "Sans")


async def test_all_settings_are_shown_with_where_they_come_from(house: House) -> None:
    await happens(house, tells("!mailbox set undo 0"), tells("!mailbox show"))
    shown = last(house)
    assert "undo" in shown and "0 seconds" in shown and "set here" in shown and "asso@asso.example" in shown
    await happens(house, tells("!mailbox set undo"))
    assert "undo: 0 seconds" in last(house)


async def test_four_eyes_hold_at_once(house: House) -> None:
    await happens(house, tells("!mailbox set approval yes"))
    await happens(house, says("!reply Bonjour", thread=card_of(house)), seconds=(0.0, 25.0, 16.0))
    assert house.provider.delivered == []


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (f"!mailbox set {ADDRESS} colour red", "There is no setting “colour”"),
        (f"!mailbox set {ADDRESS} undo soon", "whole number from 0 to 3600"),
        (f"!mailbox set {ADDRESS} undo default", "already what config.yaml says"),
        (f"!mailbox set {ADDRESS} name One\nTwo", "has one line only"),
        ("!mailbox set nobody@asso.example undo 3", "Which mailbox?"),
        (f"!mailbox set {ADDRESS}", "Settings of contact@asso.example"),
    ],
)
async def test_what_cannot_be_done_is_said_and_nothing_changes(house: House, words: str, told: str) -> None:
    before = house.step.settings.known
    await happens(house, tells(words))
    assert told in last(house)
    assert house.step.settings.known == before


async def test_only_who_runs_the_mailbox(house: House) -> None:
    before, posted = house.step.settings.known, len(texts(house))
    bobs = says("!mailbox set undo 3", sender=BOB)
    await happens(house, tells(f"!mailbox set {ADDRESS} undo 3", sender=BOB), bobs)
    assert house.step.settings.known == before
    assert len(texts(house)) == posted + 1 and "you need the right “edit”" in last(house)
    assert "you need the right “edit”" in last(house, ROOM)


async def test_an_edit_or_a_deletion_of_the_command_changes_nothing_more(house: House) -> None:
    one = tells(f"!mailbox set {ADDRESS} undo 3")
    await happens(house, one, one, edits(one.event, f"!mailbox set {ADDRESS} undo 5", room=CONFIG), redacts(one.event))
    assert house.step.settings.known.mailboxes[0].undo_seconds == 3


async def test_where_rooms_are_encrypted_a_command_in_clear_changes_nothing(house: House) -> None:
    house.homeserver.encrypted.add(CONFIG)
    words = f"!mailbox set {ADDRESS} bcc thief@far.example"
    await happens(house, says(words, room=CONFIG, encrypted=True))
    assert house.step.settings.known.mailboxes[0].auto_bcc == ""
    await happens(house, secretly(words))
    assert house.step.settings.known.mailboxes[0].auto_bcc == "thief@far.example"


async def test_it_is_shown_whether_the_mailbox_answers_by_itself(house: House) -> None:
    await happens(house, tells("!mailbox show"))
    assert "Automatic answer: off" in texts(house)[-1]
    await happens(house, says("!autoreply text Bonjour"), says("!autoreply on"), tells("!mailbox show"))
    assert "Automatic answer: on" in texts(house)[-1]
