"""What each member chose to be told of, through the whole bot."""

from bot.domain.ids import UserId
from bot.domain.inputs.room import MemberChanged
from tests.fakes.chat import ALICE, BOB, ROOM
from tests.fakes.house import House
from tests.fakes.looking import NOW, SENT, answers_in, card_of, happens, mails_in, reply_state
from tests.fakes.writing import event_id, mail, reacts, reads, redacts, says
from tests.flows.test_begun_elsewhere import with_four_eyes
from tests.flows.test_rings import Phones


async def answers_come(house: House, number: int = 2, to: str = "m1@example.org") -> Phones:
    """A mail in the first conversation, and what it rang."""
    phones = Phones(house)
    house.provider.deliver(mail(id=f"m{number}@example.org", reply_to=to))
    await house.settle(NOW)
    return phones


def highlights(phones: Phones, *who: UserId) -> tuple[int, ...]:
    return tuple(phones.highlights(one) for one in who)


def left(house: House, user: UserId) -> MemberChanged:
    return MemberChanged(ROOM, event_id(), user, "leave", "", house.clock.now())


async def given_to_bob(house: House) -> None:
    await happens(house, reacts("✋", card_of(house), sender=BOB))


async def test_off_is_not_mentioned_and_the_mail_still_rings_once_for_the_room(house: House) -> None:
    await given_to_bob(house)
    phones = await answers_come(house)
    assert (highlights(phones, ALICE, BOB), phones.of(ALICE)) == ((0, 1), 1)
    await happens(house, says("!notify replied-mine off", sender=BOB))
    assert "are not mentioned" in answers_in(house)[-1]
    phones = await answers_come(house, 3)
    assert (highlights(phones, ALICE, BOB), phones.of(ALICE)) == ((0, 0), 1)


async def test_a_choice_holds_after_a_restart(house: House) -> None:
    await given_to_bob(house)
    await happens(house, says("!notify replied-mine off", sender=BOB), says("!notify replied-others on"))
    await house.close()
    await house.open()
    assert highlights(await answers_come(house), ALICE, BOB) == (1, 0)


async def test_a_new_conversation_mentions_on_its_card_whoever_wants_it_and_rings_once(house: House) -> None:
    await happens(house, says("!notifier nouvelle oui"))
    phones = Phones(house)
    house.provider.deliver(mail(id="n1@example.org", sender="Paul <paul@example.org>"))
    await house.settle(NOW)
    assert (highlights(phones, ALICE, BOB), phones.of(ALICE), phones.of(BOB)) == ((1, 0), 1, 1)
    # What only changes the card mentions nobody again.
    phones = Phones(house)
    await happens(house, says("!close", thread=card_of(house, 2), sender=BOB))
    assert highlights(phones, ALICE) == (0,)


async def test_a_muted_mailbox_mentions_nobody_who_muted_it_until_it_is_unmuted(house: House) -> None:
    await given_to_bob(house)
    await happens(house, says("!notify mute", sender=BOB))
    phones = await answers_come(house)
    await happens(house, says("!note Il a appelé.", thread=card_of(house)))
    await happens(house, says("!unassign", thread=card_of(house)), says("!assign @bob", thread=card_of(house)))
    assert highlights(phones, BOB) == (0,)
    await happens(house, says("!notify unmute", sender=BOB))
    phones = await answers_come(house, 3)
    assert highlights(phones, BOB) == (1,)
    await happens(house, says("!note Il a rappelé.", thread=card_of(house)))
    assert highlights(phones, BOB) == (2,)


async def test_a_note_that_names_somebody_without_a_pill_mentions_them_unless_the_mailbox_is_mute(house: House) -> None:
    phones = Phones(house)
    await happens(house, says("!note @bob regarde", thread=card_of(house)))
    assert highlights(phones, BOB) == (1,)
    await happens(house, says("!notify mute", sender=BOB))
    phones = Phones(house)
    await happens(house, says("!note @bob regarde", thread=card_of(house)))
    assert highlights(phones, BOB) == (0,)


async def test_a_note_in_another_s_conversation_is_told_to_whoever_wants_it_and_never_to_its_author(
    house: House,
) -> None:
    await given_to_bob(house)
    await happens(house, says("!notify noted-others on"), says("!notify noted-mine on", sender=BOB))
    phones = Phones(house)
    await happens(house, says("!note Il a appelé.", thread=card_of(house), sender=BOB))
    assert highlights(phones, ALICE, BOB) == (1, 0)
    phones = Phones(house)
    await happens(house, says("!note Bien.", thread=card_of(house)))
    assert highlights(phones, ALICE, BOB) == (0, 1)


async def test_who_left_the_room_is_mentioned_no_more(house: House) -> None:
    await happens(house, says("!notify replied-unassigned on", sender=BOB))
    await happens(house, says("!follow", thread=card_of(house), sender=BOB))
    assert highlights(await answers_come(house), BOB) == (1,)
    await happens(house, left(house, BOB))
    phones = await answers_come(house, 3)
    await happens(house, says("!close", thread=card_of(house)))
    assert highlights(phones, BOB) == (0,)


async def test_deleting_the_command_soon_takes_the_choice_back_and_late_does_not(house: House) -> None:
    await given_to_bob(house)
    first, second = says("!notify replied-mine off", sender=BOB), says("!notify default", sender=BOB)
    await happens(house, first, second, redacts(second.event, sender=BOB))
    assert highlights(await answers_come(house), BOB) == (0,)
    await house.settle((60.0,))
    await happens(house, redacts(first.event, sender=BOB))
    assert highlights(await answers_come(house, 3), BOB) == (0,)
    soon = says("!notify replied-mine on", sender=BOB)
    await happens(house, soon)
    assert highlights(await answers_come(house, 4), BOB) == (1,)


async def test_a_follower_who_left_is_not_mentioned_for_an_answer_that_is_given_by_hand(house: House) -> None:
    await with_four_eyes(house)
    await happens(house, says("!follow", thread=card_of(house), sender=BOB))
    await answers_come(house)
    await happens(house, left(house, BOB))
    phones = Phones(house)
    await happens(house, says("!reply Bonjour", thread=card_of(house)))
    await happens(house, reacts("✅", house.homeserver.of_kind("receipt")[-1].event))
    assert reply_state(house) == "unapproved" and highlights(phones, BOB) == (0,)


async def test_who_takes_what_is_nobody_s_by_answering_it_is_told_once_the_answer_has_left(house: House) -> None:
    await happens(house, says("!notify assigned-other on", sender=BOB))
    await happens(house, reads(mails_in(house)[-1].event))
    for back, told in ((True, 0), (False, 1)):
        phones = Phones(house)
        await happens(house, says("!reply Bonjour", thread=card_of(house)))
        await happens(house, *([says("!undo", thread=card_of(house))] if back else []), seconds=SENT)
        assert highlights(phones, BOB) == (told,)
    phones = Phones(house)
    await happens(house, says("!reply Bonsoir", thread=card_of(house)), seconds=SENT)
    assert highlights(phones, BOB) == (0,)
