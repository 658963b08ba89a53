"""➡️ and ⬅️ on a page: what they ask for, and of whom it is taken."""

from dataclasses import replace

import pytest

from bot.domain.beside import Beside, beside_of, wanted, written
from bot.domain.conversation import EventKind, KnownEvent
from bot.domain.effects import Say, ShowPage
from bot.domain.ids import ConversationId, EventId, UserId
from bot.domain.needs import Found, Listed
from bot.domain.snapshots import Turned
from bot.domain.stories.turning import decide_turned, needs_of_people_turned, needs_of_turned
from tests.domain.commands.cases import ELSEWHERE, NOW, ask, given, other
from tests.domain.deciding import conversation
from tests.fakes.chat import ALICE, BOB, ROOM

PAGE = KnownEvent(EventId("$page"), ROOM, EventKind.ANSWER, None, None, None, NOW)
MIDDLE = Beside(ALICE, "!list mine 3", "!list mine 1", ConversationId(7), None)


@pytest.mark.parametrize("kept", [MIDDLE, Beside(BOB, under=EventId("$x")), Beside(ALICE, '!search "é ➡️" page:2')])
def test_it_is_read_as_it_is_kept(kept: Beside) -> None:
    assert beside_of(replace(PAGE, body=written(kept))) == kept


def test_what_is_no_page_of_ours_has_none_beside_it() -> None:
    body = written(MIDDLE)
    assert beside_of(None) is None and beside_of(PAGE) is None and written(None) == ""
    assert beside_of(replace(PAGE, body=body, sender=BOB)) is None
    assert beside_of(replace(PAGE, body=body, kind=EventKind.NOTE)) is None


def test_what_each_reaction_asks_for() -> None:
    asked = [wanted(MIDDLE, emoji) for emoji in ("➡", "⬅", "✅", "")]
    assert asked == ["!list mine 3", "!list mine 1", "", ""] and wanted(None, "➡") == ""
    assert wanted(Beside(ALICE, back="!list 1"), "➡") == ""


def test_a_page_names_those_beside_it() -> None:
    knows = {Listed: Found(tuple(other(n) for n in range(40, 70)), 95)}
    (shown,) = [e for e in given("!list mine 2", knows=knows, in_thread=False).effects if isinstance(e, ShowPage)]
    assert shown.beside == Beside(ALICE, "!list mine 3", "!list mine 1", None, EventId("$command"))
    (shown,) = [e for e in given("!list mine 4", knows=knows).effects if isinstance(e, ShowPage)]
    assert shown.beside == Beside(ALICE, "", "!list mine 3", conversation().id, None)
    knows = {Listed: Found((other(40),), 1)}
    (shown,) = [e for e in given("!list mine", knows=knows).effects if isinstance(e, ShowPage)]
    assert shown.beside is None


@pytest.mark.parametrize(
    ("more", "comes"),
    [
        ({}, "page"),
        ({"by": BOB}, "page"),
        ({"room_encrypted": True}, "page"),
        ({"is_joined": False}, "error.not_a_member"),
        ({"by": UserId("@x:elsewhere.example")}, "error.other_server"),
        ({"by": UserId("@x:elsewhere.example"), "is_joined": False}, ""),
    ],
)
def test_who_may(more: dict[str, object], comes: str) -> None:
    asked, _ = ask("!list", **more)  # type: ignore[arg-type]
    asked = replace(asked, is_by_hand=True)
    needs = (*needs_of_people_turned(asked), *needs_of_turned(asked))
    assert bool(needs) == (comes == "page")
    found = ask("!list", is_joined=True)[0].facts
    effects = decide_turned(Turned(replace(asked, facts=found)).asked).effects
    keys = [one.key for effect in effects if isinstance(effect, Say) for one in effect.sentences]
    assert (["page"] if any(isinstance(one, ShowPage) for one in effects) else keys or [""]) == [comes]


def test_a_page_about_a_conversation_that_went_elsewhere_is_not_shown() -> None:
    asked, _ = ask("!history #9", there=(conversation(room=ELSEWHERE),))
    assert not needs_of_turned(asked) and not decide_turned(asked).effects
    assert not decide_turned(ask("words")[0]).effects
