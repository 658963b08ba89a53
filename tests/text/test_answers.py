"""Lists, histories, help: the answers that are more than a sentence."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.ids import ConversationId, UserId
from bot.domain.sentences import sentence
from bot.text.answers import answer
from bot.text.reader import Reader
from bot.text.shown import EMPTY, Shown, handle, in_words, joined, person, plain
from tests.text.matrix_html import links_of
from tests.text.test_card import BOB, NOW, PERMALINK

ALICE = UserId("@alice:localhost")
NAMES = {BOB: "Bob", ALICE: "Alice"}


def said(*sentences: tuple[str, dict[str, str | int]], language: str = "en", permalink: str = "") -> Shown:
    return answer(
        [sentence(key, **values) for key, values in sentences],
        Reader(language, NOW, names=NAMES, links={ConversationId(142): permalink}),
        number=ConversationId(142),
    )


def test_an_answer_starts_with_the_handle_and_shows_commands_as_code() -> None:
    shown = said(("error.unknown_command", {"name": "asign"}))
    assert shown.body.startswith("#142 · “asign” is not a command here")
    assert "<code>asign</code>" not in shown.html, "code is what can be typed"
    assert shown.html.endswith("<code>!help</code>")


def test_outside_of_the_thread_the_handle_is_a_link_to_it() -> None:
    shown = said(("assign.told", {"who": ALICE, "subject": "x"}), permalink=PERMALINK)
    assert shown.html.startswith(f'<a href="{PERMALINK}">#142</a> · ')
    assert shown.body.startswith("#142 · ")


def test_people_in_a_sentence_become_pills() -> None:
    shown = said(("assign.told", {"who": ALICE, "subject": "x"}), ("error.not_in_room", {"who": "@new:example.org"}))
    assert links_of(shown.html) == ["https://matrix.to/#/@alice:localhost", "https://matrix.to/#/@new:example.org"]
    assert "Alice gave you this conversation" in shown.body
    assert "new is not in this room" in shown.body


@given(st.text(), st.text())
def test_values_stay_values(name: str, words: str) -> None:
    shown = said(("error.who_is_that", {"name": name}), ("reply.refused", {"words": words}))
    assert links_of(shown.html) == []
    assert "…" not in said(("error.who_is_that", {"name": "x"})).body


def test_a_backtick_in_a_value_opens_no_code() -> None:
    shown = said(("reply.refused", {"words": "`<b>`"}))
    assert "`&lt;b&gt;`" in shown.html
    links_of(shown.html)


def test_a_conversation_has_no_handle_where_there_is_none() -> None:
    assert handle(None) == EMPTY
    assert joined([EMPTY, plain("a"), plain("b")]) == plain("a · b")


def test_a_person_without_a_known_name_is_called_by_the_local_part() -> None:
    assert person(UserId("@carol:example.org"), Reader("en", NOW)).body == "carol"


def test_a_name_of_a_member_cannot_leave_its_pill() -> None:
    shown = person(BOB, Reader("en", NOW, names={BOB: "</a><b>@room\n"}))
    assert links_of(shown.html) == ["https://matrix.to/#/@bob:localhost"]
    assert "@room" not in shown.body


def test_a_user_id_in_somebody_s_words_is_no_person() -> None:
    shown = said(("missing.file_gone", {"filename": ALICE}), ("reply.refused", {"words": ALICE}))
    assert links_of(shown.html) == []


def test_times_are_those_of_the_room() -> None:
    at = datetime(2025, 7, 1, 22, 30, tzinfo=UTC)
    shown = in_words(sentence("quote.intro", who="x", at=at), Reader("fr", NOW, "Europe/Paris"))
    assert "2 juil. 2025 00:30" in shown.body
