"""What people chose to be told of in their direct chat, through the whole bot."""

import pytest

from bot.domain.ids import UserId
from tests.fakes.chat import ALICE, BOB, ROOM, Posted
from tests.fakes.direct import DIRECT, asks, goes, invites
from tests.fakes.house import House
from tests.fakes.looking import NOW, answers_in, card_of, happens, mails_in, reply_state
from tests.fakes.writing import mail, reacts, reads, says
from tests.flows.test_begun_elsewhere import with_four_eyes


def news(house: House, since: int) -> list[Posted]:
    return [p for p in house.homeserver.posted[since:] if p.room == DIRECT and not p.is_edit]


def mentioned(house: House, since: int) -> list[object]:
    """Who is mentioned in the team's room."""
    found = [p.content.get("m.mentions") for p in house.homeserver.posted[since:] if p.room == ROOM and not p.is_edit]
    return [one for one in found if one]


async def of_bobs(house: House, *choices: str) -> None:
    """The first conversation is Bob's, he has a chat, and chose this."""
    await happens(house, reacts("✋", card_of(house), sender=BOB))
    await invites(house)
    for choice in choices:
        await asks(house, f"!notify {choice}")


async def answered(house: House, number: int = 2) -> int:
    """The correspondent writes again; how many events there were before."""
    before = len(house.homeserver.posted)
    house.provider.deliver(mail(id=f"m{number}@example.org", reply_to="m1@example.org", text="Rebonjour, alors ?\n"))
    await house.settle(NOW)
    return before


async def test_a_reply_in_mine_is_told_there_with_a_link_and_rings_once(house: House) -> None:
    await of_bobs(house, "replied-mine direct")
    before = await answered(house)
    (told,) = news(house, before)
    body, html = str(told.content["body"]), str(told.content["formatted_body"])
    assert body.startswith("#1 · Question") and "Marie" in body and "Rebonjour, alors ?" in body
    assert card_of(house) in html and ROOM in html
    assert told.content["msgtype"] == "m.text" and told.content["m.mentions"] == {"user_ids": [BOB]}
    assert mentioned(house, before) == []


async def test_an_act_of_a_colleague_is_told_there_and_an_own_act_is_not(house: House) -> None:
    await of_bobs(house, "noted-mine direct")
    before = len(house.homeserver.posted)
    await happens(house, says("!note Il a appelé.", thread=card_of(house)))
    (told,) = news(house, before)
    assert "Question" in str(told.content["body"]) and "Alice" in str(told.content["body"])
    assert mentioned(house, before) == []
    before = len(house.homeserver.posted)
    await happens(house, says("!note C’est noté.", thread=card_of(house), sender=BOB))
    assert news(house, before) == []


@pytest.mark.parametrize("more", [(), ("new direct",)])
async def test_an_answer_that_a_colleague_gives_by_hand_is_told_there(house: House, more: tuple[str, ...]) -> None:
    await with_four_eyes(house)
    await of_bobs(house, "noted-mine direct", *more)
    await answered(house)
    await happens(house, says("!reply Bonjour", thread=card_of(house)))
    before = len(house.homeserver.posted)
    await happens(house, reacts("✅", house.homeserver.of_kind("receipt")[-1].event))
    (told,) = news(house, before)
    assert "waits for somebody’s approval" in str(told.content["body"])


async def test_a_new_conversation_is_told_there(house: House) -> None:
    await of_bobs(house, "new direct")
    before = len(house.homeserver.posted)
    house.provider.deliver(mail(id="n1@example.org", sender="Paul <paul@example.org>", subject="Devis"))
    await house.settle(NOW)
    (told,) = news(house, before)
    assert "Devis" in str(told.content["body"]) and "Paul" in str(told.content["body"])
    assert ROOM in str(told.content["formatted_body"])
    assert mentioned(house, before) == []


async def test_what_is_given_to_somebody_is_told_there(house: House) -> None:
    await invites(house)
    await asks(house, "!notify assigned-me direct")
    before = len(house.homeserver.posted)
    await happens(house, says("!assign @bob", thread=card_of(house)))
    assert len(news(house, before)) == 1 and mentioned(house, before) == []


@pytest.mark.parametrize("act", ["!assign Bob ", "!note Bob , regarde"])
async def test_whom_a_colleague_s_message_rings_is_told_there_without_a_second_ring(house: House, act: str) -> None:
    await of_bobs(house, "assigned-me direct", "noted-mine direct")
    if act.startswith("!assign"):
        await happens(house, says("!unassign", thread=card_of(house)))
    before = len(house.homeserver.posted)
    await happens(house, says(act, thread=card_of(house), mentions=(BOB,)))
    (told,) = news(house, before)
    assert "Question" in str(told.content["body"]) and mentioned(house, before) == []
    assert (told.content["msgtype"], told.content["m.mentions"]) == ("m.notice", {})


