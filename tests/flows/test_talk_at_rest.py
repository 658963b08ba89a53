"""Talk where no note can be written is told to nobody: whoever writes there hears so, each time that they begin anew."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from bot.domain.ids import UserId
from tests.fakes.chat import ALICE, BOB, CONFIG, Posted
from tests.fakes.house import INSTANCE, House
from tests.fakes.looking import NOW, card_of, happens, mentioning
from tests.fakes.two_mailboxes import restart
from tests.fakes.writing import mail, posts, says
from tests.flows.test_move_away import FIRST, HIDDEN, SUPPORT, THERE, far
from tests.flows.test_talk_told import MEDIA, has_chosen, mailed

__all__ = ["far"]
RESTS = pytest.mark.parametrize("rests", ["merged", "deleted", "archived"])
NOBODY = "I tell nobody of what is written here"
FOUR_HOURS = (4 * 3600.0,)


async def comes_to_rest(house: House, rests: str = "merged") -> None:
    """#1 is done; Alice has talked before, and heard how an answer leaves. #2 is of Paul."""
    house.provider.deliver(mail(id="p1@example.org", sender="Paul <paul@example.org>", subject="Devis"))
    await house.settle(NOW)
    await happens(house, says("Bonjour à tous", thread=card_of(house, 2)))
    if rests == "archived":
        await happens(house, says("!mailbox archive contact@asso.example", room=CONFIG))
    else:
        command = {"merged": "!merge #2", "deleted": "!delete"}[rests]
        await happens(house, says(command, thread=card_of(house)))
    await house.settle((3600.0,))


async def talks(
    house: House,
    words: str = "Elle a appelé",
    *,
    sender: UserId = ALICE,
    card: int = 1,
    mentions: Sequence[UserId] = (),
) -> None:
    """Says it at the time that the clock shows."""
    said = says(words, thread=card_of(house, card), sender=sender, mentions=tuple(mentions))
    await happens(house, replace(said, at=house.clock.now()))


def hints(house: House) -> list[Posted]:
    posted = (one for one in house.homeserver.posted if not one.is_edit)
    return [one for one in posted if NOBODY in str(one.content.get("body"))]


@MEDIA
async def test_talk_in_the_thread_of_what_was_merged_tells_its_writer_where_it_goes_on(
    house: House, medium: str
) -> None:
    before = await has_chosen(house, f"noted-mine {medium}")
    await comes_to_rest(house)
    mails, before = mailed(house), len(house.homeserver.posted)
    await talks(house)
    (told,) = hints(house)
    assert "#1 goes on as #2" in str(told.content["body"])
    assert str(card_of(house, 2)) in str(told.content["formatted_body"])
    assert told.relation["event_id"] == card_of(house)
    assert (mentioning(house, BOB, before), mailed(house)) == ([], mails)


@RESTS
async def test_not_at_each_line_of_one_talk_and_again_after_some_hours(house: House, rests: str) -> None:
    await comes_to_rest(house, rests)
    for _ in range(3):
        await talks(house)
    assert len(hints(house)) == 1
    await restart(house)
    await talks(house)
    assert len(hints(house)) == 1
    await house.settle(FOUR_HOURS)
    await talks(house)
    await talks(house)
    assert len(hints(house)) == 2


@RESTS
async def test_each_person_hears_it(house: House, rests: str) -> None:
    await comes_to_rest(house, rests)
    for sender in (ALICE, BOB, ALICE, BOB):
        await talks(house, sender=sender)
    assert len(hints(house)) == 2


@RESTS
async def test_a_file_there_is_told_of_as_well(house: House, rests: str) -> None:
    await comes_to_rest(house, rests)
    await happens(house, replace(posts("scan.pdf", 100, thread=card_of(house)), at=house.clock.now()))
    assert len(hints(house)) == 1


@RESTS
@pytest.mark.parametrize(("words", "mentions"), [("@bob, vois ?", ()), ("Bob, vois ?", (BOB,))])
async def test_whoever_names_a_colleague_hears_it_each_time(
    house: House, rests: str, words: str, mentions: Sequence[UserId]
) -> None:
    await comes_to_rest(house, rests)
    before = len(house.homeserver.posted)
    await talks(house)
    await talks(house, words, mentions=mentions)
    await talks(house, words, mentions=mentions)
    await talks(house)
    found = [str(one.content["body"]) for one in hints(house)]
    why = {"merged": "#1 goes on as #2", "deleted": "#1 is deleted", "archived": "is archived"}[rests]
    assert len(found) == 3 and all(why in one for one in found)
    assert mentioning(house, BOB, before) == []


async def test_what_other_bots_say_there_is_not_answered(house: House) -> None:
    await comes_to_rest(house)
    await happens(house, replace(says("Sauvegarde faite", thread=card_of(house)), msgtype="m.notice"))
    assert hints(house) == []


async def test_each_merged_thread_tells_it_and_leads_to_the_end_of_the_way(house: House) -> None:
    await comes_to_rest(house)
    house.provider.deliver(mail(id="q1@example.org", sender="Quentin <quentin@example.org>", subject="Salle"))
    await house.settle(NOW)
    await happens(house, says("!merge #3", thread=card_of(house, 2)))
    for card in (1, 2, 1, 2):
        await talks(house, card=card)
    first, second = (str(one.content["body"]) for one in hints(house))
    assert "#1 goes on as #3" in first and "#2 goes on as #3" in second


async def test_whoever_was_told_hears_anew_where_it_goes_on_instead(house: House) -> None:
    await comes_to_rest(house)
    house.provider.deliver(mail(id="q1@example.org", sender="Quentin <quentin@example.org>", subject="Salle"))
    await house.settle(NOW)
    await talks(house)
    await happens(house, says("!split", thread=card_of(house)), says("!merge #3", thread=card_of(house)))
    await talks(house)
    first, second = (str(one.content["body"]) for one in hints(house))
    assert "#1 goes on as #2" in first and "#1 goes on as #3" in second


async def test_whoever_talks_for_the_first_time_there_hears_elsewhere_how_an_answer_leaves(house: House) -> None:
    await comes_to_rest(house)
    before = len(house.homeserver.posted)
    await talks(house, sender=BOB)
    assert not any("stays among you" in str(one.content.get("body")) for one in house.homeserver.posted[before:])
    await talks(house, sender=BOB, card=2)
    assert any("stays among you" in str(one.content.get("body")) for one in house.homeserver.posted[before:])


async def test_after_a_split_talk_there_is_told_as_ever(house: House) -> None:
    before = await has_chosen(house, "noted-mine direct")
    await comes_to_rest(house)
    await happens(house, says("!split", thread=card_of(house)))
    before = len(house.homeserver.posted)
    await talks(house)
    await house.settle((3600.0,))
    assert hints(house) == [] and len(mentioning(house, BOB, before)) == 1


async def test_of_what_went_on_in_another_room_no_link_is_given(far: House) -> None:
    """A closed one stays behind when the conversation that a late answer began goes to another room."""
    await far.close()
    first = replace(FIRST, new_after_days=1)
    far.instance = replace(INSTANCE, mailboxes=(first, SUPPORT, HIDDEN))
    await far.open()
    await happens(far, says("!close #1"))
    far.clock.forward(2 * 86_400)
    far.provider.deliver(mail(id="m3@example.org", reply_to="m1@example.org"))
    await far.settle(NOW)
    await happens(far, says("!move #2 support"))
    await talks(far)
    (told,) = hints(far)
    assert "#2 was moved and goes on in another room" in str(told.content["body"])
    assert str(THERE) not in str(told.content)
