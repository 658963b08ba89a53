"""What only reads: `list`, `show`, `history`, `original`, `help`. Cases; how it looks: `tests/text/test_page.py`."""

from dataclasses import replace

import pytest

from bot.domain.commands.table import TABLE
from bot.domain.conversation import EventKind, KnownEvent, Status
from bot.domain.effects import ShowPage
from bot.domain.ids import BlobId, EventId, MailboxId, UserId
from bot.domain.needs import Found, Listed, MailAt, MailsOf, NewestOf
from bot.domain.page import Bullets, CardOf, File, More, Page, Paragraph
from bot.domain.rules.lists import FILTERS
from bot.domain.sentences import sentence
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


@pytest.mark.parametrize(
    ("words", "word", "page"),
    [
        ("", "", 1),
        ("2", "", 2),
        ("0", "", 1),
        ("999999999999", "", 1000),
        ("unassigned 3", "unassigned", 3),
        ("3 unassigned", "unassigned", 3),
        ("libres", "unassigned", 1),
        ("fermées 2", "closed", 2),
        ("Miennes", "mine", 1),
        ("étiquette:urgent 2", "tag:urgent", 2),
    ],
)
def test_a_list_is_asked_for_by_word_and_page_in_any_order(words: str, word: str, page: int) -> None:
    assert wanted(f"!list {words}") == replace(wanted(f"!list {word}"), page=page)


@pytest.mark.parametrize(
    ("body", "tag", "status"),
    [
        ("!list tag:urgent", "urgent", None),
        ("!list tag:#Été", "été", None),
        ("!list closed tag:urgent", "urgent", (Status.CLOSED,)),
        ("!liste étiquette:urgent ouvertes", "urgent", (Status.ACTIVE,)),
    ],
)
def test_a_tag_is_listed_whatever_the_status_or_with_one(
    body: str, tag: str, status: tuple[Status, ...] | None
) -> None:
    need = wanted(body)
    assert (need.tag, need.status, need.needs_nobody) == (tag, status, None)


@pytest.mark.parametrize(
    ("body", "whose", "status"),
    [
        ("!list @bob closed", BOB, (Status.CLOSED,)),
        ("!list mine pending", ALICE, (Status.PENDING,)),
        ("!liste fermées miennes", ALICE, (Status.CLOSED,)),
        ("!list unassigned pending", None, (Status.PENDING,)),
        ("!list followed active", None, (Status.ACTIVE,)),
        ("!list all", None, None),
    ],
)
def test_beside_a_person_a_status_may_stand(body: str, whose: UserId | None, status: tuple[Status, ...] | None) -> None:
    need = wanted(body)
    assert (need.assignee, need.status, need.needs_nobody, need.snoozed) == (whose, status, None, None)


def test_what_needs_no_answer_and_what_is_snoozed_have_lists_of_their_own() -> None:
    needs = {
        body: wanted(body) for body in ("!list", "!list unassigned", "!list active", "!list noanswer", "!list mine")
    }
    assert [need.needs_nobody for need in needs.values()] == [False, False, False, True, None]
    found = {body: wanted(body).snoozed for body in ("!list snoozed", "!liste reportées", "!list pending", "!list")}
    assert list(found.values()) == [True, True, False, None]


@pytest.mark.parametrize("word", ["contact@asso.example", "CONTACT@asso.example", "contact", "help@asso.example"])
def test_one_mailbox_of_the_room_is_listed_alone(word: str) -> None:
    other_one = replace(MAILBOX, id=MailboxId("b@asso.example"), address="b@asso.example", aliases=())
    house = replace(World().instance, mailboxes=(replace(MAILBOX, aliases=("help@asso.example",)), other_one))
    for body, mailboxes in ((f"!list {word} closed", (MAILBOX.id,)), ("!list closed", (MAILBOX.id, other_one.id))):
        asked, _ = ask(body, in_thread=False, instance=house)
        (need,) = asked.called.command.needs(asked)
        assert isinstance(need, Listed) and (need.mailboxes, need.status) == (mailboxes, (Status.CLOSED,))


@pytest.mark.parametrize(
    ("body", "more"),
    [
        ("!list tag:urgent closed", "!list tag:urgent closed 2"),
        ("!list closed mine 3", "!list mine closed 4"),
        ("!list @bob closed", "!list @bob:localhost closed 2"),
        ("!list contact unassigned", "!list contact@asso.example unassigned 2"),
    ],
)
def test_the_next_page_keeps_all_words(body: str, more: str) -> None:
    page = page_of(body, knows={Listed: Found((conversation(),), 100)})
    assert isinstance(page.blocks[-1], More) and page.blocks[-1].command == more
    assert page_of(more, knows={Listed: Found((conversation(),), 500)}).title is not None


def test_what_was_not_counted_to_its_end_is_said() -> None:
    page = page_of("!list tag:a", knows={Listed: Found((conversation(),), 10_000, is_more=True)})
    assert page.blocks[-1] == Paragraph((sentence("list.uncounted"),))


def test_what_is_left_names_the_next_page() -> None:
    page = page_of("!list unassigned 2", knows={Listed: Found((conversation(),), 33)})
    assert page.blocks[-1] == More(2, "!list unassigned 3")
    assert not any(isinstance(b, More) for b in page_of("!list", knows={Listed: Found((conversation(),), 1)}).blocks)
    assert isinstance(page_of("!list", knows={Listed: Found((), 0)}).blocks[0], Paragraph)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("!list nonsense", "error.list_filter"),
        ("!list @x", "error.who_is_that"),
        ("!list tag:", "error.no_tag"),
        ("!list tag", "error.list_filter"),
        ("!list tag:a mine", "error.list_one_filter"),
        ("!list tag:a @bob", "error.list_one_filter"),
        ("!list closed spam", "error.list_one_filter"),
        ("!list mine unassigned", "error.list_one_filter"),
        ("!list mine @bob", "error.list_one_filter"),
        ("!list @bob @alice", "error.list_one_filter"),
        ("!list snoozed closed", "error.list_one_filter"),
        ("!list all pending", "error.list_one_filter"),
        ("!list other@asso.example", "error.list_mailbox"),
    ],
)
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
    answers = ["help.hand.discard", "help.hand.question", "help.hand.page"]
    sending = ["help.hand.send", "help.hand.retry"]
    assert foot() == ["help.where", usual, *sending, "help.hand.split", *answers]
    four_eyes = replace(World().instance, mailboxes=(replace(MAILBOX, approval=True),))
    assert foot(instance=four_eyes) == [
        "help.where", usual, *sending, "help.hand.split", "help.hand.approve", *answers,
    ]  # fmt: skip
    assert foot(room_encrypted=True, was_encrypted=True) == [
        "help.where_encrypted",
        usual,
        "help.hand.split",
        "help.hand.page",
        "help.hands_encrypted",
    ]
    own = replace(MAILBOX, reactions=(("👍", Meaning.CLOSE), ("✅", Meaning.CLOSE), ("🙋", Meaning.MINE)))
    instance = replace(World().instance, mailboxes=(own,))
    everywhere = ["help.hand.question", "help.hand.page"]
    assert foot(instance=instance) == ["help.where_encrypted", "help.hands mine=🙋 close=👍 ✅", *everywhere]
    alone = replace(instance, mailboxes=(replace(own, reactions=()),))
    assert foot(instance=alone) == ["help.where_encrypted", *everywhere]
    assert foot(room=CONFIG, in_thread=False) == ["help.where_encrypted", *everywhere], "no card stands there"


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
