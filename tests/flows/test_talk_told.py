"""Plain talk in a thread is a note: who chose to be told of notes apart hears of it there, through the whole bot."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from bot.domain.ids import EventId, UserId
from bot.domain.inputs.said import TeamMessage
from tests.fakes.chat import ALICE, BOB, ROOM
from tests.fakes.direct import DIRECT, goes, invites
from tests.fakes.house import House
from tests.fakes.looking import NOW, answers_in, card_of, happens, mails_in, mentioning
from tests.fakes.two_mailboxes import CAROL
from tests.fakes.writing import edits, mail, reacts, reads, redacts, says
from tests.flows.test_notices import SOON, answer_comes, words_of
from tests.flows.test_own_addresses import confirms, sent_to

HIS = "bob@home.example"
CALLED = "Marie a appelé, elle attend une réponse avant midi."
MEDIA = pytest.mark.parametrize("medium", ["on", "direct", "email"])
APART = pytest.mark.parametrize("medium", ["direct", "email"])


async def has_chosen(house: House, *choices: str, mine: bool = True) -> int:
    """Bob has a chat, an address, perhaps the conversation, and chose this; how many events there were before."""
    await invites(house)
    await confirms(house, HIS, BOB)
    if mine:
        await happens(house, reacts("✋", card_of(house), sender=BOB))
    for one in choices:
        await happens(house, says(f"!notify {one}", sender=BOB))
    await house.settle(SOON)
    return len(house.homeserver.posted)


def told(house: House, before: int, who: UserId = BOB) -> tuple[int, int, int]:
    """How often in the room, in their chat, by mail."""
    found = mentioning(house, who, before)
    here, there = (sum(one.room == room for one in found) for room in (ROOM, DIRECT))
    return here, there, len(mailed(house))


def mailed(house: House) -> list[str]:
    return [words_of(one) for one in sent_to(house, HIS) if "[#" in one["Subject"]]


def by(medium: str, *, is_mention: bool = False) -> tuple[int, int, int]:
    return (int(is_mention), int(medium == "direct"), int(medium == "email"))


async def talks(
    house: House,
    words: str = CALLED,
    *,
    sender: UserId = ALICE,
    mentions: Sequence[UserId] = (),
    seconds: tuple[float, ...] = SOON,
) -> TeamMessage:
    said = says(words, thread=card_of(house), sender=sender, mentions=tuple(mentions))
    await happens(house, said, seconds=seconds)
    return said


@MEDIA
@pytest.mark.parametrize("whose", ["mine", "followed"])
async def test_whose_it_is_and_who_follows_it_hears_by_what_they_chose_and_is_mentioned_never(
    house: House, medium: str, whose: str
) -> None:
    choice = "noted-mine" if whose == "mine" else "followed"
    before = await has_chosen(house, f"{choice} {medium}", mine=whose == "mine")
    if whose == "followed":
        await happens(house, says("!follow", thread=card_of(house), sender=BOB))
        before = len(house.homeserver.posted)
    await talks(house, seconds=NOW)
    await house.close()
    await house.open()
    await house.settle(SOON)
    assert told(house, before) == by(medium)
    if medium == "email":
        assert CALLED in mailed(house)[0]
    # His own talk tells him nothing.
    await talks(house, "Je l'appelle.", sender=BOB)
    assert told(house, before) == by(medium)
    await happens(house, says("!history #1"))
    assert "wrote in the thread" not in answers_in(house)[-1]


async def test_who_chose_nothing_is_told_nothing(house: House) -> None:
    await happens(house, reacts("✋", card_of(house), sender=BOB))
    before = len(house.homeserver.posted)
    await talks(house)
    assert told(house, before) == (0, 0, 0)


async def test_many_lines_are_one_mail_with_all_of_them_and_later_ones_are_the_next(house: House) -> None:
    await has_chosen(house, "noted-mine email")
    for number in range(6):
        await talks(house, f"Ligne {number}.", seconds=NOW)
    await house.settle(SOON)
    (one,) = mailed(house)
    assert all(f"Ligne {number}." in one for number in range(6))
    await talks(house, "Encore ceci.")
    assert "Encore ceci." in mailed(house)[1] and "Ligne 5." not in mailed(house)[1]


async def test_what_was_read_here_meanwhile_is_not_mailed(house: House) -> None:
    await has_chosen(house, "noted-mine email")
    said = await talks(house, seconds=NOW)
    await happens(house, reads(said.event, sender=BOB))
    await house.settle(SOON)
    assert mailed(house) == []


async def test_edited_talk_is_mailed_as_it_reads_and_deleted_talk_is_not(house: House) -> None:
    await has_chosen(house, "noted-mine email")
    said = await talks(house, seconds=NOW)
    await happens(house, edits(said.event, "Marie a rappelé."))
    await house.settle(SOON)
    (one,) = mailed(house)
    assert "Marie a rappelé." in one and CALLED not in one
    said = await talks(house, "Un secret.", seconds=NOW)
    await happens(house, redacts(said.event))
    await house.settle((*SOON, *SOON))
    assert len(mailed(house)) == 1


async def test_of_two_lines_of_which_one_is_deleted_the_other_is_mailed(house: House) -> None:
    await has_chosen(house, "noted-mine email")
    first = await talks(house, "Un secret.", seconds=NOW)
    await talks(house, seconds=NOW)
    await happens(house, redacts(first.event))
    await house.settle(SOON)
    (one,) = mailed(house)
    assert CALLED in one and "secret" not in one and "wrote in the thread" not in one


async def test_talk_stands_in_the_mail_that_another_thing_made(house: House) -> None:
    await has_chosen(house, "replied-mine email", "noted-mine off")
    await answer_comes(house, 2, NOW)
    await talks(house)
    assert CALLED in mailed(house)[0]


@MEDIA
@pytest.mark.parametrize("mine", [False, True])
@pytest.mark.parametrize("is_command", [False, True])
async def test_a_pill_rings_by_itself_and_tells_by_what_they_chose(
    house: House, medium: str, mine: bool, is_command: bool
) -> None:
    before = await has_chosen(house, f"noted-mine {medium}", mine=mine)
    await talks(house, f"{'!note ' * is_command}Bob peux-tu l'appeler ?", mentions=(BOB,))
    chat = [one for one in house.homeserver.posted[before:] if one.room == DIRECT and not one.is_edit]
    assert (told(house, before)[0], len(chat), told(house, before)[2]) == by(medium)
    if medium == "direct":
        assert "m.mentions" not in chat[0].content or chat[0].content["m.mentions"] == {}


@MEDIA
@pytest.mark.parametrize("mine", [False, True])
@pytest.mark.parametrize("is_command", [False, True])
async def test_a_bare_name_tells_once_by_what_they_chose(
    house: House, medium: str, mine: bool, is_command: bool
) -> None:
    before = await has_chosen(house, f"noted-mine {medium}", mine=mine)
    await talks(house, f"{'!note ' * is_command}@bob peux-tu l'appeler ?", seconds=NOW)
    await house.close()
    await house.open()
    await house.settle(SOON)
    assert told(house, before) == by(medium, is_mention=medium == "on")


async def test_whose_name_stands_there_and_who_chose_nothing_is_mentioned_once(house: House) -> None:
    before = len(house.homeserver.posted)
    await talks(house, "@bob et @alice et @zoe : à voir, bob@example.org")
    assert (len(mentioning(house, BOB, before)), len(mentioning(house, ALICE, before))) == (1, 0)
    await happens(house, says("!notify mute", sender=BOB))
    before = len(house.homeserver.posted)
    await talks(house, "@bob ?")
    assert mentioning(house, BOB, before) == []


@APART
@pytest.mark.parametrize("there", ["closed", "spam", "deleted"])
async def test_where_no_note_can_be_written_talk_is_told_to_nobody_and_else_as_a_note_is(
    house: House, medium: str, there: str
) -> None:
    await has_chosen(house, f"noted-mine {medium}")
    word = {"closed": "!close", "spam": "!spam", "deleted": "!delete"}[there]
    await happens(house, says(word, thread=card_of(house)), seconds=SOON)
    found = []
    for words in ("!note Vu", "Vu"):
        before, mails = len(house.homeserver.posted), len(mailed(house))
        await talks(house, words)
        here, chat, all_mails = told(house, before)
        found.append((here, chat, all_mails - mails))
    assert found[0] == found[1]
    assert (there == "deleted") == (found[0] == (0, 0, 0))


@APART
async def test_who_has_no_access_tells_nobody(house: House, medium: str) -> None:
    before = await has_chosen(house, f"noted-mine {medium}")
    await happens(house, says(CALLED, thread=card_of(house), sender=CAROL), seconds=SOON)
    assert told(house, before) == (0, 0, 0)
    await happens(house, says("@bob", thread=EventId("$elsewhere")), seconds=SOON)
    assert told(house, before) == (0, 0, 0)


@APART
async def test_who_left_before_it_is_told_gets_nothing(house: House, medium: str) -> None:
    before = await has_chosen(house, f"noted-unassigned {medium}", mine=False)
    await happens(house, goes(house, BOB))
    await talks(house)
    assert told(house, before) == (0, 0, 0)


async def test_in_the_quiet_hours_of_its_reader_it_waits_for_their_end(house: House) -> None:
    before = await has_chosen(house, "noted-mine direct")
    hour = house.clock.now().hour
    await happens(house, says(f"!notify quiet {hour}:00-{(hour + 2) % 24}:00", sender=BOB))
    before = len(house.homeserver.posted)
    await talks(house)
    assert told(house, before) == (0, 0, 0)
    await house.settle((3600.0, 3600.0, 60.0))
    assert told(house, before) == (0, 1, 0)


async def test_two_pieces_of_news_of_one_conversation_are_one_mail(house: House) -> None:
    await has_chosen(house, "noted-mine email", "replied-mine email")
    house.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org", text="Alors ?\n"))
    await house.settle(NOW)
    await talks(house)
    (one,) = mailed(house)
    assert CALLED in one and "Alors ?" in one and mails_in(house)


@APART
async def test_a_place_that_is_shared_in_the_thread_is_told_as_talk(house: House, medium: str) -> None:
    before = await has_chosen(house, f"noted-mine {medium}")
    place = replace(says("Location: geo:48.8,2.3", thread=card_of(house)), msgtype="m.location")
    await happens(house, place, seconds=SOON)
    assert told(house, before) == by(medium)
