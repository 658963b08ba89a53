"""What only reads: `list`, `show`, `history`, `original`, `help`. Cases; how it looks: `tests/text/test_page.py`."""

from dataclasses import replace

import pytest

from bot.domain.commands.list import FILTERS
from bot.domain.commands.table import TABLE
from bot.domain.conversation import EventKind, KnownEvent, Status
from bot.domain.effects import ShowPage
from bot.domain.ids import BlobId, EventId
from bot.domain.needs import Found, Listed, MailAt, MailsOf, NewestOf
from bot.domain.page import Bullets, CardOf, File, More, Page, Paragraph
from bot.domain.settings import Meaning
from tests.domain.commands.cases import COMMAND, NOW, ask, given, is_marked, other, page_of, saved, told
from tests.domain.deciding import CARD, FIRST, MAILBOX, World, conversation, mail_in
from tests.fakes.chat import ALICE, BOB, CONFIG, ROOM

# --- list


def wanted(body: str) -> Listed:
    asked, _ = ask(body, in_thread=False)
    (need,) = asked.called.command.needs(asked)
    assert isinstance(need, Listed)
    return need


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("!list", (Status.ACTIVE,)),
        ("!liste libres", (Status.ACTIVE,)),
        ("!list pending", (Status.PENDING,)),
        ("!list closed", (Status.CLOSED,)),
        ("!list spam", (Status.SPAM,)),
        ("!list mine", (Status.ACTIVE, Status.PENDING)),
        ("!list @bob", (Status.ACTIVE, Status.PENDING)),
        ("!list followed", None),
    ],
)
def test_a_filter_is_a_status(body: str, status: tuple[Status, ...] | None) -> None:
    assert wanted(body).status == status


def test_a_person_or_oneself_may_be_named() -> None:
    assert (wanted("!list me").assignee, wanted("!list mine").assignee) == (ALICE, ALICE)
    assert (wanted("!list @bob").assignee, wanted("!list @bob:localhost").assignee) == (BOB, BOB)
    assert (wanted("!list followed").follower, wanted("!list unassigned").unassigned) == (ALICE, True)


@pytest.mark.parametrize(("body", "page"), [("!list", 1), ("!list 2", 2), ("!list 0", 1), ("!list 99999", 1000)])
def test_a_number_is_a_page(body: str, page: int) -> None:
    assert wanted(body).page == page


def test_what_is_left_names_the_next_page() -> None:
    page = page_of("!list unassigned 2", knows={Listed: Found((conversation(),), 33)})
    assert page.blocks[-1] == More(2, "!list unassigned 3")
    assert not any(isinstance(b, More) for b in page_of("!list", knows={Listed: Found((conversation(),), 1)}).blocks)
    assert isinstance(page_of("!list", knows={Listed: Found((), 0)}).blocks[0], Paragraph)


@pytest.mark.parametrize(("body", "why"), [("!list nonsense", "error.list_filter"), ("!list @x", "error.who_is_that")])
def test_an_unknown_word_is_told(body: str, why: str) -> None:
    assert told(given(body)) == [why]


def test_where_no_mailbox_is_there_is_nothing_to_list() -> None:
    assert told(given("!list", room=CONFIG, in_thread=False)) == ["error.no_mailbox_here"]


# --- show, history


def test_each_one_is_shown_with_its_mails() -> None:
    page = page_of("!show #1 #2", there=(conversation(), other(2)), in_thread=False)
    assert [block.conversation.id for block in page.blocks if isinstance(block, CardOf)] == [1, 2]


@pytest.mark.parametrize("count", [1, 2, 5, 20])
def test_however_many_are_shown_an_event_has_room_for_them(count: int) -> None:
    there = tuple(other(number) for number in range(1, count + 1))
    asked, _ = ask("!show " + " ".join(f"#{one.id}" for one in there), there=there, in_thread=False)
    wanted = [need.most for need in asked.called.command.needs(asked) if isinstance(need, MailsOf)]
    assert len(wanted) == count and min(wanted) >= 3 and sum(wanted) <= 60


@pytest.mark.parametrize("body", ["!show #2", "!history #2", "!original #2"])
def test_of_what_is_not_here_nothing_is_said(body: str) -> None:
    assert told(given(body)) == ["error.no_such_conversation"]


# --- original


