"""A mailbox has a config room of its own: it alone is run and told of there, until the room is lost or given up."""

from dataclasses import replace

import pytest

from bot.domain.ids import RoomId
from bot.domain.inputs.inside import Away, BotStarted, ServiceChanged, StatusDue
from bot.domain.inputs.mail import FolderReset
from bot.domain.inputs.room import RoomLost, RoomUpgraded
from bot.domain.settings import MailboxSettings
from bot.ports import Member
from storage import believed
from tests.fakes.chat import ALICE, BOB, BOT, CONFIG, ROOM
from tests.fakes.failing import fails_on
from tests.fakes.house import INSTANCE, House
from tests.fakes.house import MAILBOX as FIRST
from tests.fakes.looking import happens
from tests.fakes.passwords import WORD, in_files
from tests.fakes.two_mailboxes import CAROL, NAMED, OTHER, OWN, SECRET, THERE, by, comes, first, has_own, restart
from tests.fakes.upgrading import last, texts
from tests.fakes.writing import edits, reacts, redacts, says


async def test_it_is_made_encrypted_and_those_who_run_the_mailbox_are_invited(two: House) -> None:
    await has_own(two)
    ((room, made),) = two.homeserver.made
    assert (room, made.is_encrypted, made.invites) == (OWN, True, ALICE)
    assert two.homeserver.invited == [(OWN, BOB)]
    assert "has its own config room" in last(two)
    assert f"{FIRST.address} is run and told of here" in texts(two, OWN)[0]


async def test_whoever_runs_the_mailbox_has_it_made_from_its_room(two: House) -> None:
    await has_own(two, "!boîte configuration nouveau", ROOM)
    assert two.homeserver.made[0][1].invites == BOB
    assert "has its own config room" in last(two, ROOM)


async def test_a_member_without_the_right_makes_none(two: House) -> None:
    await comes(two, CAROL, ROOM)
    await happens(two, by(CAROL, "!mailbox config new", ROOM))
    assert "the right “edit”" in last(two, ROOM)
    await happens(two, says("!mailbox config new", room=ROOM, sender=BOB, encrypted=True))
    assert two.homeserver.made == [], "in clear it is nobody's word"


async def test_given_twice_and_come_twice_it_is_one_room(two: House) -> None:
    one = by(ALICE, f"!mailbox config {FIRST.address} new")
    await happens(two, one, one, by(ALICE, f"!mailbox config {FIRST.address} new"))
    assert first(two).config_room == OWN
    again = [room for room, _ in two.homeserver.made if room != OWN]
    assert two.homeserver.left == again, "a second one, asked for before the first was there, is left"
    await happens(two, by(ALICE, f"!mailbox config {FIRST.address} new"))
    assert "has a config room already" in last(two)


async def test_in_it_that_mailbox_alone_is_known(two: House) -> None:
    await has_own(two)
    await restart(two)
    said = (
        "!mailbox list", "!mailbox show", "!health", "!audit", "!mailbox log", "!grant", "!hide", "!autoreply",
        "!help mailbox config", "!mailbox set aliases x@asso.example", "!mailbox pause nobody", "!trace geheim",
        f"!mailbox show {SECRET}", "!folder remove x", "!check dns", "!stats", "!list", "!canned", "!rule", "!team",
        "!mailbox config", "!upgrade", "!aside", "!mailbox add new@other.example", "!mailbox folders", "!notify",
        f"!mailbox resume {SECRET}", f"!mailbox password {SECRET}", f"!mailbox remove {SECRET}", "!block", "!search a",
    )  # fmt: skip
    for person in (BOB, ALICE):
        for words in said:
            before = len(texts(two, OWN))
            await happens(two, by(person, words, OWN))
            new = "\n".join(texts(two, OWN)[before:]).replace(words, "")
            named = {word for word in (*words.split(), "x") if SECRET in word}
            for known in ("Trésorerie", str(THERE), *(() if named else (SECRET,))):
                assert known not in new, (person, words, new)
    assert two.step.settings.known.mailboxes[1] == replace(OTHER)


