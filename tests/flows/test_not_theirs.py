"""An answer of somebody who may not send any more, or who left the room, does not leave: its words are a draft."""

from dataclasses import replace

import pytest

from bot.domain.inputs.room import MemberChanged
from bot.domain.outcomes import TryLater
from storage import members
from tests.fakes.chat import BOB, ROOM
from tests.fakes.house import INSTANCE, MAILBOX, House
from tests.fakes.looking import NOW, SENT, answers_in, card_of, card_says, happens, outgoing, reply_state
from tests.fakes.writing import event_id, mail, reacts, says
from tests.flows.test_grants import by_alice

LONG = (0.0, 60.0, 16.0)


def left(house: House) -> MemberChanged:
    return MemberChanged(ROOM, event_id(), BOB, "leave", "Bob", house.clock.now())


def ends(house: House, how: str) -> object:
    return left(house) if how == "left" else by_alice(f"!{how}")


def in_thread(house: House) -> str:
    """All that was said in the thread, one under the other."""
    return "\n".join(str(p.content["body"]) for p in house.homeserver.posted if p.ours.get("conversation") == 1)


@pytest.mark.parametrize("how", ["revoke @bob send", "grant @bob notes", "left"])
@pytest.mark.parametrize("words", ["!reply Bonjour à vous", '!reply --at "tomorrow 9:00" Bonjour à vous'])
async def test_it_does_not_leave_and_its_words_are_the_draft(house: House, how: str, words: str) -> None:
    await happens(house, says(words, thread=card_of(house), sender=BOB), seconds=(0.0,))
    await happens(house, ends(house, how), seconds=(0.0,))
    assert reply_state(house) == "cancelled"
    assert "does not leave" in in_thread(house) and "!send sends them in your name" in in_thread(house)
    await happens(house, seconds=(0.0, 60.0, 86_400.0, 60.0))
    assert house.provider.delivered == []
    await happens(house, says("!send", thread=card_of(house)), seconds=SENT)
    if not house.provider.delivered:
        # A day later it is asked first.
        await happens(house, says("!yes", thread=card_of(house)), seconds=SENT)
    (sent,) = house.provider.delivered
    assert b"Bonjour" in sent[2]


async def test_whoever_gets_the_right_back_sends_it_by_a_word(house: House) -> None:
    await happens(house, says("!reply Bonjour", thread=card_of(house), sender=BOB), seconds=(0.0,))
    await happens(house, by_alice("!revoke @bob send"), by_alice("!grant @bob send"), seconds=LONG)
    assert house.provider.delivered == []
    await happens(house, says("!send", thread=card_of(house), sender=BOB), seconds=SENT)
    assert len(house.provider.delivered) == 1


async def test_what_waits_for_its_server_does_not_leave_either(house: House) -> None:
    house.provider.answers = [TryLater("450", "greylisted")] * 3
    await happens(house, says("!reply Bonjour", thread=card_of(house), sender=BOB), seconds=(0.0, 25.0))
    assert house.provider.delivered == []
    await happens(house, by_alice("!revoke @bob send"), seconds=(0.0,))
    await happens(house, seconds=(0.0, 600.0, 600.0))
    assert house.provider.delivered == []
    assert reply_state(house) == "cancelled"


async def test_what_waits_for_approval_is_approved_by_nobody_any_more(house: House) -> None:
    await house.close()
    house.instance = replace(INSTANCE, mailboxes=(replace(MAILBOX, approval=True),))
    await house.open()
    await happens(house, says("!reply Bonjour", thread=card_of(house), sender=BOB), seconds=(0.0,))
    (line,) = outgoing(house)
    await happens(house, by_alice("!revoke @bob send"), reacts("👍", line.event), seconds=LONG)
    await happens(house, says("!approve", thread=card_of(house)), seconds=LONG)
    assert house.provider.delivered == []
    await happens(house, says("!send", thread=card_of(house)), seconds=LONG)
    assert house.provider.delivered == [], "who sends the words needs an approval, too"


async def test_two_answers_in_one_conversation_both_stay(house: House) -> None:
    await happens(
        house,
        says("!reply Un", thread=card_of(house), sender=BOB),
        says("!reply Deux", thread=card_of(house), sender=BOB),
        says("!yes", thread=card_of(house), sender=BOB),
        by_alice("!revoke @bob send"),
        seconds=(0.0,),
    )
    await happens(house, seconds=LONG)
    assert house.provider.delivered == []
    states = [house.homeserver.current(p.event)["org.postroom"]["state"] for p in outgoing(house)]  # type: ignore[index]
    assert set(states) == {"cancelled"}
    assert in_thread(house).count("does not leave") == len(states)


