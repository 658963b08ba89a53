"""What is given on a mail that was split off, or merged: it is about that mail, or its place is told."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.ids import EventId
from tests.fakes.house import INSTANCE, MAILBOX, House
from tests.fakes.looking import NOW, SENT, answers_in, card_of, card_says, happens, mails_in, outgoing
from tests.fakes.mail import id_of
from tests.fakes.writing import bounce, mail, reacts, reads, says

EVE = "Eve <eve@else.example>"


async def split_off(house: House) -> EventId:
    """Eve's mail in #1, which became #2; where it stands in the old thread."""
    house.provider.deliver(mail(id="e1@else.example", sender=EVE, reply_to="m1@example.org", text="Eve was here"))
    await house.settle(NOW)
    event = mails_in(house)[-1].event
    await read(house)
    await happens(house, reacts("✂️", event))
    assert card_says(house, 2)["status"] == "active"
    return event


async def read(house: House) -> None:
    for one in mails_in(house):
        house.homeserver.happens(reads(one.event))
    await house.settle((1.0,))


@pytest.mark.parametrize(
    "words",
    [
        "!forward zoe@else.example Here is Eve",
        "!forward #1 zoe@else.example Here is Eve",
        "!reply Hello Eve",
        "!draft Hello Eve",
        "!spam",
        "!close",
        "!split",
        "!note about Eve",
        "!merge #1",
    ],
)
async def test_in_the_old_thread_as_a_reply_to_it_a_command_says_where_it_is(house: House, words: str) -> None:
    event = await split_off(house)
    before = [dict(card_says(house, n)) for n in (1, 2)]
    await happens(house, says(words, thread=card_of(house, 1), reply_to=event), seconds=SENT)
    assert "in #2 by now" in answers_in(house)[-1]
    assert [dict(card_says(house, n)) for n in (1, 2)] == before
    assert not house.provider.delivered and not outgoing(house)


@pytest.mark.parametrize("emoji", ["✅", "🚫", "✋", "✂️"])
async def test_a_reaction_on_it_there_says_where_it_is(house: House, emoji: str) -> None:
    event = await split_off(house)
    before = [dict(card_says(house, n)) for n in (1, 2)]
    await happens(house, reacts(emoji, event))
    assert "in #2 by now" in answers_in(house)[-1]
    assert [dict(card_says(house, n)) for n in (1, 2)] == before


async def test_in_french_too(tmp_path: Path) -> None:
    french = House(tmp_path, instance=replace(INSTANCE, mailboxes=(replace(MAILBOX, language="fr"),)))
    await french.open()
    french.provider.deliver(mail())
    await french.settle(NOW)
    event = await split_off(french)
    await happens(french, says("!répondre Bonjour", thread=card_of(french, 1), reply_to=event), seconds=SENT)
    assert "maintenant dans #2, rien n’a été fait" in answers_in(french)[-1]
    await french.close()


async def test_what_names_its_conversation_now_is_done(house: House) -> None:
    event = await split_off(house)
    await happens(house, says("!close #2", thread=card_of(house, 1), reply_to=event))
    assert [card_says(house, n)["status"] for n in (1, 2)] == ["active", "closed"]


async def test_in_the_main_timeline_a_reply_to_it_is_about_where_it_is(house: House) -> None:
    event = await split_off(house)
    await happens(house, says("!forward zoe@else.example Here is Eve", reply_to=event), seconds=SENT)
    ((_, to, raw),) = house.provider.delivered
    assert list(to) == ["zoe@else.example"] and b"Eve was here" in raw
    await happens(house, says("!reply Hello Eve", reply_to=event), seconds=SENT)
    assert list(house.provider.delivered[-1][1]) == ["eve@else.example"]
    await happens(house, says("!spam", reply_to=event))
    assert [card_says(house, n)["status"] for n in (1, 2)] == ["active", "spam"]


