"""Pages as people read them: lists, histories, help, and every kind of block."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.commands.table import TABLE
from bot.domain.conversation import Conversation, Direction, HistoryEntry, MailRecord, OutState, Status
from bot.domain.excerpt import Piece
from bot.domain.ids import BlobId, ConversationId, MailboxId, MessageRow, UserId
from bot.domain.mail import Address
from bot.domain.needs import Found, HistoryOf, Listed, MailsOf
from bot.domain.page import Bullets, CardOf, File, FoundLine, MailLine, More, Page, Paragraph, Picture, RowOf, Table
from bot.domain.rules.lists import FILTERS
from bot.domain.sentences import sentence
from bot.text.page import page
from bot.text.reader import Reader
from bot.text.shown import Shown
from tests.domain.commands.cases import page_of
from tests.domain.deciding import conversation
from tests.fakes.chat import ALICE, BOB
from tests.text.matrix_html import links_of, words_of
from tests.text.test_card import CONVERSATION, NOW, PERMALINK

NAMES = {BOB: "Bob", ALICE: "Alice"}
HERE = conversation(id=ConversationId(142))


def shown(what: Page, language: str = "en", timezone: str = "UTC") -> Shown:
    return page(what, Reader(language, NOW, timezone, NAMES, {one.id: PERMALINK for one in what.shown}))


# --- history ----------------------------------------------------------------------------------------------------------


def history(*entries: HistoryEntry, language: str = "fr") -> Shown:
    return shown(page_of("!history", there=(HERE,), knows={HistoryOf: entries}), language, "Europe/Paris")


def entry(action: str, detail: str = "", actor: UserId | None = BOB, ago: timedelta = timedelta()) -> HistoryEntry:
    return HistoryEntry(ConversationId(142), NOW - ago, actor, action, detail)


def test_a_history_says_who_did_what_and_when_oldest_first() -> None:
    said = history(
        entry("history.closed"),
        entry("history.assigned", ALICE, ago=timedelta(days=1)),
        entry("history.assigned", BOB, ago=timedelta(hours=1)),
    )
    title, *lines = said.body.split("\n")
    assert title.startswith("#142 · historique (3 lignes)")
    assert lines == ["2 mars 12:04 · Bob l’a confiée à Alice", "11:04 · Bob l’a prise", "12:04 · Bob l’a fermée"]
    assert said.html.startswith("<b>#142 · historique (3 lignes)</b> <ul><li>")


def test_who_has_left_is_named_all_the_same() -> None:
    said = history(entry("history.assigned", UserId("@gone:example.org")), language="en")
    assert "Bob gave it to gone" in said.body
    assert "https://matrix.to/#/@gone:example.org" in links_of(said.html)


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


def listed(words: str, *rows: Conversation, total: int, language: str = "en") -> Shown:
    knows = {Listed: Found(rows, total)}
    return shown(page_of(f"!list {words}", in_thread=False, knows=knows), language, "Europe/Paris")


@pytest.mark.parametrize("filter", ["", *(one.own for one in FILTERS), "@bob:localhost", "@gone:example.org"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_list_has_a_title(filter: str, language: str) -> None:
    one = replace(CONVERSATION, id=ConversationId(7), subject="Subject", status=Status.CLOSED)
    said = listed(f"{filter} 2", one, total=33, language=language)
    title, row, more = said.body.split("\n")
    assert title.startswith("33 ") and "list." not in title
    assert row.startswith("#7 Marie Tartempion · Subject · Bob · ")
    assert "2" in more and more.endswith(" 3") and ("!liste" in more if language == "fr" else "!list " in more)
    assert PERMALINK in links_of(said.html)


def test_an_empty_list_says_what_else_can_be_asked() -> None:
    assert "!list" in listed("mine", total=0).body


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
    mails = (record(2, Direction.OUT, "Oui\nencore", OutState.SENT), record(1, Direction.IN, "\nBonjour @room"))
    blocks = page_of("!show", there=(HERE,), knows={MailsOf: mails}).blocks
    assert isinstance(blocks[0], CardOf)
    said = shown(Page(None, (CardOf(CONVERSATION), *blocks[1:])), "fr")
    lines = said.body.split("\n")
    assert lines[0].startswith("#142 · 🟢")
    assert lines[2] == f"ouvrir le fil {PERMALINK}"
    assert lines[3] == "✉️ 11:05 · Marie · Bonjour @\u2060room"
    assert lines[4] == "✅ 11:06 · Bob · Oui encore"
    assert PERMALINK in links_of(said.html)


# --- help -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("is_encrypted", [False, True])
def test_help_has_every_command_once_with_an_example(language: str, is_encrypted: bool) -> None:
    more = {"room_encrypted": is_encrypted, "was_encrypted": is_encrypted}
    said = shown(page_of("!help", **more), language)
    for command in TABLE:
        assert sum(f"<code>!{command.name_in(language)}" in part for part in said.html.split("<li>")) >= 1, command.name
    assert "help." not in said.body and "{" not in said.body and "example." not in said.body
    words_of(said.html)


def test_help_for_one_command_has_its_own_page_and_other_names() -> None:
    said = shown(page_of("!help close"))
    assert said.body.startswith("!close\n")
    assert said.html.startswith("<b><code>!close")
    assert "also: !done" in said.body
    assert "!close #1 #2" in said.body
    assert shown(page_of("!help fermer"), "fr").body.startswith("!fermer")


# --- every block ------------------------------------------------------------------------------------------------------


def test_a_table_has_a_row_a_line_and_its_figures_in_cells() -> None:
    row = RowOf(HERE)
    said = shown(
        Page(sentence("help.title"), (Table((sentence("page.command"), sentence("page.does")), ((row, row),)),))
    )
    assert len(said.body.split("\n")) == 3
    assert said.html.count("<td>") == 2 and said.html.count("<th>") == 2
    words_of(said.html)


def test_blocks_stand_one_under_the_other_in_any_order() -> None:
    words, row, mail = sentence("list.empty"), RowOf(HERE), MailLine(record(1, Direction.IN, "x"))
    blocks = (
        Paragraph((words,)),
        Bullets((row, mail)),
        More(3, "!list 2"),
        Bullets((words,), words),
        Paragraph((words,)),
    )
    said = shown(Page(sentence("help.title"), blocks))
    assert all(line for line in said.body.replace("\n\n", "\n").split("\n"))
    assert "and 3 more: ➡️, !more or !list 2" in said.body
    words_of(said.html)


def test_a_file_and_a_picture_are_no_words() -> None:
    file, picture = File(BlobId("a"), "a.eml", "message/rfc822", 0), Picture(BlobId("b"), "b.png", "image/png", 1)
    assert shown(Page(None, (file, picture))) == Shown("", "")


# --- what was found ---------------------------------------------------------------------------------------------------


def test_found_words_are_bold_with_the_blanks_around_them() -> None:
    pieces = (Piece("le tarif "), Piece("famille", is_found=True), Piece(" "), Piece("<b>", is_found=True))
    said = shown(Page(None, (Bullets((FoundLine(CONVERSATION, pieces),)),)))
    assert said.body.endswith("\n   le tarif famille <b>")
    assert said.html.count("<br>le tarif <b>famille</b> <b>&lt;b&gt;</b></li>") == 1