@pytest.mark.parametrize("room", [OWN, CONFIG])
async def test_whoever_runs_it_looks_after_it_there_and_where_all_are_and_after_no_other(
    two: House, room: RoomId
) -> None:
    await comes(two, BOB, CONFIG)
    await happens(two, by(ALICE, f"!mailbox set {SECRET} undo 7"))
    await has_own(two)
    before = len(texts(two, room))
    await happens(two, by(BOB, "!mailbox set undo 9", OWN))
    for words in (
        "!mailbox test",
        "!mailbox folders",
        "!check dns",
        "!check dns asso.example",
        "!audit",
        "!mailbox log",
    ):
        await happens(two, by(BOB, words, room), seconds=(0.0, 16.0))
    said = "\n".join(texts(two, room)[before:])
    assert two.finder.asked == ["asso.example"] * 2
    assert two.provider.logins and "INBOX" in said
    assert said.count("set undo") == 2 and SECRET not in said
    for words in (
        f"!mailbox test {SECRET}", f"!mailbox folders {SECRET}", "!check dns other.example", f"!check dns {SECRET}",
        f"!audit {SECRET}", f"!mailbox log {SECRET}",
    ):  # fmt: skip
        await happens(two, by(BOB, words, room), seconds=(0.0, 16.0))
        assert "Which" in last(two, room), words
    assert two.finder.asked == ["asso.example"] * 2


async def test_what_is_about_all_that_is_served_is_done_in_the_common_room_alone(two: House) -> None:
    await has_own(two)
    for words in ("!mailbox add new@other.example", "!aside", "!upgrade"):
        await happens(two, by(ALICE, words, OWN))
        assert "common configuration room" in last(two, OWN), words


async def test_an_address_of_another_mailbox_is_refused_there_as_well(two: House) -> None:
    await has_own(two)
    await happens(two, by(BOB, f"!mailbox set aliases {SECRET}", OWN))
    assert first(two).aliases == FIRST.aliases


async def test_whoever_left_the_mailbox_s_room_commands_nothing_there(two: House) -> None:
    await has_own(two)
    await happens(two, by(BOB, "!mailbox set undo 7", OWN))
    assert first(two).undo_seconds == 7
    await comes(two, BOB, ROOM, "leave")
    await happens(two, by(BOB, "!mailbox set undo 8", OWN))
    assert first(two).undo_seconds == 7
    await happens(two, by(CAROL, "!mailbox set undo 8", OWN))
    assert first(two).undo_seconds == 7, "a stranger is not heard"


def outage(house: House, mailbox: MailboxSettings, *, is_up: bool = False) -> ServiceChanged:
    return ServiceChanged("imap", mailbox.id, is_up, "connection_refused", house.clock.now())


async def test_what_is_told_of_it_goes_there_and_nothing_of_another(two: House) -> None:
    await has_own(two)
    common = len(texts(two))
    for mailbox in (FIRST, OTHER):
        await happens(two, outage(two, mailbox), seconds=(0.0,))
        await happens(two, outage(two, mailbox, is_up=True), seconds=(0.0,))
        await happens(two, FolderReset(mailbox.id, "INBOX", 1, 2, two.clock.now()), seconds=(0.0,))
        await happens(two, StatusDue(mailbox.id, two.clock.now()), seconds=(0.0,))
    await two.step.take(BotStarted("1.0", two.clock.now(), (Away(FIRST.id, "timeout"), Away(OTHER.id, "timeout"))))
    await two.settle((0.0,))
    there, here = "\n".join(texts(two, OWN)), "\n".join(texts(two)[common:])
    assert there.count(FIRST.address) >= 5 and "0 of 1" in there
    assert SECRET not in there
    assert here.count(SECRET) >= 4 and "0 of 1" in here
    assert FIRST.address not in here


async def test_what_was_put_aside_is_tried_again_from_there(two: House, monkeypatch: pytest.MonkeyPatch) -> None:
    await has_own(two)
    fails_on(monkeypatch, lambda one: isinstance(one, FolderReset))
    await happens(two, FolderReset(FIRST.id, "INBOX", 1, 2, two.clock.now()), seconds=(0.0,))
    monkeypatch.undo()
    assert not any("put aside" in one for one in texts(two))
    told = next(p for p in two.homeserver.posted if p.room == OWN and "put aside" in str(p.content["body"]))
    await happens(two, by(BOB, "!aside retry 1", OWN))
    assert "admins" in last(two, OWN), "by its number it might be another mailbox's"
    await comes(two, CAROL)
    await happens(two, reacts("🔁", told.event, sender=CAROL, room=OWN))
    assert not any("✅ Number 1" in one for one in texts(two, OWN))
    await happens(two, reacts("🔁", told.event, sender=BOB, room=OWN))
    assert any("✅ Number 1" in one for one in texts(two, OWN))