async def test_a_draft_that_is_there_stays_as_it_is(house: House) -> None:
    await happens(house, says("!draft Le brouillon", thread=card_of(house)))
    await happens(house, says("!reply Bonjour", thread=card_of(house), sender=BOB), seconds=(0.0,))
    await happens(house, by_alice("!revoke @bob send"), seconds=LONG)
    assert "Its words stand in their message" in in_thread(house)
    await happens(house, says("!send", thread=card_of(house)), seconds=SENT)
    (sent,) = house.provider.delivered
    assert b"Le brouillon" in sent[2]


async def test_what_others_wrote_leaves(house: House) -> None:
    await happens(house, says("!reply Bonjour", thread=card_of(house)), seconds=(0.0,))
    await happens(house, by_alice("!revoke @bob send"), left(house), seconds=LONG)
    assert len(house.provider.delivered) == 1


async def test_another_right_that_is_taken_keeps_nothing(house: House) -> None:
    await happens(house, says("!reply Bonjour", thread=card_of(house), sender=BOB), seconds=(0.0,))
    await happens(house, by_alice("!grant @bob edit"), by_alice("!revoke @bob edit"), seconds=LONG)
    assert len(house.provider.delivered) == 1


async def test_what_has_left_already_is_left_alone(house: House) -> None:
    await happens(house, says("!reply Bonjour", thread=card_of(house), sender=BOB), seconds=SENT)
    await happens(house, by_alice("!revoke @bob send"), left(house), seconds=LONG)
    assert reply_state(house) == "sent"
    assert "does not leave" not in in_thread(house)


async def test_of_who_leaves_the_conversation_is_free_and_the_room_is_told_of_the_rest(house: House) -> None:
    await happens(house, says("!reply Bonjour à vous", thread=card_of(house), sender=BOB), seconds=(0.0,))
    assert card_says(house)["assignee"] == BOB
    await happens(house, left(house), seconds=NOW)
    assert card_says(house)["assignee"] is None
    told = next(one for one in answers_in(house) if "has left the room" in one)
    assert "does not leave" in told and "Bonjour à vous" in told
    await house.close()
    await house.open()
    async with house.step.database.write() as tx:
        # The fakes know him still; the room does not.
        await members.set(tx, ROOM, BOB, is_joined=False, display_name="Bob")
    await house.settle(LONG)
    assert house.provider.delivered == []


async def test_a_letter_that_begins_a_conversation_stays_in_its_message(house: House) -> None:
    await happens(house, says('!new paul@example.org "Bonjour"\nUn mot', sender=BOB), seconds=(0.0,))
    await happens(house, by_alice("!revoke @bob send"), seconds=LONG)
    assert house.provider.delivered == []
    assert card_says(house, 2)["status"] == "closed"


async def test_while_a_mailbox_is_paused_its_answers_wait_and_then_leave(house: House) -> None:
    await happens(house, says("!reply Bonjour", thread=card_of(house), sender=BOB), seconds=(0.0,))
    house.deliver.mail.clear()
    await house.settle(LONG)
    assert house.provider.delivered == []
    await happens(house, by_alice("!revoke @bob send"), seconds=(0.0,))
    assert reply_state(house) == "cancelled", "also while it is paused"


async def test_it_is_said_in_french(house: House) -> None:
    await house.close()
    house.instance = replace(INSTANCE, language="fr", mailboxes=(replace(MAILBOX, language="fr"),))
    await house.open()
    await happens(house, says("!répondre Bonjour", thread=card_of(house), sender=BOB), seconds=(0.0,))
    await happens(house, says("!retirer @bob envoyer"), seconds=LONG)
    assert "ne part pas" in in_thread(house) and "!envoyer" in in_thread(house)


async def test_a_mail_that_came_meanwhile_is_no_hindrance(house: House) -> None:
    await happens(house, says("!reply Bonjour", thread=card_of(house), sender=BOB), seconds=(0.0,))
    house.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org"))
    await happens(house, by_alice("!revoke @bob send"), seconds=LONG)
    assert house.provider.delivered == []
    assert card_says(house)["status"] == "active"
