"""Quiet hours and the digest, in a direct chat, through the whole bot. The clock begins at ten in Paris."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.direct import Own
from bot.domain.outcomes import Refused
from storage import timers
from tests.fakes.chat import ALICE, BOB, ROOM
from tests.fakes.direct import DIRECT, SECOND, asks, goes, invites
from tests.fakes.house import House
from tests.fakes.looking import NOW, SENT, card_of, happens, mails_in, outgoing
from tests.fakes.writing import mail, reacts, reads, redacts, says
from tests.flows.test_begun_elsewhere import with_four_eyes
from tests.flows.test_database_put_back import now
from tests.flows.test_direct_news import answered, mentioned, news, of_bobs
from tests.flows.test_own_addresses import confirms, sent_to
from tests.flows.test_rings import Phones
from tests.flows.test_split import EVE, mail_event

HOURS, DAY = 3600.0, 86400.0


async def test_in_quiet_hours_nobody_is_mentioned_or_told_and_afterwards_at_once(house: House) -> None:
    await of_bobs(house, "replied-mine direct", "quiet 9:30-12:00")
    before = await answered(house)
    await happens(house, says("!note Il a appelé.", thread=card_of(house)))
    house.provider.deliver(mail(id="n1@example.org", sender="Paul <paul@example.org>", subject="Devis"))
    await house.settle(NOW)
    await happens(house, says("!assign @bob", thread=card_of(house, 2)))
    assert (news(house, before), mentioned(house, before)) == ([], [])
    await house.settle((3 * HOURS,))
    (told,) = news(house, before)
    body = str(told.content["body"])
    assert "2 conversations" in body and "Question" in body and "Devis" in body
    assert told.content["msgtype"] == "m.text" and told.content["m.mentions"] == {"user_ids": [BOB]}
    assert len(news(house, await answered(house, 3))) == 1, "and from then on as ever"


async def test_in_the_hours_of_whoever_has_it_an_answer_rings_for_the_others_as_in_nobodys_conversation(
    house: House,
) -> None:
    await of_bobs(house, "quiet 9:30-12:00")
    phones = Phones(house)
    before = await answered(house)
    assert (phones.of(ALICE), phones.of(BOB), phones.highlights(BOB)) == (1, 1, 0)
    await house.settle((3 * HOURS,))
    assert len(news(house, before)) == 1


@pytest.mark.parametrize(("others", "told"), [((), (1, 0)), (("noted-mine email",), (0, 1))])
async def test_whoever_a_note_names_without_a_pill_is_told_after_their_hours_and_once_as_they_chose(
    house: House, others: tuple[str, ...], told: tuple[int, int]
) -> None:
    await confirms(house, "bob@home.example", BOB)
    await of_bobs(house, "quiet 9:30-12:00", *others)
    before = len(house.homeserver.posted)
    await happens(house, says("!note @bob regarde", thread=card_of(house)))
    assert (news(house, before), mentioned(house, before)) == ([], [])
    await house.settle((3 * HOURS, 150.0, HOURS, 150.0))
    mailed = [one for one in sent_to(house, "bob@home.example") if "[#" in one["Subject"]]
    assert (len(news(house, before)), len(mailed)) == told


@pytest.mark.parametrize("way", ["on", "direct"])
@pytest.mark.parametrize("act", ["!assign Bob ", "!note Bob , regarde"])
async def test_whom_a_colleague_s_message_rings_all_the_same_is_told_after_them(
    house: House, act: str, way: str
) -> None:
    await of_bobs(house, f"assigned-me {way}", f"noted-mine {way}", "quiet 9:30-12:00")
    if act.startswith("!assign"):
        await happens(house, says("!unassign", thread=card_of(house), sender=BOB))
    before = len(house.homeserver.posted)
    await happens(house, says(act, thread=card_of(house), mentions=(BOB,)))
    assert (news(house, before), mentioned(house, before)) == ([], [])
    await house.settle((3 * HOURS,))
    (told,) = news(house, before)
    assert "Question" in str(told.content["body"]) and told.content["m.mentions"] == {"user_ids": [BOB]}


@pytest.mark.parametrize(
    ("meanwhile", "told"),
    [
        (("!notify replied-mine off",), 0),
        (("!notify replied-mine email",), 1),
        (("!notify noted-mine off",), 1),
        (("!notify replied-mine off", "!notify replied-mine on"), 1),
    ],
)
async def test_what_they_chose_meanwhile_to_be_told_nothing_of_is_not_told(
    house: House, meanwhile: tuple[str, ...], told: int
) -> None:
    await of_bobs(house, "quiet 9:30-12:00")
    await answered(house)
    for words in meanwhile:
        await asks(house, words)
    before = len(house.homeserver.posted)
    await house.settle((3 * HOURS,))
    assert len(news(house, before)) == told


async def test_of_two_things_the_one_that_is_still_chosen_is_told(house: House) -> None:
    await of_bobs(house, "quiet 9:30-12:00")
    await happens(house, says("!note Il a appelé.", thread=card_of(house)))
    await answered(house)
    await asks(house, "!notify replied-mine off")
    before = len(house.homeserver.posted)
    await house.settle((3 * HOURS,))
    assert len(news(house, before)) == 1


@pytest.mark.parametrize("choice", ["noted-mine on", "noted-mine direct", "noted-mine email"])
@pytest.mark.parametrize("words", ["!delete", "!spam"])
async def test_that_a_colleague_threw_theirs_away_is_told_after_the_hours(
    house: House, words: str, choice: str
) -> None:
    await confirms(house, "bob@home.example", BOB)
    await of_bobs(house, choice, "quiet 9:30-12:00")
    before = len(house.homeserver.posted)
    await happens(house, says(words, thread=card_of(house)))
    assert (news(house, before), mentioned(house, before)) == ([], [])
    await house.settle((3 * HOURS,))
    (told,) = news(house, before)
    assert "#1" in str(told.content["body"]) and mentioned(house, before) == []


async def test_what_else_happened_there_is_not_told_nor_what_they_threw_away_themselves(house: House) -> None:
    await of_bobs(house, "quiet 9:30-12:00")
    before = await answered(house)
    await happens(house, says("!spam", thread=card_of(house), sender=BOB))
    await house.settle((3 * HOURS,))
    assert (news(house, before), mentioned(house, before)) == ([], [])


@pytest.mark.parametrize(("then", "told"), [("", 0), ("note", 1), ("answer", 1)])
async def test_what_they_have_read_meanwhile_is_not_told_and_what_came_after_it_is(
    house: House, then: str, told: int
) -> None:
    await of_bobs(house, "quiet 9:30-12:00")
    await answered(house)
    await happens(house, reads(mails_in(house)[-1].event, sender=BOB))
    if then == "note":
        await happens(house, replace(says("!note Il a appelé.", thread=card_of(house)), at=house.clock.now()))
    if then == "answer":
        await answered(house, 3)
    before = len(house.homeserver.posted)
    await house.settle((3 * HOURS,))
    assert len(news(house, before)) == told


async def test_what_was_read_before_it_happened_says_nothing_of_it(house: House) -> None:
    await of_bobs(house, "quiet 9:30-12:00")
    await happens(house, reads(mails_in(house)[-1].event, sender=BOB))
    before = await answered(house)
    await house.settle((3 * HOURS,))
    assert len(news(house, before)) == 1


async def test_a_note_that_names_them_is_told_where_nothing_else_is(house: House) -> None:
    await of_bobs(house, "quiet 9:30-12:00", "noted-mine off")
    await happens(house, says("!note @bob regarde", thread=card_of(house)))
    before = len(house.homeserver.posted)
    await house.settle((3 * HOURS,))
    assert len(news(house, before)) == 1


async def test_what_was_kept_is_told_after_a_restart_and_only_once(house: House) -> None:
    await of_bobs(house, "quiet 9:30-12:00")
    before = await answered(house)
    await house.close()
    await house.open()
    await house.keeper.look_at_directs()
    await house.settle((3 * HOURS, DAY / 2))
    assert len(news(house, before)) == 1


async def test_hours_that_are_ended_early_tell_at_once(house: House) -> None:
    await of_bobs(house, "quiet 9:30-12:00")
    before = await answered(house)
    await asks(house, "!notify quiet off")
    assert [one for one in news(house, before) if "1 conversation" in str(one.content["body"])]


async def test_of_a_room_that_was_left_meanwhile_nothing_is_told(house: House) -> None:
    await of_bobs(house, "quiet 9:30-12:00")
    before = await answered(house)
    await happens(house, goes(house, BOB))
    await house.settle((3 * HOURS,))
    assert not [one for one in news(house, before) if "Question" in str(one.content["body"])]


async def test_without_a_chat_the_hours_do_not_count(house: House) -> None:
    await happens(house, reacts("✋", card_of(house), sender=BOB))
    await happens(house, says("!notify quiet 9:30-12:00", sender=BOB))
    before = await answered(house)
    assert mentioned(house, before) == [{"user_ids": [BOB]}]


async def test_the_hours_are_those_of_the_person_s_clock(house: House) -> None:
    await of_bobs(house, "replied-mine direct", "quiet 9:30-12:00", "timezone America/New_York")
    assert len(news(house, await answered(house))) == 1
    assert "America/New_York" in (await asks(house, "!notify"))[0]


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("!notify quiet 22:00-7:00", "22:00-07:00"),
        ("!notifier calme 22h à 7h", "22:00-07:00"),
        ("!notify digest weekly monday 8:00", "on Monday at 08:00"),
        ("!notifier résumé lundi 8h", "on Monday at 08:00"),
        ("!notify quiet tonight", "22:00-7:00"),
        ("!notify digest soon", "daily 8:00"),
        ("!notify timezone Mars", "Europe/Paris"),
        ("!notify timezone default", "Europe/Paris"),
    ],
)
async def test_each_is_answered(house: House, words: str, wanted: str) -> None:
    await invites(house)
    assert wanted in (await asks(house, words))[0]


async def test_a_digest_has_one_timer_however_often_it_is_set(house: House) -> None:
    await invites(house)
    for words in ("digest daily 8:00", "digest daily 9:00", "timezone Europe/London", "digest weekly friday 9:00"):
        await asks(house, f"!notify {words}")
    async with house.step.database.read() as tx:
        due = await timers.due(tx, house.clock.now() + timedelta(days=9))
    assert [timer for timer, _ in due if timer.startswith("digest:")] == [f"digest:{BOB}"]


async def test_of_an_encrypted_room_it_is_said_that_something_happened(house: House) -> None:
    await of_bobs(house, "quiet 9:30-12:00")
    before = await answered(house)
    house.step.rooms.encrypted.add(ROOM)
    await house.settle((3 * HOURS,))
    (told,) = news(house, before)
    body = str(told.content["body"])
    assert "1 conversation" in body and "room is encrypted" in body and "Question" not in body


async def test_however_many_there_are_each_is_named(house: House) -> None:
    await of_bobs(house, "new on", "quiet 9:30-12:00")
    before = len(house.homeserver.posted)
    for n in range(22):
        house.provider.deliver(mail(id=f"n{n}@example.org", sender=f"P <p{n}@example.org>", subject=f"Devis {n}."))
    await house.settle(NOW)
    await house.settle((3 * HOURS,))
    first, second = news(house, before)
    said = f"{first.content['body']} {second.content['body']}"
    assert "22 conversations" in said and all(f"Devis {n}." in said for n in range(22))
    assert (first.content["m.mentions"], second.content["m.mentions"]) == ({"user_ids": [BOB]}, {})


@pytest.mark.parametrize("how", ["left", "joined"])
async def test_whose_chat_has_ended_meanwhile_is_mentioned_once_in_the_room_of_the_mailbox(
    house: House, how: str
) -> None:
    await of_bobs(house, "quiet 9:30-12:00")
    before = await answered(house)
    await happens(house, goes(house, BOB, room=DIRECT) if how == "left" else goes(house, ALICE, "join", room=DIRECT))
    assert mentioned(house, before) == []
    await house.settle((3 * HOURS,))
    (told,) = [one for one in house.homeserver.posted[before:] if one.content.get("m.mentions") == {"user_ids": [BOB]}]
    assert told.room == ROOM and "1 conversation had news of which you were not told: #1." in str(told.content["body"])
    assert mentioned(house, await answered(house, 3)) == [{"user_ids": [BOB]}], "from then on as ever"
    before = len(house.homeserver.posted)
    await invites(house, SECOND)
    await house.settle((DAY,))
    assert "had news" not in str([one.content for one in house.homeserver.posted[before:]])


async def test_whose_chat_has_ended_is_told_in_another_one_that_they_open_in_time(house: House) -> None:
    await of_bobs(house, "quiet 9:30-12:00")
    await answered(house)
    await happens(house, goes(house, BOB, room=DIRECT))
    await invites(house, SECOND)
    await house.settle((3 * HOURS,))
    told = [p for p in house.homeserver.posted if p.room == SECOND and "1 conversation" in str(p.content["body"])]
    assert len(told) == 1 and "Question" in str(told[0].content["body"])
    assert "had news" not in str([one.content for one in house.homeserver.posted])


@pytest.mark.parametrize("words", ["!spam", "!delete"])
@pytest.mark.parametrize("has_chat", [True, False])
async def test_what_was_thrown_away_meanwhile_rings_for_nobody_whose_it_is_not(
    house: House, words: str, has_chat: bool
) -> None:
    await of_bobs(house, "new on", "quiet 9:30-12:00")
    house.provider.deliver(mail(id="n1@example.org", sender="Paul <paul@example.org>", subject="Devis"))
    await house.settle(NOW)
    await happens(house, says(words, thread=card_of(house, 2)))
    if not has_chat:
        await happens(house, goes(house, BOB, room=DIRECT))
    before = len(house.homeserver.posted)
    await house.settle((3 * HOURS,))
    assert (news(house, before), mentioned(house, before)) == ([], [])


async def test_a_digest_and_what_is_told_afterwards_name_nothing_of_a_mute_mailbox(house: House) -> None:
    await of_bobs(house, "quiet 9:30-12:00", "digest daily 12:30")
    before = await answered(house)
    await happens(house, says("!notify mute", sender=BOB))
    await house.settle((4 * HOURS,))
    assert news(house, before) == []


async def test_what_is_given_to_somebody_by_a_list_waits_for_the_end_of_their_hours(house: House) -> None:
    await invites(house)
    await asks(house, "!notify quiet 9:30-12:00")
    before = len(house.homeserver.posted)
    await happens(house, says("!assign @bob all"), says("!yes"))
    assert {"user_ids": [BOB]} not in mentioned(house, before)
    await house.settle((3 * HOURS,))
    assert "Question" in str(news(house, before)[0].content["body"])


@pytest.mark.parametrize("choice", ["assigned-me off", "mute"])
async def test_what_is_given_by_a_list_is_told_to_nobody_who_does_not_want_it(house: House, choice: str) -> None:
    await happens(house, says(f"!notify {choice}", sender=BOB))
    before = len(house.homeserver.posted)
    await happens(house, says("!assign @bob all"), says("!yes"))
    assert {"user_ids": [BOB]} not in mentioned(house, before)


OWN = (
    ("!notify quiet 22:00-7:00", Own.QUIET, "22:00-07:00"),
    ("!notify digest daily 8:00", Own.DIGEST, "daily 08:00"),
    ("!notify timezone Europe/Paris", Own.TIMEZONE, "Europe/Paris"),
    ("!notify timezone UTC", Own.TIMEZONE, "UTC"),
    ("!language fr", Own.LANGUAGE, "fr"),
)


@pytest.mark.parametrize(("command", "what", "value"), OWN)
async def test_what_somebody_sets_for_themselves_is_taken_back_with_its_command(
    house: House, command: str, what: Own, value: str
) -> None:
    def is_set() -> str:
        return house.step.settings.known.own_of(ALICE, what)

    first = says(command)
    await happens(house, first)
    assert is_set() == value
    await happens(house, redacts(first.event))
    assert is_set() == ""
    await happens(house, says(command))
    off = says("!language default" if what is Own.LANGUAGE else f"!notify {what.value} off")
    await happens(house, off)
    assert is_set() == ""
    await house.close()
    await house.open()
    await happens(house, redacts(off.event))
    assert is_set() == value
    await happens(house, redacts(off.event))
    assert is_set() == value, "a deletion that comes twice changes nothing"


@pytest.mark.parametrize(("command", "what", "value"), OWN)
async def test_what_was_set_long_ago_is_not_taken_back_nor_what_another_command_set_since(
    house: House, command: str, what: Own, value: str
) -> None:
    first, other = says(command), says("!language en" if what is Own.LANGUAGE else f"!notify {what.value} off")
    await happens(house, first, other)
    before = house.step.settings.known.own_of(ALICE, what)
    await happens(house, redacts(first.event))
    assert house.step.settings.known.own_of(ALICE, what) == before
    again = says(command)
    await happens(house, again, seconds=(0.0, 3600.0))
    await happens(house, redacts(again.event))
    assert house.step.settings.known.own_of(ALICE, what) == value


async def test_what_a_colleague_splits_off_in_the_hours_is_told_by_its_own_number(house: House) -> None:
    await of_bobs(house, "replied-mine direct", "quiet 9:30-12:00")
    raw = mail(id="e1@else.example", sender=EVE, subject="Re: Question", reply_to="m1@example.org", text="Autre chose.")
    house.provider.deliver(raw)
    await house.settle(NOW)
    before = len(house.homeserver.posted)
    await happens(house, reacts("✂️", mail_event(house, "e1@else.example")))
    await house.settle((3 * HOURS,))
    (told,) = news(house, before)
    assert "#1" in str(told.content["body"]) and "#2" in str(told.content["body"])


async def test_what_becomes_of_an_answer_rings_its_author_after_their_hours_and_not_in_them(house: House) -> None:
    await of_bobs(house, "quiet 10:10-12:00")
    await happens(house, reads(mails_in(house)[-1].event, sender=BOB))
    house.provider.answers = [Refused("550", "5.1.1 no such user")]
    await happens(house, says('!reply --at "10:30" Bonjour', thread=card_of(house), sender=BOB))
    before = len(house.homeserver.posted)
    await house.settle((1800.0, 60.0, 60.0))
    assert (news(house, before), mentioned(house, before)) == ([], [])
    assert any("no such user" in str(one.content.get("body")) for one in house.homeserver.posted[before:])
    await house.settle((3 * HOURS,))
    assert "1 conversation" in str(news(house, before)[0].content["body"])
    assert len(news(house, before)) == 1


async def test_a_colleague_who_takes_their_answer_back_rings_them_after_their_hours(house: House) -> None:
    await with_four_eyes(house)
    await of_bobs(house, "quiet 9:30-12:00")
    house.provider.deliver(mail(id="m9@example.org", reply_to="m1@example.org"))
    await house.settle(NOW)
    await happens(house, reads(mails_in(house)[-1].event, sender=BOB))
    await now(house, says("!reply Bonjour", thread=card_of(house), sender=BOB))
    before = len(house.homeserver.posted)
    await now(house, reacts("❌", outgoing(house)[-1].event), seconds=SENT)
    assert (news(house, before), mentioned(house, before)) == ([], [])
    await house.settle((3 * HOURS,))
    assert len(news(house, before)) == 1


async def test_in_a_mute_mailbox_an_author_is_rung_at_once_as_nothing_would_tell_them_later(house: House) -> None:
    await of_bobs(house, "quiet 10:10-12:00")
    await happens(house, says("!notify mute", sender=BOB), reads(mails_in(house)[-1].event, sender=BOB))
    house.provider.answers = [Refused("550", "5.1.1 no such user")]
    await happens(house, says('!reply --at "10:30" Bonjour', thread=card_of(house), sender=BOB))
    before = len(house.homeserver.posted)
    await house.settle((1800.0, 60.0, 60.0))
    assert len(mentioned(house, before)) == 1
