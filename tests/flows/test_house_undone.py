"""Deleting the command soon takes back what it changed of a mailbox itself: its state, settings, rules, blocks."""

from collections.abc import Callable

import pytest

from bot.domain.audited import Act
from bot.domain.blocking import Blocked
from bot.domain.commands.table import TABLE
from bot.domain.house_deeds import BlockWas, RuleWas, SettingWas
from bot.domain.house_rules import HouseRule
from bot.domain.ids import EventId, RoomId
from bot.domain.inputs.said import TeamMessage
from bot.domain.merged import ARCHIVED, AUTOREPLY, PAUSED, STANDING
from bot.domain.rules.house_undone import right_of
from bot.domain.settings import MailboxSettings
from storage import audits, blocking, house_rules
from tests.fakes.chat import ALICE, BOB, CONFIG, ROOM
from tests.fakes.house import MAILBOX, House
from tests.fakes.looking import card_of, happens
from tests.fakes.upgrading import texts
from tests.fakes.writing import redacts, says
from tests.storage.made import NOW

ADDRESS = MAILBOX.address
SOON, LATE = (0.0,), (25.0,)
Seen = Callable[[MailboxSettings], object]


def known(house: House) -> MailboxSettings:
    return house.step.settings.known.mailboxes[0]


def standing(one: MailboxSettings) -> object:
    return one.is_paused, one.is_archived


def autoreply(one: MailboxSettings) -> object:
    return one.autoreply


CASES: list[tuple[tuple[str, ...], str, RoomId, Seen]] = [
    ((), f"!mailbox pause {ADDRESS}", CONFIG, standing),
    ((), f"!mailbox pause {ADDRESS}", ROOM, standing),
    ((), f"!mailbox archive {ADDRESS}", CONFIG, standing),
    ((f"!mailbox pause {ADDRESS}",), f"!boîte reprendre {ADDRESS}", CONFIG, standing),
    ((f"!mailbox archive {ADDRESS}",), f"!mailbox resume {ADDRESS}", CONFIG, standing),
    (("!autoreply text Bonjour",), "!autoreply on", CONFIG, autoreply),
    (("!autoreply text Bonjour", "!autoreply on"), "!autoreply off", ROOM, autoreply),
    (("!autoreply text Bonjour",), "!autoreply text Bonsoir", ROOM, autoreply),
]


async def gives(house: House, before: tuple[str, ...], words: str, room: RoomId) -> TeamMessage:
    for one in before:
        await happens(house, says(one, room=CONFIG), seconds=SOON)
    given = says(words, room=room)
    await happens(house, given, seconds=SOON)
    return given


@pytest.mark.parametrize(("before", "words", "room", "seen"), CASES)
async def test_it_is_as_before_and_so_told_once(
    house: House, before: tuple[str, ...], words: str, room: RoomId, seen: Seen
) -> None:
    for one in before:
        await happens(house, says(one, room=CONFIG), seconds=SOON)
    was = seen(known(house))
    given = says(words, room=room)
    await happens(house, given, seconds=SOON)
    assert seen(known(house)) != was
    await happens(house, redacts(given.event, room=room), redacts(given.event, room=room), seconds=SOON)
    assert seen(known(house)) == was
    assert sum("Taken back" in one for one in texts(house, room)) == 1
    await house.close()
    await house.open()
    assert seen(known(house)) == was


@pytest.mark.parametrize(("before", "words", "room", "seen"), CASES)
@pytest.mark.parametrize("how", ["late", "elsewhere", "another", "changed since"])
async def test_too_late_elsewhere_or_changed_since_it_stays(
    house: House, before: tuple[str, ...], words: str, room: RoomId, seen: Seen, how: str
) -> None:
    given = await gives(house, before, words, room)
    target, where = given.event, room
    match how:
        case "late":
            await house.settle(LATE)
        case "elsewhere":
            where = RoomId("!elsewhere:localhost")
        case "another":
            target = says("x").event
        case _:
            other = f"!mailbox pause {ADDRESS}" if "resume" in words or "reprendre" in words else ""
            other = other or (
                f"!mailbox resume {ADDRESS}" if "mailbox" in words else "!autoreply hours mon-fri 9:00-17:00"
            )
            await happens(house, says(other, room=CONFIG), seconds=SOON)
    after = seen(known(house))
    await happens(house, redacts(target, room=where), seconds=SOON)
    assert seen(known(house)) == after
    assert not any("Taken back" in one for one in texts(house, room))


async def test_it_goes_back_over_a_restart_and_by_another_s_deletion(house: House) -> None:
    given = await gives(house, (), f"!mailbox pause {ADDRESS}", CONFIG)
    await happens(house, says(f"!grant @bob edit {ADDRESS}", room=CONFIG), seconds=SOON)
    await house.close()
    await house.open()
    await happens(house, redacts(given.event, room=CONFIG, sender=BOB), seconds=SOON)
    assert not known(house).is_paused


@pytest.mark.parametrize(
    ("words", "right"), [("!mailbox pause", "edit"), ("!autoreply off", "autoreply"), ("!rule off 1", "edit")]
)
async def test_whoever_lost_the_right_takes_nothing_back(house: House, words: str, right: str) -> None:
    before = (
        "!autoreply text Bonjour", "!autoreply on", "!rule add if subject:x then close", "!rule on 1",
        f"!grant @bob {right} {ADDRESS}",
    )  # fmt: skip
    for one in before:
        await happens(house, says(one), seconds=SOON)
    given = says(words, sender=BOB)
    await happens(house, given, seconds=SOON)
    was = known(house)
    await happens(house, says(f"!revoke @bob {right} {ADDRESS}"), redacts(given.event, sender=BOB), seconds=SOON)
    assert known(house) == was
    assert not any("Taken back" in one for one in texts(house))
    async with house.step.database.read() as tx:
        assert not any(one.is_on for one in await house_rules.of(tx, (MAILBOX.id,))) or words != "!rule off 1"


