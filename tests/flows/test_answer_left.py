"""Whoever left the room hears that their answer by mail went to nobody: in their direct chat, else by mail."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from bot.domain.ids import MailboxId, RoomId
from bot.domain.outcomes import TryLater
from bot.ports import Member
from tests.fakes.chat import ALICE, BOB, BOT
from tests.fakes.direct import goes, invites, said_in
from tests.fakes.house import INSTANCE, MAILBOX, House
from tests.fakes.looking import NOW, card_of, happens
from tests.fakes.writing import says
from tests.flows.test_answer_by_mail import answer, comes, left, opened, shown, ticket

LONG = (0.0, 30.0, 120.0, 3600.0)
WINDOW = (0.0, 2.0)
OTHER = replace(MAILBOX, id=MailboxId("other"), address="paie@asso.example", room=RoomId("!other:localhost"))


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """Alice is in the rooms of two mailboxes."""
    made = House(tmp_path, instance=replace(INSTANCE, mailboxes=(MAILBOX, OTHER)))
    made.homeserver.members[OTHER.room] = (Member(ALICE, "Alice"), Member(BOT, "Postroom"))
    await opened(made)
    yield made
    await made.close()


def told(house: House, address: str = "alice@home.example") -> list[str]:
    """What a member got by mail."""
    found = [raw for _, to, raw in house.provider.delivered if to == (address,)]
    read = (message_from_bytes(raw, policy=policy.default) for raw in found)
    bodies = [one.get_body(("plain",)) for one in read if isinstance(one, EmailMessage)]
    return [one.get_content() for one in bodies if isinstance(one, EmailMessage)]


@pytest.mark.parametrize("words", ["Oui Marie, venez lundi.", "note: elle a payé", "close"])
async def test_who_left_is_told_in_their_direct_chat_with_their_words(house: House, words: str) -> None:
    before = ticket(house)
    await invites(house, by=ALICE)
    await happens(house, goes(house, ALICE), seconds=NOW)
    raw = answer(house, words, to=before)
    await comes(house, raw, seconds=LONG)
    await comes(house, raw, seconds=LONG, folder="Junk")
    (here,) = [one for one in said_in(house) if words in one]
    assert "went to nobody" in here and "not in the room of #1 any more" in here
    assert left(house) == [] and told(house) == []
    assert any(words in one and "Nothing left" in one for one in shown(house)), "the team reads it as before"


async def test_without_a_chat_it_is_told_at_the_own_address_once_a_day_and_nothing_else_is(house: House) -> None:
    before = ticket(house)
    await happens(house, goes(house, ALICE), seconds=NOW)
    for number in range(2):
        raw = answer(house, f"Oui Marie, venez lundi {number}.", to=before, id=f"l{number}@home.example")
        await comes(house, raw, seconds=LONG)
    (mailed,) = told(house)
    said = " ".join(mailed.split())
    assert "went to nobody" in said and "Oui Marie, venez lundi 0." in said and "once a day" in said
    assert "marie@example.org" not in said and "matrix.to" not in said, "nothing of the conversation"
    house.clock.at += timedelta(days=1)
    await comes(house, answer(house, "Encore", to=before, id="l9@home.example"), seconds=LONG)
    assert len(told(house)) == 2 and left(house) == []


async def test_whose_chat_ended_as_they_left_is_told_at_the_own_address_too(house: House) -> None:
    before = ticket(house, BOB)
    await invites(house, by=BOB)
    await happens(house, goes(house, BOB), seconds=NOW)
    words, his = "Oui Marie, venez lundi.", "Bob <bob@home.example>"
    await comes(house, answer(house, words, to=before, sender=his), seconds=LONG)
    (mailed,) = told(house, "bob@home.example")
    assert words in mailed and left(house) == [] and not any(words in one for one in said_in(house))


async def test_what_nobody_has_proven_is_told_to_nobody_who_left(house: House) -> None:
    before = ticket(house)
    await invites(house, by=ALICE)
    await happens(house, goes(house, ALICE), seconds=NOW)
    await comes(house, answer(house, "evil", to=before, headers=()), seconds=LONG)
    assert told(house) == [] and not any("evil" in one for one in said_in(house))


@pytest.mark.parametrize("has_chat", [True, False])
@pytest.mark.parametrize("words", ["Oui Marie, venez lundi.", "close\n\nOui Marie, venez lundi."])
async def test_who_leaves_in_the_undo_window_is_told(house: House, words: str, *, has_chat: bool) -> None:
    before = ticket(house)
    if has_chat:
        await invites(house, by=ALICE)
    await comes(house, answer(house, words, to=before), seconds=WINDOW)
    await happens(house, goes(house, ALICE), seconds=LONG)
    found = [one for one in said_in(house) if "Oui Marie" in one] if has_chat else told(house)
    assert len(found) == 1 and "went to nobody" in " ".join(found[0].split())
    assert left(house) == [] and len(told(house)) == (0 if has_chat else 1)


async def test_who_leaves_before_the_words_stand_in_the_thread_is_told(house: House) -> None:
    before = ticket(house)
    await invites(house, by=ALICE)
    house.homeserver.refuse = [TryLater("M_LIMIT_EXCEEDED", after=120.0)]
    await comes(house, answer(house, "Oui Marie, venez lundi.", to=before), seconds=WINDOW)
    await happens(house, goes(house, ALICE), seconds=LONG)
    (here,) = [one for one in said_in(house) if "Oui Marie" in one]
    assert "went to nobody" in here and left(house) == []


async def test_who_takes_it_back_and_leaves_is_told_nothing(house: House) -> None:
    before = ticket(house)
    await invites(house, by=ALICE)
    await comes(house, answer(house, "Oui Marie, venez lundi.", to=before), seconds=WINDOW)
    await happens(house, says("!undo", thread=card_of(house), sender=ALICE), seconds=NOW)
    await happens(house, goes(house, ALICE), seconds=LONG)
    assert not any("Oui Marie" in one for one in said_in(house)) and told(house) == []


async def test_who_left_is_told_in_french(tmp_path: Path) -> None:
    boxes = tuple(replace(one, language="fr") for one in (MAILBOX, OTHER))
    house = House(tmp_path, instance=replace(INSTANCE, language="fr", mailboxes=boxes))
    house.homeserver.members[OTHER.room] = (Member(ALICE, "Alice"), Member(BOB, "Bob"), Member(BOT, "Postroom"))
    await opened(house)
    before = ticket(house)
    await happens(house, goes(house, ALICE), seconds=NOW)
    await comes(house, answer(house, "Oui Marie, venez lundi.", to=before), seconds=LONG)
    (mailed,) = told(house)
    assert "n’est allé à personne\u00a0: vous n’êtes plus dans le salon de #1" in " ".join(mailed.split(" \n"))
    await house.close()