async def test_whoever_has_no_chat_is_told_how_to_get_one_and_is_mentioned_until_then(house: House) -> None:
    await happens(house, reacts("✋", card_of(house), sender=BOB))
    await happens(house, says("!notify replied-mine direct", sender=BOB))
    assert "start a chat with" in answers_in(house)[-1]
    before = await answered(house)
    assert mentioned(house, before) == [{"user_ids": [BOB]}]
    await invites(house)
    before = await answered(house, 3)
    assert len(news(house, before)) == 1 and mentioned(house, before) == []
    await happens(house, goes(house, ALICE, "join", DIRECT))
    before = await answered(house, 4)
    assert news(house, before) == [] and mentioned(house, before) == [{"user_ids": [BOB]}]


async def test_one_happening_is_told_once_however_much_it_is_to_somebody(house: House) -> None:
    await of_bobs(house, "replied-mine direct", "followed direct")
    await happens(house, says("!follow", thread=card_of(house), sender=BOB))
    assert len(news(house, await answered(house))) == 1
    await asks(house, "!notify followed on")
    before = await answered(house, 3)
    assert len(news(house, before)) == 1 and mentioned(house, before) == [], "as what is most his own"
    await asks(house, "!notify replied-mine off")
    before = await answered(house, 4)
    assert news(house, before) == [] and mentioned(house, before) == [{"user_ids": [BOB]}]


async def test_of_an_encrypted_room_nothing_stands_in_a_chat_that_is_not(house: House) -> None:
    await of_bobs(house, "replied-mine direct")
    house.step.rooms.encrypted.add(ROOM)
    (told,) = news(house, await answered(house))
    said = f"{told.content['body']} {told.content['formatted_body']}"
    assert "its room is encrypted" in said
    assert not {one for one in ("Question", "Marie", "Rebonjour") if one in said}


async def test_a_mute_mailbox_says_nothing_there(house: House) -> None:
    await of_bobs(house, "replied-mine direct", "mute")
    before = await answered(house)
    assert news(house, before) == [] and mentioned(house, before) == []


async def test_who_left_the_room_is_told_nothing_there(house: House) -> None:
    await of_bobs(house, "replied-unassigned direct")
    await happens(house, goes(house, BOB))
    before = await answered(house)
    assert news(house, before) == []


async def test_spam_is_told_nowhere(house: House) -> None:
    await of_bobs(house, "new direct", "replied-mine direct")
    before = len(house.homeserver.posted)
    house.provider.deliver(mail(id="s1@example.org", sender="x@shop.example", headers=(("X-Spam-Flag", "YES"),)))
    await house.settle(NOW)
    assert news(house, before) == []


async def test_after_a_restart_it_is_told_there_once(house: House) -> None:
    await of_bobs(house, "replied-mine direct")
    await house.close()
    await house.open()
    before = await answered(house)
    assert news(house, before) == [], "nothing before the chat was looked at"
    await house.keeper.look_at_directs()
    await house.settle(NOW)
    assert len(news(house, before)) == 1


async def _reacted(house: House, emoji: str, told: Posted, by: UserId = BOB) -> list[str]:
    before = len(house.homeserver.posted)
    await happens(house, reacts(emoji, told.event, sender=by, room=DIRECT))
    return [str(one.content["body"]) for one in news(house, before)]


@pytest.mark.parametrize("emoji", ["✅", "⏳", "✂️"])
async def test_a_reaction_on_what_is_told_there_says_where_that_is_done(house: House, emoji: str) -> None:
    await of_bobs(house, "replied-mine direct")
    (told,) = news(house, await answered(house))
    assert await _reacted(house, "🎉", told) == []
    (said,) = await _reacted(house, emoji, told)
    assert said.startswith("#1") and "done in its thread" in said
    assert house.homeserver.current(card_of(house))["org.postroom"]["status"] == "active"  # type: ignore[index]


async def test_a_thumb_there_is_answered_where_something_waits_for_approval(house: House) -> None:
    await with_four_eyes(house)
    await of_bobs(house, "replied-mine direct")
    (told,) = news(house, await answered(house))
    for emoji in ("👍", "❌"):
        assert await _reacted(house, emoji, told) == [], "people put them on anything"
    await happens(house, reads(mails_in(house)[-1].event))
    await happens(house, says("!reply Bonjour", thread=card_of(house)))
    for emoji in ("👍", "❌"):
        (said,) = await _reacted(house, emoji, told)
        assert "done in its thread" in said
    assert reply_state(house) == "unapproved"


async def test_of_a_conversation_that_one_may_read_no_more_a_reaction_there_says_nothing(house: House) -> None:
    await of_bobs(house, "replied-mine direct")
    (told,) = news(house, await answered(house))
    house.homeserver.encrypted.add(ROOM)
    assert await _reacted(house, "✅", told) == []
