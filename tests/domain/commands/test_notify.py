"""`notify`: what a member chose to be told of."""

from dataclasses import replace

import pytest

from bot.domain.choices import EVERYBODY, EVERYWHERE, Choice, Medium, Occasion, SaveChoice, Whole
from bot.domain.decision import Decision
from bot.domain.ids import EventId
from bot.domain.page import Bullets, Page
from bot.domain.sentences import Sentence
from bot.domain.settings import Instance
from tests.domain.commands.cases import COMMAND, NOW, given, page_of, told
from tests.domain.deciding import MAILBOX, World
from tests.fakes.chat import ALICE, BOB

OFF = Choice(ALICE, EVERYWHERE, Occasion.REPLIED_MINE, Medium.NONE, NOW, EventId("$before"), None)
MUTE = replace(OFF, mailbox=MAILBOX.id, about=Whole.EVERYTHING)


def kept(decision: Decision) -> list[Choice]:
    return [change.choice for change in decision.changes if isinstance(change, SaveChoice)]


def with_choices(*choices: Choice) -> Instance:
    return replace(World().instance, choices=choices)


def rows(page: Page) -> list[Sentence]:
    (bullets,) = [block for block in page.blocks if isinstance(block, Bullets)]
    return [line for line in bullets.lines if isinstance(line, Sentence)]


@pytest.mark.parametrize(
    ("body", "mailbox", "about", "medium", "said"),
    [
        ("!notify replied-mine off", EVERYWHERE, Occasion.REPLIED_MINE, Medium.NONE, "notify.off"),
        ("!notify new on", EVERYWHERE, Occasion.NEW, Medium.MENTION, "notify.on"),
        ("/notify new mention", EVERYWHERE, Occasion.NEW, Medium.MENTION, "notify.on"),
        ("!notify new on here", MAILBOX.id, Occasion.NEW, Medium.MENTION, "notify.on_here"),
        ("!notify followed none here", MAILBOX.id, Occasion.FOLLOWED, Medium.NONE, "notify.off_here"),
        ("!notifier réponse-mienne non", EVERYWHERE, Occasion.REPLIED_MINE, Medium.NONE, "notify.off"),
        ("!notifications NOUVELLE oui ici", MAILBOX.id, Occasion.NEW, Medium.MENTION, "notify.on_here"),
        ("!notify mute", MAILBOX.id, Whole.EVERYTHING, Medium.NONE, "notify.muted"),
        ("!notifier muet", MAILBOX.id, Whole.EVERYTHING, Medium.NONE, "notify.muted"),
        ("!notify mute contact", MAILBOX.id, Whole.EVERYTHING, Medium.NONE, "notify.muted_in"),
        ("!notify new on contact", MAILBOX.id, Occasion.NEW, Medium.MENTION, "notify.on_in"),
    ],
)
def test_a_choice_is_kept_and_told(body: str, mailbox: str, about: Occasion, medium: Medium, said: str) -> None:
    done = given(body)
    assert [(c.person, c.mailbox, c.about, c.medium, c.source) for c in kept(done)] == [
        (ALICE, mailbox, about, medium, COMMAND)
    ]
    assert told(done) == [said]
    assert kept(given(body, in_thread=False)) == kept(done)


def test_what_stands_so_already_is_not_written_again() -> None:
    done = given("!notify replied-mine off", instance=with_choices(OFF))
    assert (kept(done), told(done)) == ([], ["notify.off"])
    done = given("!notify unmute")
    assert (kept(done), told(done)) == ([], ["notify.unmuted"])


def test_default_puts_back_all_that_is_one_s_own() -> None:
    done = given("!notify default", instance=with_choices(OFF, MUTE, replace(OFF, person=BOB)))
    assert [(c.person, c.about, c.medium, c.before) for c in kept(done)] == [
        (ALICE, Occasion.REPLIED_MINE, None, Medium.NONE),
        (ALICE, Whole.EVERYTHING, None, Medium.NONE),
    ]


@pytest.mark.parametrize(
    "words", ["nonsense", "new", "new perhaps", "on", "new on there", "mute new", "new on here here", "off new"]
)
def test_anything_else_is_answered_with_what_can_be_chosen(words: str) -> None:
    done = given(f"!notify {words}")
    assert (kept(done), told(done)) == ([], ["error.notify"])


def test_alone_it_shows_what_holds_here_and_nobody_else_s() -> None:
    assert [row.key for row in rows(page_of("!notify", instance=with_choices(replace(OFF, person=BOB))))].count(
        "notify.row_on"
    ) == 4
    here = replace(OFF, about=Occasion.NEW, mailbox=MAILBOX.id, medium=Medium.MENTION)
    shown = [row.key for row in rows(page_of("!notify", instance=with_choices(OFF, here)))]
    assert (shown[0], shown[5]) == ("notify.row_on_here", "notify.row_off")
    assert [row.key for row in rows(page_of("!notify", instance=with_choices(MUTE)))] == ["notify.is_mute"]


def test_who_runs_a_mailbox_decides_for_whoever_chose_nothing() -> None:
    done = given("!notify default new on")
    assert [(c.person, c.mailbox, c.about, c.medium) for c in kept(done)] == [
        (EVERYBODY, MAILBOX.id, Occasion.NEW, Medium.MENTION)
    ]
    assert told(done) == ["notify.default_on"]
    stands = with_choices(*kept(done))
    assert kept(given("!notify default new on", instance=stands)) == []
    (back,) = kept(given("!notifier défaut nouvelle défaut", instance=stands))
    assert (back.person, back.medium, back.before) == (EVERYBODY, None, Medium.MENTION)
    assert kept(given("!notify default", instance=stands)) == [], "what holds for all is none of one's own"
    refused = given("!notify default new on", by=BOB)
    assert (kept(refused), told(refused)) == ([], ["error.no_right"])
    assert told(given("!notify default new direct")) == ["notify.default_direct"]
    assert told(given("!notifier défaut nouvelle courriel")) == ["notify.default_email"]
    assert told(given("!notify default new here")) == ["error.notify"]