async def test_a_mail_that_was_merged_into_the_thread_is_the_one_that_is_passed_on(house: House) -> None:
    house.provider.deliver(mail(id="p1@example.org", sender="Paul <paul@example.org>", subject="Else", text="Of Paul"))
    await house.settle(NOW)
    await read(house)
    of_marie = mails_in(house)[0].event
    await happens(house, says("!merge #1 #2"))
    await happens(
        house, says("!forward zoe@else.example See", thread=card_of(house, 2), reply_to=of_marie), seconds=SENT
    )
    assert b"Of Paul" not in house.provider.delivered[-1][2]
    await happens(house, says("!reply Hello", thread=card_of(house, 2), reply_to=of_marie), seconds=SENT)
    assert len(house.provider.delivered) == 2
    await happens(house, says("!forward zoe@else.example See", thread=card_of(house, 1), reply_to=of_marie))
    assert "#1 goes on as #2" in answers_in(house)[-1]


async def test_of_what_was_merged_again_split_says_where_that_mail_is(house: House) -> None:
    event = await split_off(house)
    await happens(house, says("!merge #2 #1"))
    await happens(house, reacts("✂️", event))
    assert "in #2 by now" in answers_in(house)[-1]
    await happens(house, says("!forward zoe@else.example x", thread=card_of(house, 1), reply_to=event), seconds=SENT)
    assert b"Eve was here" in house.provider.delivered[-1][2]


async def came_back(house: House) -> tuple[EventId, EventId]:
    """Our answer to Eve came back, and went along with her mail: its line in the old thread, and its command."""
    house.provider.deliver(mail(id="e1@else.example", sender=EVE, reply_to="m1@example.org"))
    await house.settle(NOW)
    event = mails_in(house)[-1].event
    await read(house)
    command = says("!reply --them Hello Eve", thread=card_of(house))
    await happens(house, command, seconds=SENT)
    line = outgoing(house)[-1].event
    house.provider.deliver(bounce(id_of(house.provider.delivered[-1][2]), "eve@else.example"))
    await house.settle(NOW)
    await happens(house, reacts("✂️", event))
    return line, command.event


@pytest.mark.parametrize("on", ["line", "command"])
async def test_our_answer_that_went_along_is_sent_again_from_where_it_stands(house: House, on: str) -> None:
    line, command = await came_back(house)
    at = line if on == "line" else command
    before = len(house.provider.delivered)
    await happens(house, says("!resend", thread=card_of(house, 1), reply_to=at), seconds=SENT)
    assert [list(one[1]) for one in house.provider.delivered[before:]] == [["eve@else.example"]]


async def test_by_hand_as_well(house: House) -> None:
    line, _ = await came_back(house)
    before = len(house.provider.delivered)
    await happens(house, reacts("🔁", line), seconds=SENT)
    assert [list(one[1]) for one in house.provider.delivered[before:]] == [["eve@else.example"]]


async def test_passing_it_on_from_there_says_where_it_is(house: House) -> None:
    line, _ = await came_back(house)
    before = len(house.provider.delivered)
    await happens(house, says("!forward zoe@else.example x", thread=card_of(house, 1), reply_to=line), seconds=SENT)
    assert "in #2 by now" in answers_in(house)[-1] and len(house.provider.delivered) == before


async def test_scissors_where_nothing_can_be_split_say_what_they_are_for(house: House) -> None:
    await happens(house, reacts("✂️", card_of(house)))
    assert "Reply !split to the mail from which" in answers_in(house)[-1]


async def test_what_was_merged_and_not_deleted_is_not_restored(house: House) -> None:
    house.provider.deliver(mail(id="p1@example.org", sender="Paul <paul@example.org>", subject="Else"))
    await house.settle(NOW)
    await happens(house, says("!merge #1 #2"))
    await happens(house, says("!restore #1"))
    assert "#1 goes on as #2" in answers_in(house)[-1]
