"""The card and the board: what a team sees first."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.conversation import Conversation, Status, Verdict
from bot.domain.ids import ConversationId, EventId, MailboxId, RoomId, UserId
from bot.domain.mail import Address
from bot.text.board import BoardCounts, BoardRow, board, row_of
from bot.text.card import card, shortened, two_lines
from bot.text.shown import Shown
from tests.text.matrix_html import links_of, words_of

NOW = datetime(2025, 3, 3, 11, 4, tzinfo=UTC)
BOB = UserId("@bob:localhost")
NAMES = {BOB: "Bob"}
CONVERSATION = Conversation(
    id=ConversationId(142),
    mailbox=MailboxId("contact@monasso.org"),
    room=RoomId("!room:localhost"),
    subject="Inscription à l’atelier du samedi",
    correspondent=Address("Marie Tartempion", "marie@tartempion.fr"),
    status=Status.ACTIVE,
    status_before=Status.ACTIVE,
    assignee=BOB,
    followers=(),
    verdict=Verdict.VERIFIED,
    words="Super, merci beaucoup !",
    mails=3,
    earlier=(ConversationId(98), ConversationId(120)),
    created_at=NOW,
    waiting_since=NOW - timedelta(hours=2),
    changed_at=NOW,
    root=EventId("$root"),
)
PERMALINK = "https://matrix.to/#/!room:localhost/$earlier?via=localhost"


def shown(conversation: Conversation, language: str = "fr") -> Shown:
    return card(
        conversation,
        language=language,
        names=NAMES,
        links={ConversationId(98): PERMALINK},
        now=NOW,
        timezone="Europe/Paris",
    )


def test_a_card_says_in_four_lines_what_a_team_needs() -> None:
    assert shown(CONVERSATION).body.split("\n") == [
        "#142 · 🟢 Inscription à l’atelier du samedi",
        "Marie Tartempion <marie@tartempion.fr> ✓ vérifié",
        "à traiter · Bob · 3 messages · aussi #98, #120",
        "Super, merci beaucoup !",
    ]


def test_the_html_of_a_card_has_a_pill_links_and_a_quote() -> None:
    html = shown(CONVERSATION).html
    assert html.startswith("<b>🟢 #142 · Inscription à l’atelier du samedi</b> <br>")
    assert links_of(html) == ["https://matrix.to/#/@bob:localhost", PERMALINK]
    assert html.endswith("<blockquote>Super, merci beaucoup !</blockquote>")


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_each_status_has_its_mark_and_its_word(status: Status, language: str) -> None:
    said = shown(replace(CONVERSATION, status=status), language)
    mark = {"active": "🟢", "pending": "⏳", "closed": "✅", "spam": "🚫"}[status]
    assert said.body.startswith(f"#142 · {mark} ")
    assert mark in said.html


def test_what_is_missing_has_words_of_its_own() -> None:
    said = shown(replace(CONVERSATION, subject=" \n", assignee=None, words="", earlier=(), mails=1), "en")
    assert said.body.split("\n") == [
        "#142 · 🟢 (no subject)",
        "Marie Tartempion <marie@tartempion.fr> ✓ verified",
        "to do · nobody · 1 message",
    ]
    assert "<blockquote>" not in said.html


def test_a_failed_verification_is_a_warning_and_an_unknown_one_says_nothing() -> None:
    assert "⚠" in shown(replace(CONVERSATION, verdict=Verdict.FAILED)).body
    assert "⚠" not in shown(replace(CONVERSATION, verdict=Verdict.UNKNOWN)).body
    assert "✓" not in shown(replace(CONVERSATION, verdict=Verdict.UNKNOWN)).body


def test_a_name_that_shows_another_address_is_warned_of() -> None:
    trick = Address("support@bank.example", "x@evil.example")
    assert "⚠" in shown(replace(CONVERSATION, correspondent=trick)).body


def test_only_two_lines_of_the_newest_words_are_shown() -> None:
    assert two_lines("\n\n a \n\nb\nc") == ("a", "b …")
    assert two_lines("a") == ("a",)
    assert two_lines(" \n ") == ()
    assert sum(map(len, two_lines("word " * 500 + "\n" + "more " * 500))) <= 303


def test_a_long_text_is_cut_at_a_blank() -> None:
    assert shortened("one two three", 9) == "one two…"
    assert shortened("x" * 20, 9) == "x" * 8 + "…"
    assert shortened("short", 9) == "short"


@given(st.text(), st.text(), st.text(), st.text())
def test_nothing_that_a_correspondent_writes_leaves_its_place(
    subject: str, name: str, words: str, address: str
) -> None:
    hostile = replace(CONVERSATION, subject=subject, correspondent=Address(name, address), words=words)
    said = shown(hostile)
    assert set(links_of(said.html)) == {"https://matrix.to/#/@bob:localhost", PERMALINK}
    assert said.body.startswith("#142 · 🟢")
    assert len(said.body.split("\n")) <= 5


@pytest.mark.parametrize("words", ["@room help", "@bob:localhost hi", "https://matrix.to/#/@bob:localhost", "<b>@room"])
def test_a_subject_cannot_ping(words: str) -> None:
    said = shown(
        replace(CONVERSATION, subject=words, words=words, correspondent=Address(words, "a@b.fr"), assignee=None)
    )
    for form in (said.body, words_of(said.html)):
        assert "@room" not in form
        assert " @bob:localhost" not in form
        assert "https://matrix.to" not in form
    assert links_of(said.html) == [PERMALINK]


# --- the board --------------------------------------------------------------------------------------------------------


def rows(count: int) -> list[BoardRow]:
    return [
        BoardRow(
            ConversationId(n), f"Subject {n}", Status.ACTIVE, None, NOW - timedelta(hours=n), f"https://x.example/{n}"
        )
        for n in range(1, count + 1)
    ]


def test_the_first_line_of_the_board_is_its_summary() -> None:
    said = board(
        [row_of(CONVERSATION, PERMALINK)],
        BoardCounts(2, 1, 0),
        language="fr",
        names=NAMES,
        now=NOW,
        timezone="Europe/Paris",
    )
    first = "À traiter\u00a0: 2 · personne\u00a0: 1 · en attente\u00a0: 0"
    assert said.body.split("\n")[0] == first
    assert said.html.startswith(f"<b>{first}</b> <ul>")
    assert said.body.split("\n")[1] == "🟢 #142 Inscription à l’atelier du samedi · Bob · 2 h"


def test_the_board_shows_the_oldest_first_and_thirty_at_most() -> None:
    said = board(rows(40), BoardCounts(45, 45, 0), language="en", names=NAMES, now=NOW, timezone="UTC")
    lines = said.body.split("\n")
    assert lines[1].startswith("🟢 #40 ")
    assert len(lines) == 1 + 30 + 1
    assert lines[-1] == "and 15 more: !list"
    assert len(links_of(said.html)) == 30


def test_the_board_does_not_promise_a_list_of_what_only_waits() -> None:
    said = board(rows(2), BoardCounts(2, 2, 5), language="en", names=NAMES, now=NOW, timezone="UTC")
    assert said.body.split("\n")[0] == "To do: 2 · nobody’s: 2 · pending: 5"
    assert "!list" not in said.body


def test_an_empty_board_says_so() -> None:
    said = board([], BoardCounts(0, 0, 0), language="en", names=NAMES, now=NOW, timezone="UTC")
    assert said.body == "To do: 0 · nobody’s: 0 · pending: 0\nNothing to do."
    assert words_of(said.html)


@pytest.mark.parametrize(
    ("age", "words"),
    [
        (timedelta(seconds=-5), "à l’instant"),
        (timedelta(seconds=59), "à l’instant"),
        (timedelta(minutes=1), "1 min"),
        (timedelta(minutes=59), "59 min"),
        (timedelta(hours=47), "47 h"),
        (timedelta(days=3), "3 j"),
        (timedelta(days=90), "3 mois"),
    ],
)
def test_how_long_somebody_waits_is_said_shortly(age: timedelta, words: str) -> None:
    row = BoardRow(ConversationId(1), "x", Status.PENDING, BOB, NOW - age)
    said = board([row], BoardCounts(0, 0, 1), language="fr", names=NAMES, now=NOW, timezone="UTC")
    assert said.body.split("\n")[1] == f"⏳ #1 x · Bob · {words}"


@given(st.lists(st.text(max_size=300), max_size=40))
def test_a_board_of_hostile_subjects_stays_small_and_harmless(subjects: list[str]) -> None:
    made = [BoardRow(ConversationId(n), s, Status.ACTIVE, BOB, NOW, PERMALINK) for n, s in enumerate(subjects)]
    said = board(made, BoardCounts(len(made), 0, 0), language="fr", names=NAMES, now=NOW, timezone="UTC")
    assert set(links_of(said.html)) <= {PERMALINK, "https://matrix.to/#/@bob:localhost"}
    assert len(said.html.encode()) + len(said.body.encode()) < 60_000


def test_a_card_that_needs_nobody_says_so_instead_of_its_status() -> None:
    said = shown(replace(CONVERSATION, needs_nobody=True)).body
    assert "n’appelle pas de réponse" in said