async def test_a_rule_that_goes_back_was_changed_by_whoever_deleted_the_command(house: House) -> None:
    for one in ("!rule add if subject:x then close", "!rule on 1", f"!grant @bob edit {ADDRESS}"):
        await happens(house, says(one), seconds=SOON)
    given = says("!rule off 1", sender=BOB)
    await happens(house, given, redacts(given.event, sender=BOB), seconds=SOON)
    async with house.step.database.read() as tx:
        lines = await audits.newest(tx, (MAILBOX.id,), 2, of_people=True)
    assert [(one.audited.act, one.audited.by) for one in lines] == [(Act.RULE_ON, BOB), (Act.RULE_OFF, BOB)]


async def test_a_deletion_that_is_read_before_the_command_lets_it_do_nothing(house: House) -> None:
    given = says(f"!mailbox pause {ADDRESS}", room=CONFIG)
    await happens(house, redacts(given.event, room=CONFIG), given, seconds=SOON)
    assert not known(house).is_paused


async def test_it_is_not_archived_again_while_a_mail_waits_to_leave(house: House) -> None:
    given = await gives(house, (f"!mailbox archive {ADDRESS}",), f"!mailbox resume {ADDRESS}", CONFIG)
    await happens(house, says("!reply Bonjour", thread=card_of(house)), seconds=SOON)
    await happens(house, redacts(given.event, room=CONFIG), seconds=SOON)
    assert not known(house).is_archived
    assert "wait" in texts(house)[-1]


async def test_the_room_is_told_that_the_archived_mailbox_is_served_after_all(house: House) -> None:
    given = await gives(house, (), f"!mailbox archive {ADDRESS}", CONFIG)
    await happens(house, redacts(given.event, room=CONFIG), seconds=SOON)
    assert "is served again" in texts(house, ROOM)[-1]


async def rules(house: House) -> tuple[HouseRule, ...]:
    async with house.step.database.read() as tx:
        return await house_rules.of(tx, [MAILBOX.id])


async def blocked(house: House) -> tuple[Blocked, ...]:
    async with house.step.database.read() as tx:
        return await blocking.of(tx, [MAILBOX.id])


@pytest.mark.parametrize("words", ["!rule on 1", "!rule off 2", "!rule delete 1", "!rule delete 2"])
async def test_a_rule_is_as_it_was(house: House, words: str) -> None:
    for before in ("!rule add if from:a then close", "!rule add if from:b then close", "!rule on 2"):
        await happens(house, says(before), seconds=SOON)
    was = await rules(house)
    given = says(words)
    await happens(house, given, seconds=SOON)
    assert await rules(house) != was
    await happens(house, redacts(given.event), redacts(given.event), seconds=SOON)
    assert await rules(house) == was


async def test_a_rule_with_a_number_that_another_has_since_does_not_come_back(house: House) -> None:
    await happens(house, says("!rule add if from:a then close"), seconds=SOON)
    given = says("!rule delete 1")
    await happens(house, given, says("!rule add if from:b then close"), seconds=SOON)
    was = await rules(house)
    await happens(house, redacts(given.event), seconds=SOON)
    assert await rules(house) == was


async def test_what_is_blocked_no_longer_is_blocked_again(house: House) -> None:
    await happens(house, says("!block spam@shop.example @ads.example"), seconds=SOON)
    was = await blocked(house)
    given = says("!unblock spam@shop.example @ads.example")
    await happens(house, given, seconds=SOON)
    assert await blocked(house) == ()
    await happens(house, redacts(given.event), redacts(given.event), seconds=SOON)
    assert sorted(one.key for one in await blocked(house)) == sorted(one.key for one in was)
    assert {one.by for one in await blocked(house)} == {ALICE}


async def test_whoever_changed_it_again_has_the_last_word_also_where_it_reads_as_before(house: House) -> None:
    first = says(f"!mailbox pause {ADDRESS}", room=CONFIG)
    for given in (
        first,
        says(f"!mailbox resume {ADDRESS}", room=CONFIG),
        says(f"!mailbox pause {ADDRESS}", room=CONFIG),
    ):
        await happens(house, given, seconds=SOON)
    await happens(house, redacts(first.event, room=CONFIG), seconds=SOON)
    assert standing(known(house)) == (True, False)


@pytest.mark.parametrize(
    ("name", "was"),
    [
        ("mailbox pause", SettingWas(STANDING, None, PAUSED)),
        ("mailbox resume", SettingWas(STANDING, PAUSED, None)),
        ("mailbox archive", SettingWas(STANDING, PAUSED, ARCHIVED)),
        ("autoreply", SettingWas(AUTOREPLY, None, "on")),
        ("rule", RuleWas(HouseRule(MAILBOX.id, 1, "if subject:x then close", False, ALICE, NOW, EventId("$a")), None)),
        ("unblock", BlockWas(Blocked(MAILBOX.id, "a@b.example", ALICE, EventId("$b"), NOW))),
    ],
)
def test_taking_back_asks_for_the_right_of_the_command(name: str, was: SettingWas | RuleWas | BlockWas) -> None:
    assert next(one.right for one in TABLE if one.name == name) is right_of(was)