def on(event: str, mail: int | None) -> KnownEvent:
    row = mail_in(mail, NOW).row if mail is not None else None
    return KnownEvent(EventId(event), ROOM, EventKind.MAIL, FIRST, None, row, NOW)


def test_the_mail_that_is_replied_to_is_meant_else_the_newest() -> None:
    first, newest = mail_in(1, NOW), mail_in(2, NOW)
    knows = {MailAt: first, NewestOf: newest}
    for target, meant in ((on("$m1", 1), first), (None, newest), (on("$x", None), newest)):
        (file,) = page_of("!original", target=target, knows=knows).blocks
        assert isinstance(file, File) and (file.mail, file.blob) == (meant.row, meant.raw)
        assert file.filename.startswith("1-20261123-") and file.filename.endswith(".eml")


def test_a_mail_that_is_not_here_is_said_where_it_lies() -> None:
    gone = replace(mail_in(1, NOW), raw=BlobId(""))
    assert told(given("!original", knows={NewestOf: gone})) == ["missing.original", "missing.in_folder"]
    assert told(given("!original", knows={NewestOf: None})) == ["missing.no_mail"]


# --- help


def test_help_has_every_row_in_its_group() -> None:
    page = page_of("!help")
    lines = [line for block in page.blocks if isinstance(block, Bullets) for line in block.lines]
    assert len(lines) == len(TABLE)
    assert page.linked == ()


def foot(**more: object) -> list[str]:
    """What `!help` says of mail and of reactions, by key and emoji."""
    (last,) = [block for block in page_of("!help", **more).blocks if isinstance(block, Paragraph)]
    said = []
    for one in last.sentences:
        hands = dict(one.values).get("hands", ())
        parts = hands if isinstance(hands, tuple) else ()
        said.append(" ".join([one.key, *(f"{p.key[10:]}={dict(p.values)['emoji']}" for p in parts)]))
    return said


def test_help_names_the_reactions_of_the_room() -> None:
    usual = "help.hands mine=✋ close=✅ pending=⏳ spam=🚫 follow=👀"
    assert foot() == ["help.where", usual, "help.hand.send", "help.hand.retry"]
    assert foot(room_encrypted=True, was_encrypted=True) == ["help.where_encrypted", usual, "help.hands_encrypted"]
    own = replace(MAILBOX, reactions=(("👍", Meaning.CLOSE), ("✅", Meaning.CLOSE), ("🙋", Meaning.MINE)))
    instance = replace(World().instance, mailboxes=(own,))
    assert foot(instance=instance) == ["help.where_encrypted", "help.hands mine=🙋 close=👍 ✅"]
    assert foot(instance=replace(instance, mailboxes=(replace(own, reactions=()),))) == ["help.where_encrypted"]
    assert foot(room=CONFIG, in_thread=False) == ["help.where_encrypted"], "no card stands there"


@pytest.mark.parametrize("body", ["!help close", "!help !close", "!aide fermer", "!help CLORE"])
def test_one_is_explained_by_any_of_its_names(body: str) -> None:
    page = page_of(body)
    assert page.title is not None and dict(page.title.values)["example"].key == "example.close"  # type: ignore[union-attr]


def test_help_about_nothing_is_told() -> None:
    assert told(given("!help nonsense")) == ["error.unknown_command"]


# --- all of them


@pytest.mark.parametrize("body", ["!list", "!show #1", "!history #1", "!original #1", "!help"])
@pytest.mark.parametrize("in_thread", [True, False])
def test_what_reads_changes_nothing_and_a_long_answer_has_a_thread(body: str, in_thread: bool) -> None:
    decision = given(body, in_thread=in_thread)
    assert (saved(decision), is_marked(decision)) == ([], False)
    (shown,) = [effect for effect in decision.effects if isinstance(effect, ShowPage)]
    assert (shown.thread, shown.under) == ((FIRST, None) if in_thread else (None, COMMAND))


def test_a_short_answer_stands_where_it_was_asked_for() -> None:
    (shown,) = [e for e in given("!help close", in_thread=False).effects if isinstance(e, ShowPage)]
    assert (shown.under, shown.reply_to) == (None, COMMAND)
    assert isinstance(shown.page, Page) and CARD != COMMAND
    assert {one.own for one in FILTERS} >= {"mine", "unassigned"}