@pytest.mark.parametrize("how", ["lost", "ban", "upgraded", "off", "off there", "archive", "remove"])
async def test_without_it_the_mailbox_is_told_of_where_all_are(two: House, how: str) -> None:
    await has_own(two)
    now = two.clock.now()
    match how:
        case "lost" | "ban":
            await happens(two, RoomLost(OWN, BOB, "leave" if how == "lost" else "ban", now))
            assert "no longer in the config room" in last(two)
        case "upgraded":
            await happens(two, RoomUpgraded(OWN, NAMED, BOB, now), RoomUpgraded(OWN, NAMED, BOB, now))
            assert texts(two)[-1].count("was upgraded") == 1 and "was upgraded" not in texts(two)[-2]
        case "off":
            await happens(two, by(ALICE, f"!mailbox config {FIRST.address} off"))
        case "off there":
            await happens(two, by(BOB, "!mailbox config aucun", OWN))
            assert "where all mailboxes are again" in last(two, OWN)
        case _:
            await happens(two, by(ALICE, f"!mailbox {how} {FIRST.address}"))
            if how == "remove":
                await happens(two, by(ALICE, f"!mailbox archive {FIRST.address}"))
    if how not in ("archive", "remove"):
        assert first(two).config_room is None
    await restart(two)
    before = len(texts(two, OWN))
    await happens(two, by(BOB, "!mailbox set undo 3", OWN), outage(two, FIRST))
    assert first(two).undo_seconds == 20
    assert texts(two, OWN)[before:] == []
    assert FIRST.address in last(two)


async def test_a_mailbox_that_config_yaml_names_no_more_says_so_in_its_own_room_once_and_comes_back(two: House) -> None:
    await has_own(two)
    await two.close()
    both, two.instance = two.instance, replace(two.instance, mailboxes=(OTHER,))
    for _ in range(2):
        await two.open()
        await two.settle((0.0,))
        await two.close()
    assert sum("is served no more" in one for one in texts(two, OWN)) == 1
    two.instance = both
    await two.open()
    assert first(two).own_config_room == OWN


async def test_a_room_that_the_bot_is_not_let_into_after_a_restore_is_lost(two: House) -> None:
    await has_own(two)
    two.homeserver.closed.add(OWN)
    await restart(two)
    assert not await two.keeper.enter(OWN)
    await two.settle((0.0,))
    assert first(two).config_room is None
    assert "no longer in the config room" in last(two)
    before = len(texts(two, OWN))
    await happens(two, outage(two, FIRST), seconds=(0.0,))
    assert FIRST.address in last(two) and len(texts(two, OWN)) == before


async def test_a_room_into_which_an_account_may_not_just_now_is_waited_for(two: House) -> None:
    await has_own(two)
    two.homeserver.closed.add(OWN)
    two.homeserver.closed_by = "M_CONSENT_NOT_GIVEN"
    await two.keeper.enter(OWN)
    await two.settle((0.0,))
    assert first(two).config_room == OWN
    two.homeserver.closed.clear()
    assert await two.keeper.enter(OWN)


async def test_edited_or_late_a_word_changes_nothing_more(two: House) -> None:
    await has_own(two)
    given = by(BOB, "!mailbox set undo 7", OWN)
    await happens(two, given, edits(given.event, "!mailbox set undo 9", room=OWN))
    assert first(two).undo_seconds == 7
    await happens(two, by(BOB, "!mailbox config off", OWN), by(BOB, "!mailbox set undo 8", OWN))
    assert first(two).undo_seconds == 7, "a word that comes after the room was given up is nobody's"


async def test_it_is_back_with_the_mailbox_that_was_archived(two: House) -> None:
    await has_own(two)
    await happens(two, by(ALICE, f"!mailbox archive {FIRST.address}"))
    assert "is served no more" in last(two, OWN)
    await happens(two, by(ALICE, f"!mailbox resume {FIRST.address}"), by(BOB, "!mailbox set undo 3", OWN))
    assert first(two).undo_seconds == 3


