"""Lists, histories, help: the answers that are more than a sentence."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.command_table import LIST_FILTERS, TABLE
from bot.domain.conversation import Direction, HistoryEntry, MailRecord, OutState, Status
from bot.domain.ids import BlobId, ConversationId, MailboxId, MessageRow, UserId
from bot.domain.listing import ConversationListing
from bot.domain.mail import Address
from bot.domain.sentences import sentence
from bot.text.answers import answer, conversation_details, conversation_list, help_page, help_rows, history_listing
from bot.text.shown import EMPTY, Shown, handle, in_words, joined, person, plain
from tests.text.matrix_html import links_of, words_of
from tests.text.test_card import BOB, CONVERSATION, NOW, PERMALINK

ALICE = UserId("@alice:localhost")
NAMES = {BOB: "Bob", ALICE: "Alice"}


def said(*sentences: tuple[str, dict[str, str | int]], language: str = "en", permalink: str = "") -> Shown:
    return answer(
        [sentence(key, **values) for key, values in sentences],
        number=ConversationId(142),
        permalink=permalink,
        language=language,
        names=NAMES,
        timezone="UTC",
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
    assert person(UserId("@carol:example.org"), {}).body == "carol"


def test_a_name_of_a_member_cannot_leave_its_pill() -> None:
    shown = person(BOB, {BOB: "</a><b>@room\n"})
    assert links_of(shown.html) == ["https://matrix.to/#/@bob:localhost"]
    assert "@room" not in shown.body


# --- history ----------------------------------------------------------------------------------------------------------


def history(*entries: HistoryEntry, language: str = "fr") -> Shown:
    return history_listing(
        entries, number=ConversationId(142), language=language, names=NAMES, now=NOW, timezone="Europe/Paris"
    )


def entry(action: str, detail: str = "", actor: UserId | None = BOB, ago: timedelta = timedelta()) -> HistoryEntry:
    return HistoryEntry(ConversationId(142), NOW - ago, actor, action, detail)


def test_a_history_says_who_did_what_and_when_oldest_first() -> None:
    shown = history(
        entry("history.closed"),
        entry("history.assigned", ALICE, ago=timedelta(days=1)),
        entry("history.assigned", BOB, ago=timedelta(hours=1)),
    )
    title, *lines = shown.body.split("\n")
    assert title.startswith("#142 · historique (3 lignes)")
    assert lines == ["2 mars 12:04 · Bob l’a confiée à Alice", "11:04 · Bob l’a prise", "12:04 · Bob l’a fermée"]


def test_what_nobody_did_is_told_without_a_person() -> None:
    assert "a new mail reopened it" in history(entry("history.reopened", actor=None), language="en").body


def test_an_empty_history_has_its_title() -> None:
    assert history().body.startswith("#142")


def test_an_action_that_is_not_in_the_catalogue_is_no_error() -> None:
    assert "history.some_old_action" in history(entry("history.some_old_action")).body


def test_of_a_long_history_the_newest_entries_are_shown() -> None:
    many = [entry("history.closed", ago=timedelta(minutes=n)) for n in range(200)]
    assert len(history(*many).body.split("\n")) == 61


# --- lists ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("filter", ["", *LIST_FILTERS, "@bob:localhost", "@gone:example.org"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_list_has_a_title(filter: str, language: str) -> None:
    one = replace(CONVERSATION, id=ConversationId(7), subject="Subject", status=Status.CLOSED)
    shown = conversation_list(
        ConversationListing(filter, (one,), 33, 2, filter),
        links={one.id: PERMALINK},
        language=language,
        names=NAMES,
        now=NOW,
        timezone="Europe/Paris",
    )
    title, row, more = shown.body.split("\n")
    assert title.startswith("33 ") and "list." not in title
    assert row.startswith("#7 Marie Tartempion · Subject · Bob · ")
    assert "2" in more and "!list" in more and more.endswith(" 3")
    assert PERMALINK in links_of(shown.html)


def test_an_empty_list_says_what_else_can_be_asked() -> None:
    shown = conversation_list(
        ConversationListing("mine", (), 0), links={}, language="en", names=NAMES, now=NOW, timezone="UTC"
    )
    assert "!list" in shown.body


# --- show -------------------------------------------------------------------------------------------------------------


def record(row: int, direction: Direction, text: str, state: OutState | None = None) -> MailRecord:
    return MailRecord(
        row=MessageRow(row),
        conversation=ConversationId(142),
        mailbox=MailboxId("contact@monasso.org"),
        direction=direction,
        message_id=f"{row}@x",
        in_reply_to=(),
        references=(),
        from_=(Address("Marie", "marie@tartempion.fr"),),
        reply_to=(),
        to=(),
        cc=(),
        subject="x",
        date=NOW + timedelta(minutes=row),
        text=text,
        raw=BlobId(""),
        author=BOB if direction is Direction.OUT else None,
        state=state,
    )


def test_show_is_the_card_with_its_mails_and_a_link() -> None:
    mails = [record(2, Direction.OUT, "Oui\nencore", OutState.SENT), record(1, Direction.IN, "\nBonjour @room")]
    shown = conversation_details(
        CONVERSATION, mails, permalink=PERMALINK, links={}, language="fr", names=NAMES, now=NOW, timezone="UTC"
    )
    lines = shown.body.split("\n")
    assert lines[0].startswith("#142 · 🟢")
    assert lines[2] == f"ouvrir le fil {PERMALINK}"
    assert lines[3] == "✉️ 11:05 · Marie · Bonjour @\u2060room"
    assert lines[4] == "✅ 11:06 · Bob · Oui encore"
    assert PERMALINK in links_of(shown.html)


# --- help -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "fr"])
def test_help_has_every_command_once_with_an_example(language: str) -> None:
    shown = help_page(help_rows([c.name for c in TABLE], language=language), language=language)
    for command in TABLE:
        assert sum(f"<code>!{command.name_in(language)}" in part for part in shown.html.split("<li>")) >= 1, (
            command.name
        )
    assert "help." not in shown.body and "{" not in shown.body
    words_of(shown.html)


def test_help_for_one_command_has_its_own_page_and_other_names() -> None:
    shown = help_page(help_rows(["close"], language="en"), language="en")
    assert shown.body.startswith("!close\n")
    assert "also: !done" in shown.body
    assert "!close #1 #2" in shown.body


def test_times_are_those_of_the_room() -> None:
    at = datetime(2025, 7, 1, 22, 30, tzinfo=UTC)
    shown = in_words(sentence("quote.intro", who="x", at=at), language="fr", timezone="Europe/Paris")
    assert "2 juil. 2025 00:30" in shown.body
