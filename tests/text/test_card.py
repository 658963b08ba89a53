"""The card and the board: what a team sees first."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.board import BoardListing
from bot.domain.conversation import Conversation, Status, Verdict
from bot.domain.first_words import first_words
from bot.domain.ids import ConversationId, EventId, MailboxId, RoomId, UserId
from bot.domain.mail import Address, Attachment, Bounce, BounceReason, Mail
from bot.text.board import board
from bot.text.card import card, newest_words, shortened
from bot.text.reader import Reader
from bot.text.rows import row_line
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


def _file(name: str, kind: str) -> Attachment:
    return Attachment(name, kind, 10, False, "", "sha")


def shown(conversation: Conversation, language: str = "fr") -> Shown:
    return card(conversation, Reader(language, NOW, names=NAMES, links={ConversationId(98): PERMALINK}))


def test_a_card_has_two_lines_and_one_of_first_words() -> None:
    said = shown(CONVERSATION)
    assert said.body.split("\n") == [
        "#142 · 🟢 Inscription à l’atelier du samedi",
        "Marie Tartempion <marie@tartempion.fr> · Bob · 3\u00a0✉️ · aussi #98, #120 · Super, merci beaucoup !",
    ]
    assert said.html.count("<br>") == 2
    assert said.html.startswith("<b>🟢 #142 · Inscription à l’atelier du samedi</b> <br>")
    assert links_of(said.html) == ["https://matrix.to/#/@bob:localhost", PERMALINK]
    assert said.html.endswith("<i>Super, merci beaucoup !</i>")


def test_tags_stand_behind_the_person_on_open_and_closed_cards() -> None:
    said = shown(replace(CONVERSATION, tags=("urgent", "a&b")))
    assert " · Bob · 🏷\u00a0urgent, a&b · 3" in said.body and "urgent, a&amp;b" in said.html
    assert shown(replace(CONVERSATION, tags=("urgent",), status=Status.CLOSED)).body.endswith(" · Bob · 🏷\u00a0urgent")


@pytest.mark.parametrize("status", [Status.CLOSED, Status.SPAM])
def test_a_card_of_which_nothing_is_to_do_is_one_line(status: Status) -> None:
    said = shown(replace(CONVERSATION, status=status))
    assert "\n" not in said.body and "<br>" not in said.html
    assert said.body.endswith(" Inscription à l’atelier du samedi · Marie Tartempion · Bob")


@pytest.mark.parametrize(
    ("mail", "words"),
    [
        (Mail(text="Bonjour Marie,\n\nOù est la salle ?"), "Où est la salle ?"),
        (Mail(text="Bonjour"), "Bonjour"),
        (Mail(text="x" * 400), "x" * 119 + "…"),
        (Mail(attachments=(_file("a.png", "image/png"),)), "🖼 1 image"),
        (Mail(attachments=(_file("a.png", "image/png"), _file("b.jpg", "image/jpeg"))), "🖼 2 images"),
        (Mail(attachments=(_file("devis.pdf", "application/pdf"),)), "📎 devis.pdf"),
        (Mail(attachments=(_file("a.pdf", "application/pdf"), _file("b.png", "image/png"))), "📎 a.pdf, 2 fichiers"),
        (Mail(text='\x01["card.pictures", {"count": 3}]'), '["card.pictures", {"count": 3}]'),
        (Mail(), ""),
    ],
)
def test_the_first_words_of_a_mail_are_what_somebody_says_or_what_there_is_instead(mail: Mail, words: str) -> None:
    assert newest_words(first_words(mail), Reader("fr", NOW)).body == words


def test_the_first_words_of_a_bounce_are_its_meaning() -> None:
    bounce = Bounce("paul@petit.fr", "5.1.1", "5", True, BounceReason.USER_UNKNOWN, "550 unknown", "")
    said = newest_words(
        first_words(Mail(is_bounce=True, bounce=bounce, text="This is MAILER-DAEMON")), Reader("fr", NOW)
    ).body
    assert "paul@petit.fr" in said and "MAILER" not in said


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_each_status_has_its_mark_and_its_word(status: Status, language: str) -> None:
    said = shown(replace(CONVERSATION, status=status), language)
    mark = {"active": "🟢", "pending": "⏳", "closed": "✅", "spam": "🚫", "deleted": "🗑"}[status]
    assert said.body.startswith(f"#142 · {mark} ")
    assert mark in said.html


def test_what_is_missing_has_words_of_its_own() -> None:
    said = shown(replace(CONVERSATION, subject=" \n", assignee=None, words="", earlier=(), mails=1), "en")
    assert said.body.split("\n") == [
        "#142 · 🟢 (no subject)",
        "Marie Tartempion <marie@tartempion.fr> · 1\u00a0✉️",
    ]
    assert "<i>" not in said.html


def test_a_failed_verification_is_a_warning_and_an_unknown_one_says_nothing() -> None:
    assert "⚠" in shown(replace(CONVERSATION, verdict=Verdict.FAILED)).body
    assert "⚠" not in shown(replace(CONVERSATION, verdict=Verdict.UNKNOWN)).body
    assert "✓" not in shown(replace(CONVERSATION, verdict=Verdict.UNKNOWN)).body


def test_a_name_that_shows_another_address_is_warned_of() -> None:
    trick = Address("support@bank.example", "x@evil.example")
    assert "⚠" in shown(replace(CONVERSATION, correspondent=trick)).body


def test_a_long_text_is_cut_at_a_blank() -> None:
    assert shortened("one two three", 9) == "one two…"
    assert shortened("x" * 20, 9) == "x" * 8 + "…"
    assert shortened("short", 9) == "short"


@pytest.mark.parametrize("words", ["\x01", "\x01[", "\x0112", '\x01["no.such_key", {}]', '\x01["card.files", 7]'])
def test_words_that_bear_our_mark_and_are_not_ours_are_words(words: str) -> None:
    assert shown(replace(CONVERSATION, words=words)).body.startswith("#142 · 🟢")


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


def made(count: int, *, assignee: UserId | None = None, first: int = 1) -> tuple[Conversation, ...]:
    """Newest first."""
    return tuple(
        replace(
            CONVERSATION,
            id=ConversationId(n),
            subject=f"Subject {n}",
            assignee=assignee,
            waiting_since=NOW - timedelta(hours=n),
        )
        for n in range(first, first + count)
    )


def listed(listing: BoardListing, language: str = "en") -> list[str]:
    links = {one.id: f"https://x.example/{one.id}" for one in (*listing.nobodys, *listing.assigned, *listing.oldest)}
    return board(listing, Reader(language, NOW, "Europe/Paris", NAMES, links)).body.split("\n")


HELP = "To answer: !reply … in the thread. Everything else: !help"


def test_a_board_begins_with_figures_and_ends_with_help() -> None:
    lines = listed(BoardListing((CONVERSATION,), (), (), 1, 1, 4), "fr")
    assert lines == [
        "À traiter\u00a0: 1 · non attribuées\u00a0: 1 · en attente\u00a0: 4",
        "À personne",
        "#142 Marie Tartempion · Inscription à l’atelier du samedi · 3\u00a0mars\u00a010:04",
        "⏳ 4 en attente\u00a0: !liste attente",
        "Répondre\u00a0: !répondre … dans le fil. Tout le reste\u00a0: !aide",
    ]


def test_nobody_s_stand_first_and_the_newest_on_top_then_each_person_s() -> None:
    mine = made(2, assignee=BOB, first=10)
    lines = listed(BoardListing(made(2), mine, (), 4, 2, 0))
    assert [line.split(" ")[0] for line in lines[1:-1]] == ["Nobody’s", "#1", "#2", "Bob", "#10", "#11"]


def test_of_many_the_newest_and_the_oldest_are_shown_and_where_the_rest_is() -> None:
    every = made(100)
    lines = listed(BoardListing(every[:30], (), every[::-1][:30], 100, 100, 0))
    rows = [line for line in lines if line.startswith("#")]
    assert len(rows) == 30
    assert rows[0].startswith("#1 ") and rows[24].startswith("#100 ")
    assert "and 76 more: !list unassigned" in lines
    assert "Waiting longest" in lines


def test_a_crowd_of_nobody_s_does_not_hide_what_people_have() -> None:
    lines = listed(BoardListing(made(30), made(30, assignee=BOB, first=50), made(30, first=90), 90, 45, 0))
    assert "Bob" in lines
    assert len([line for line in lines if line.startswith("#")]) == 30


def test_a_conversation_stands_once_on_the_board() -> None:
    listing = BoardListing(made(20), made(20, assignee=BOB, first=50), (*made(3), *made(3, first=200)), 46, 26, 0)
    numbers = [line.split(" ")[0] for line in listed(listing) if line.startswith("#")]
    assert len(numbers) == len(set(numbers))


def test_answers_that_wait_for_approval_are_one_line_of_the_board() -> None:
    assert "👍 1 answer waits for approval: !scheduled" in listed(BoardListing((), (), (), 0, 0, 0, unapproved=1))
    lines = listed(BoardListing((CONVERSATION,), (), (), 1, 1, 0, unapproved=2), "fr")
    assert "👍 2 réponses attendent une approbation\u00a0: !programmés" in lines


def test_an_empty_board_says_so() -> None:
    assert listed(BoardListing((), (), (), 0, 0, 0)) == [
        "To do: 0 · nobody’s: 0 · pending: 0",
        "Nothing to do.",
        HELP,
    ]


@pytest.mark.parametrize(
    ("since", "words"),
    [
        (NOW, "3\u00a0mars\u00a012:04"),
        (NOW - timedelta(hours=13), "2\u00a0mars"),
        (NOW - timedelta(days=90), "3\u00a0déc.\u00a02024"),
    ],
)
def test_since_when_somebody_waits_is_right_whenever_it_is_read(since: datetime, words: str) -> None:
    said = row_line(replace(CONVERSATION, waiting_since=since), Reader("fr", NOW, "Europe/Paris"))
    assert said.body == f"#142 Marie Tartempion · Inscription à l’atelier du samedi · {words}"


@given(st.lists(st.text(max_size=300), max_size=40), st.text(max_size=100))
def test_a_board_of_hostile_subjects_stays_small_and_harmless(subjects: list[str], name: str) -> None:
    hostile = tuple(
        replace(CONVERSATION, id=ConversationId(n), subject=s, correspondent=Address(name, "a@b.fr"), assignee=None)
        for n, s in enumerate(subjects)
    )
    said = board(
        BoardListing(hostile[:30], (), hostile[-30:], len(hostile), len(hostile), 0),
        Reader("fr", NOW, names=NAMES, links={one.id: PERMALINK for one in hostile}),
    )
    assert set(links_of(said.html)) <= {PERMALINK}
    assert len(said.html.encode()) + len(said.body.encode()) < 60_000


def test_a_card_that_needs_nobody_says_so_instead_of_its_status() -> None:
    said = shown(replace(CONVERSATION, needs_nobody=True)).body
    assert "n’appelle pas de réponse" in said and said.startswith("#142 · 🔕")
    assert "🔕" not in shown(replace(CONVERSATION, needs_nobody=True, status=Status.CLOSED)).body
