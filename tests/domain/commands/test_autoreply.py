"""`autoreply`: written, timed, on and off, by whoever has the right; and office hours as people write them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.domain.autoreply import (
    NO_AUTOREPLY,
    AutoReply,
    Standing,
    hours_in,
    is_office_time,
    kept,
    read_hours,
    read_kept,
    written_hours,
)
from bot.domain.decision import Decision
from bot.domain.grants import Grant, Right
from bot.domain.house_changes import SetValue
from bot.domain.ids import EventId, MailboxId
from bot.domain.page import Paragraph
from bot.domain.settings import Instance
from tests.domain.commands.cases import NOW, given, page_of, told
from tests.domain.deciding import MAILBOX, World
from tests.fakes.chat import ALICE, BOB, CONFIG

WRITTEN = AutoReply(text="Bonjour {first_name}")
IN_CONFIG = {"room": CONFIG, "in_thread": False, "room_encrypted": True, "was_encrypted": True}


def house(auto: AutoReply = NO_AUTOREPLY, *, others: tuple[str, ...] = ()) -> Instance:
    one = replace(MAILBOX, autoreply=auto)
    more = tuple(replace(MAILBOX, id=MailboxId(other), address=other, aliases=()) for other in others)
    return replace(World().instance, mailboxes=(one, *more))


def saved(decision: Decision) -> list[AutoReply]:
    changes = [one for one in decision.changes if isinstance(one, SetValue)]
    return [read_kept(one.value or "") for one in changes if one.mailbox == MAILBOX.id]


def set_in(decision: Decision) -> list[SetValue]:
    return [one for one in decision.changes if isinstance(one, SetValue)]


def does(body: str, auto: AutoReply = NO_AUTOREPLY, **more: Any) -> Decision:
    return given(body, instance=house(auto), **more)


def lines(body: str, auto: AutoReply, **more: Any) -> list[str]:
    page = page_of(body, instance=house(auto), **more)
    return [one.key for block in page.blocks if isinstance(block, Paragraph) for one in block.sentences]


@pytest.mark.parametrize("where", [{}, {"in_thread": False}, IN_CONFIG])
def test_it_is_written_switched_on_and_off(where: dict[str, Any]) -> None:
    (one,) = saved(does("!autoreply text\nBonjour {first_name},\n\nMerci.", **where))
    assert one == AutoReply(text="Bonjour {first_name},\n\nMerci.")
    (one,) = saved(does("!répondeur activer", WRITTEN, **where))
    assert (one.standing, one.since, one.text, one.is_on) == (Standing.ON, NOW, WRITTEN.text, True)
    (off,) = saved(does("!autoreply off", one, **where))
    assert (off.standing, off.text) == (Standing.OFF, WRITTEN.text)
    (again,) = saved(does("!autoreply on", replace(one, standing=Standing.STOPPED), **where))
    assert again.standing is Standing.ON


def test_said_again_nothing_changes() -> None:
    on = replace(WRITTEN, standing=Standing.ON, since=NOW - timedelta(days=1))
    assert (saved(does("!autoreply on", on)), told(does("!autoreply on", on))) == ([], ["autoreply.on"])
    assert saved(does("!autoreply off", WRITTEN)) == []


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("!autoreply on", "error.autoreply_no_text"),
        ("!autoreply maybe", "error.autoreply_how"),
        ("!autoreply contact@asso.example maybe", "error.autoreply_how"),
        ("!autoreply other@asso.example on", "error.which_mailbox"),
        ("!autoreply hours tomorrow", "error.autoreply_hours"),
        ("!autoreply text Hello {me}", "error.autoreply_variable"),
        ("!autoreply text Hello {member.signature}", "error.autoreply_variable"),
        ("!autoreply text Hello {%customer.name%}", "error.autoreply_variable"),
        (f"!autoreply text {'x' * 10_001}", "error.set_text"),
    ],
)
def test_given_wrongly_it_says_what_is_wrong_and_changes_nothing(body: str, why: str) -> None:
    decision = does(body)
    assert (told(decision), set_in(decision)) == ([why], [])


@pytest.mark.parametrize("body", ["!autoreply", "!autoreply on", "!autoreply text Bonjour", "!autoreply hours mo 9-17"])
def test_without_the_right_nothing_is_done_or_shown(body: str) -> None:
    decision = does(body, WRITTEN, by=BOB)
    assert (told(decision), set_in(decision)) == (["error.no_right"], [])


def test_whoever_was_given_the_right_has_it_in_the_room_of_that_mailbox() -> None:
    grants = (Grant(MAILBOX.id, BOB, Right.AUTOREPLY, True, ALICE, NOW, EventId(""), False),)
    instance = replace(house(WRITTEN, others=("aide@asso.example",)), grants=grants)
    (one,) = saved(given("!autoreply contact@asso.example on", by=BOB, instance=instance, in_thread=False))
    assert one.standing is Standing.ON
    decision = given("!autoreply aide@asso.example on", by=BOB, instance=instance, in_thread=False)
    assert set_in(decision) == []


def test_shown_in_a_thread_it_is_as_it_would_go_to_the_correspondent() -> None:
    assert lines("!autoreply", NO_AUTOREPLY) == [
        "autoreply.off",
        "autoreply.no_text",
        "autoreply.how",
        "autoreply.variables",
    ]
    auto = replace(WRITTEN, standing=Standing.ON, hours="mo-fr 9:00-17:00")
    assert lines("!autoreply", auto) == [
        "autoreply.on",
        "autoreply.hours",
        "autoreply.words",
        "autoreply.how",
        "autoreply.variables",
    ]
    page = page_of("!autoreply", instance=house(WRITTEN))
    (words,) = [one for one in page.blocks[1].sentences if one.key == "autoreply.words"]  # type: ignore[union-attr]
    assert dict(words.values) == {"words": "Bonjour Marie"}


def test_where_several_mailboxes_are_meant_one_is_named() -> None:
    instance = house(WRITTEN, others=("aide@asso.example",))
    given_in = {"instance": instance, "in_thread": False}
    assert told(given("!autoreply on", **given_in)) == ["error.which_mailbox"]
    assert told(given("!autoreply on", **{**IN_CONFIG, "instance": instance})) == ["error.which_mailbox"]
    (one,) = saved(given("!autoreply contact@asso.example on", **given_in))
    assert one.standing is Standing.ON
    assert saved(given("!autoreply contact on", **given_in)) == [one]
    # In the thread it is that of the conversation.
    assert saved(given("!autoreply on", instance=instance)) == [one]


def test_a_team_s_room_knows_nothing_of_another_s_mailbox() -> None:
    instance = house(WRITTEN)
    there = replace(MAILBOX, id=MailboxId("paie@else.example"), address="paie@else.example", room=CONFIG, aliases=())
    decision = given(
        "!autoreply paie@else.example on", instance=replace(instance, mailboxes=(*instance.mailboxes, there))
    )
    assert (told(decision), set_in(decision)) == (["error.which_mailbox"], [])


@pytest.mark.parametrize(
    "auto",
    [NO_AUTOREPLY, WRITTEN, AutoReply(Standing.STOPPED, NOW, "mo 9:00-17:00", "a\n\nb\n"), AutoReply(text="\n\nx")],
)
def test_what_is_kept_is_read_again(auto: AutoReply) -> None:
    assert read_kept(kept(auto)) == auto


@pytest.mark.parametrize("value", ["", "x", "on nonsense\n\nBonjour", "maybe \n\n"])
def test_what_cannot_be_read_is_none(value: str) -> None:
    assert read_kept(value) == NO_AUTOREPLY


@pytest.mark.parametrize(
    ("words", "written"),
    [
        ("mo-fr 9-17", "mo-fr 9:00-17:00"),
        ('"mo-fr 9-12 14-17:30, sa 9-12"', "mo-fr 9:00-12:00 14:00-17:30, sa 9:00-12:00"),
        ("du lundi au vendredi de 9h à 17h30", "mo-fr 9:00-17:30"),
        ("Monday to Friday from 9 to 17", "mo-fr 9:00-17:00"),
        ("lu me ve 9h-12h ; sa 10h – 11h", "mo we fr 9:00-12:00, sa 10:00-11:00"),
        ("sa-mo 8-9", "mo sa-su 8:00-9:00"),
        ("8-20", "mo-su 8:00-20:00"),
        ("mardi 0-24", "tu 0:00-24:00"),
    ],
)
def test_office_hours_as_people_write_them(words: str, written: str) -> None:
    hours = read_hours(words)
    assert hours is not None and written_hours(hours) == written
    assert read_hours(written) == hours
    assert read_hours(hours_in(written, "fr")) == hours


@pytest.mark.parametrize(
    "words", ["", "mo-fr", "mo 17-9", "mo 9-25", "mo 9:70-12", "9-17 mo", "soon", "m 9-17", "mo 9", "1" * 300]
)
def test_what_are_no_office_hours(words: str) -> None:
    assert read_hours(words) is None


@pytest.mark.parametrize(
    ("at", "is_open"),
    [("2026-11-27 09:00", True), ("2026-11-27 08:59", False), ("2026-11-27 17:00", False), ("2026-11-28 10:00", False)],
)
def test_the_office_is_open_on_its_own_clock(at: str, is_open: bool) -> None:
    assert is_office_time("mo-fr 9:00-17:00", datetime.fromisoformat(at).replace(tzinfo=UTC)) is is_open
    assert not is_office_time("", datetime.fromisoformat(at).replace(tzinfo=UTC))