async def test_a_room_that_is_there_is_named_by_an_admin_alone(two: House) -> None:
    two.homeserver.members[NAMED] = (Member(ALICE, "Alice"), Member(BOB, "Bob"), Member(BOT, "Postroom"))
    await restart(two)
    await happens(two, by(BOB, f"!mailbox config {NAMED}", ROOM))
    assert first(two).config_room is None
    await happens(two, by(ALICE, f"!mailbox config {FIRST.address} {NAMED}"))
    assert "not encrypted" in last(two)
    async with two.step.database.write() as tx:
        await believed.add_rooms(tx, [NAMED])
    for taken in (ROOM, THERE, CONFIG, RoomId("!nowhere:localhost")):
        await happens(two, by(ALICE, f"!mailbox config {FIRST.address} {taken}"))
        assert first(two).config_room is None, taken
    await happens(two, by(ALICE, f"!mailbox config {FIRST.address} https://matrix.to/#/{NAMED}?via=localhost"))
    assert first(two).config_room == NAMED
    await happens(two, by(ALICE, f"!mailbox config {SECRET} {NAMED}"))
    assert two.step.settings.known.mailboxes[1].config_room is None, "one room is that of one mailbox"


async def test_who_may_give_the_password_gives_it_there_and_nobody_else(two: House) -> None:
    await has_own(two)
    two.provider.imap_password = two.provider.smtp_password = WORD
    await happens(two, by(BOB, "!mailbox password", OWN), by(BOB, WORD, OWN), seconds=(0.0, 16.0, 16.0))
    assert "counts from now on" in last(two, OWN) or "in use" in last(two, OWN), texts(two, OWN)[-3:]
    assert first(two).password is not None
    assert not [one for one in texts(two, OWN) if WORD in one]
    await two.close()
    assert in_files(two.folder, WORD) == []
    await two.open()
    await comes(two, CAROL, ROOM)
    await comes(two, CAROL)
    await happens(two, by(CAROL, "!mailbox password", OWN))
    assert "the right “password”" in last(two, OWN)


async def test_whoever_loses_the_right_while_the_password_is_asked_for_gives_none(two: House) -> None:
    await has_own(two)
    await happens(two, by(BOB, "!mailbox password", OWN), seconds=(0.0,))
    await comes(two, BOB, ROOM, "leave")
    await happens(two, by(BOB, WORD, OWN), seconds=(0.0, 16.0))
    assert first(two).password is None
    assert "the right “password”" in "\n".join(texts(two, OWN)[-2:])


async def test_a_right_given_there_goes_back_with_its_message(two: House) -> None:
    await has_own(two)
    await comes(two, CAROL, ROOM)
    one = by(BOB, "!grant @carol edit", OWN)
    await happens(two, one, seconds=(0.0,))
    assert (OWN, CAROL) in two.homeserver.invited, "who runs it from now on is invited"
    given = [g for g in two.step.settings.known.grants if g.person == CAROL and g.is_on]
    assert len(given) == 1
    await happens(two, redacts(one.event, room=OWN), seconds=(0.0,))
    assert not [g for g in two.step.settings.known.grants if g.person == CAROL and g.is_on]


async def test_said_in_the_mailbox_s_room_another_one_s_room_is_as_taken(two: House) -> None:
    two.homeserver.members[THERE] = (*two.homeserver.members[THERE], Member(ALICE, "Alice"))
    await restart(two)
    async with two.step.database.write() as tx:
        await believed.add_rooms(tx, [THERE])
    await happens(two, by(ALICE, f"!mailbox config {FIRST.address} {THERE}", ROOM))
    assert first(two).config_room is None and "named in the house’s config room" in last(two, ROOM)


def test_a_room_in_which_mail_is_shown_is_no_config_room() -> None:
    house = replace(
        INSTANCE,
        mailboxes=(replace(INSTANCE.mailboxes[0], config_room=THERE), replace(INSTANCE.mailboxes[0], room=THERE)),
    )
    assert house.run_in(THERE) is None and house.seen_from(THERE) is house
