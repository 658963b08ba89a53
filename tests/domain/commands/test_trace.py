"""`trace`: which mails are asked for, of which mailboxes, by whom; and what is said of each."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.domain.command import Called
from bot.domain.conversation import Direction, MailRecord, OutState
from bot.domain.ids import BlobId, EventId, MailboxId, UserId
from bot.domain.mail import Address
from bot.domain.needs import MembersOf, TraceOf
from bot.domain.page import Bullets, Paragraph, RowOf
from bot.domain.searching import Field, Term
from bot.domain.sentences import Sentence
from bot.domain.tracing import FolderRead, Submission, Traced, Traces
from bot.text.page import page
from bot.text.reader import Reader
from tests.domain.commands.cases import NOW, ask, given, page_of, told
from tests.domain.deciding import MARIE, conversation, mail_in
from tests.fakes.chat import ALICE, BOB, BOT, CONFIG
from tests.fakes.house import INSTANCE

BOX = MailboxId("contact@asso.example")
IN = replace(mail_in(2, NOW), folder="INBOX", uidvalidity=7, uid=42, event=EventId("$mail"))
OUT = replace(
    mail_in(3, NOW), direction=Direction.OUT, to=(MARIE,), from_=(Address("Asso", BOX),), author=BOB,
    state=OutState.SENT, detail="250 2.0.0 queued as 4711", folder="Sent", uidvalidity=1, uid=9,
)  # fmt: skip


def asked_for(body: str, **more: Any) -> TraceOf:
    asked, _ = ask(body, **more)
    assert isinstance(asked.reading, Called)
    return next(one for one in asked.called.command.needs(asked) if isinstance(one, TraceOf))


def said_of(record: MailRecord, submission: Submission | None = None) -> list[str]:
    shown = page_of("!trace marie", knows={TraceOf: Traces((Traced(record, conversation(), submission),), 1)})
    (block,) = shown.blocks
    assert isinstance(block, Bullets) and isinstance(block.lines[-1], RowOf)
    assert page(shown, Reader("fr", NOW)).body and page(shown, Reader("en", NOW)).body
    return [line.key for line in block.lines if isinstance(line, Sentence)]


def test_an_address_is_who_wrote_it_or_whom_it_is_to() -> None:
    need = asked_for("!trace Marie@Example.org")
    words = ("marie", "example", "org")
    assert [query.terms for query in need.queries] == [(Term(words, Field.FROM),), (Term(words, Field.TO),)]
    assert need.mailboxes == (BOX,) and need == asked_for("!retracer Marie@Example.org")


def named(*words: str) -> Term:
    return Term(words, Field.SUBJECT, or_in=(Field.FROM, Field.TO))


def test_words_are_of_the_subject_or_a_name_and_a_day_is_that_day_or_a_word() -> None:
    day, words = asked_for('!trace "votre facture" mars 2026-11-20 page:3').queries
    assert day.terms == (named("votre", "facture"), named("mars"))
    assert day.after is not None and day.before is not None
    assert day.before - day.after == timedelta(days=1) and day.after.hour == 0
    assert words.terms == (*day.terms, named("2026", "11", "20")) and words.after is None
    day, words = asked_for("!trace hier").queries
    assert day.terms == () and day.after is not None and words.terms == (named("hier"),)
    (query,) = asked_for('!trace "hier"').queries
    assert query.terms == (named("hier"),)
    assert len(asked_for("!trace marie@example.org hier facture").queries) == 4


def test_what_has_an_at_may_be_a_message_id_too_where_nothing_else_is_asked() -> None:
    need = asked_for("!trace <m1@example.org>")
    assert need.message_id == "m1@example.org" and BOX in need.homes
    assert asked_for("!trace m1@example.org hier").message_id == ""


@pytest.mark.parametrize(("body", "is_for_sure"), [("!trace a@b.example 2026-11", True), ("!trace mars", False)])
def test_that_none_came_is_said_where_it_is_for_sure(body: str, is_for_sure: bool) -> None:
    shown = page_of(body, knows={TraceOf: Traces((), 0)})
    assert shown.title is not None and shown.title.key == ("trace.nothing" if is_for_sure else "trace.no_words")


@pytest.mark.parametrize(
    ("record", "submission", "says"),
    [
        (IN, None, ["trace.at_place", "trace.shown"]),
        (replace(IN, uid=0, event=None), None, ["trace.in_folder", "trace.not_shown"]),
        (replace(IN, folder="", is_folded=True), None, ["trace.no_place", "trace.folded"]),
        (
            replace(IN, raw=BlobId(""), is_automatic=True),
            None,
            ["trace.at_place", "trace.without_bytes", "trace.needs_nobody", "trace.shown"],
        ),
        (
            OUT,
            Submission("done", 1, "250 ok"),
            ["trace.written_by", "trace.state.sent", "trace.server_words", "trace.at_place", "trace.shown"],
        ),
        (
            replace(OUT, state=OutState.RETRYING, detail="", folder="", uid=0),
            Submission("open", 3, "450 later"),
            ["trace.written_by", "trace.state.retrying", "trace.tries", "trace.server_words", "trace.shown"],
        ),
        (
            replace(OUT, state=OutState.BOUNCED, failed=("x@y.example",), folder="", uid=0),
            None,
            ["trace.written_by", "trace.state.bounced", "trace.server_words", "trace.not_to", "trace.shown"],
        ),
        (
            replace(OUT, author=None),
            None,
            ["trace.written_elsewhere", "trace.state.sent", "trace.at_place", "trace.shown"],
        ),
    ],
)
def test_what_is_said_of_a_mail(record: MailRecord, submission: Submission | None, says: list[str]) -> None:
    assert said_of(record, submission) == says


@pytest.mark.parametrize("state", OutState)
def test_each_state_has_its_sentence(state: OutState) -> None:
    assert f"trace.state.{state.value}" in said_of(replace(OUT, state=state))


def test_where_none_came_it_says_how_far_was_read() -> None:
    early = datetime(1970, 1, 1, tzinfo=UTC)
    folders = (FolderRead(BOX, "INBOX", 812, NOW), FolderRead(BOX, "Sent", 3, early))
    shown = page_of("!trace eve@x.example", knows={TraceOf: Traces((), 0, folders=folders, put_aside=2)})
    said = page(shown, Reader("en", NOW)).body
    assert "Never arrived here" in said and "up to UID 812" in said and "1970" not in said
    (last,) = [block for block in shown.blocks if isinstance(block, Paragraph)]
    assert [one.key for one in last.sentences] == ["trace.put_aside", "trace.look_on"]


def test_pages() -> None:
    rows = tuple(Traced(replace(IN, row=n), conversation()) for n in range(5))  # type: ignore[arg-type]
    shown = page_of("!trace marie@example.org page:2", knows={TraceOf: Traces(rows, 12)})
    assert (shown.forward, shown.back) == ("!trace marie@example.org page:3", "!trace marie@example.org page:1")


@pytest.mark.parametrize("body", ["!trace", "!trace ???", "!trace hier 2026-11-20 2025 lundi", "!trace page:2"])
def test_what_is_missing(body: str) -> None:
    assert told(given(body)) == ["error.trace_what"]


def test_too_much_at_once() -> None:
    for words in ("mot " * 30, "a" * 2000):
        assert told(given(f"!trace {words}")) == ["error.search_many"]


# --- whose mailboxes


def in_config(people: tuple[UserId, ...], *, by: UserId = ALICE) -> dict[str, Any]:
    return {"room": CONFIG, "in_thread": False, "by": by, "knows": {TraceOf: Traces((), 0), MembersOf: people}}


def test_an_admin_in_the_config_room_asks_about_all_mailboxes() -> None:
    assert asked_for("!trace x", room=CONFIG, in_thread=False).mailboxes == tuple(one.id for one in INSTANCE.mailboxes)
    assert page_of("!trace x", **in_config((ALICE, BOT)))


def test_where_somebody_else_reads_nothing_of_all_mailboxes_is_shown() -> None:
    assert told(given("!trace x", **in_config((ALICE, BOB, BOT)))) == ["error.trace_read_by"]


def test_who_is_no_admin_is_shown_nothing_there() -> None:
    assert told(given("!trace x", **in_config((ALICE, BOB, BOT), by=BOB))) == ["error.trace_admins"]
