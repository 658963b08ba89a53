"""`canned`: saved replies, listed, found, made the draft, kept and removed."""

from dataclasses import replace

import pytest

from bot.domain.canned import MOST_LETTERS, MOST_SAVED, MOST_WORDS, Canned
from bot.domain.decision import Decision, SaveCanned
from bot.domain.ids import EventId
from bot.domain.mail import Address
from bot.domain.needs import CannedOf
from bot.domain.page import Bullets, Page
from bot.domain.prepared import Prepared
from bot.domain.rules.saved_replies import taken_back
from tests.domain.commands.cases import COMMAND, NOW, given, page_of, saved, told
from tests.domain.deciding import World, conversation
from tests.fakes.chat import ALICE, BOB

MAILBOX = World().instance.mailboxes[0]


def reply(name: str, text: str = "Bonjour {first_name}, **merci**.") -> Canned:
    return Canned(MAILBOX.id, name, text, BOB, NOW, EventId("$before"))


KNOWS = {CannedOf: (reply("merci"), reply("Reçu du don", "Voici le reçu de {name}."), reply("weg", ""))}


def kept(decision: Decision) -> list[Canned]:
    return [change.canned for change in decision.changes if isinstance(change, SaveCanned)]


def drafts(decision: Decision) -> list[str]:
    return [one.draft.text for one in saved(decision) if one.draft is not None]


@pytest.mark.parametrize("body", ["!canned merci", "!modèle MERCI", "!canned  Merci "])
def test_in_a_thread_a_name_makes_it_the_draft_with_its_values(body: str) -> None:
    here = conversation(correspondent=Address("Dupont, Marie", "marie@example.org"))
    decision = given(body, there=(here,), knows=KNOWS)
    assert drafts(decision) == ["Bonjour Marie, **merci**."]
    assert told(decision)[-2:] == ["canned.inserted", "canned.words"]


def test_a_value_that_is_missing_is_said() -> None:
    here = conversation(correspondent=Address("", "marie@example.org"))
    decision = given("!canned merci", there=(here,), knows=KNOWS)
    assert drafts(decision) == ["Bonjour {first_name}, **merci**."]
    assert told(decision)[-1] == "canned.gaps"


def test_where_a_draft_waits_it_is_shown_and_nothing_changes() -> None:
    world = World()
    world.comes()
    world.conversation = replace(world.conversation, draft=Prepared("Salut", BOB, BOB, EventId("$draft"), NOW))
    decision = given("!canned merci", there=(world.conversation,), within=world, knows=KNOWS)
    assert saved(decision) == []
    assert isinstance(page_of("!canned merci", there=(world.conversation,), within=world, knows=KNOWS), Page)


@pytest.mark.parametrize(
    ("body", "rows"),
    [("!canned", 2), ("!canned recu", 1), ("!canned voici don", 1), ("!canned bonjour", 1), ("!canned e", 2)],
)
def test_it_is_listed_and_found_by_names_and_words(body: str, rows: int) -> None:
    if rows > 1:
        (block,) = [one for one in page_of(body, knows=KNOWS).blocks if isinstance(one, Bullets)]
        assert len(block.lines) == rows
    else:
        # In a thread the only one that is found is the draft, as by its name.
        assert told(given(body, knows=KNOWS))[-2:] == ["canned.inserted", "canned.words"]
        assert len(drafts(given(body, knows=KNOWS))) == 1
    shown = page_of(f"{body} ", knows=KNOWS, in_thread=False)
    (block,) = [one for one in shown.blocks if isinstance(one, Bullets)]
    assert len(block.lines) == rows and saved(given(body, knows=KNOWS, in_thread=False)) == []


@pytest.mark.parametrize("body", ["!canned recu page:1", "!canned voici\nmes mots"])
def test_words_that_find_one_insert_nothing_beside_others(body: str) -> None:
    inserted = drafts(given(body, knows=KNOWS))
    assert len(inserted) == (1 if "page" in body else 0)


def test_a_long_list_has_pages() -> None:
    many = {CannedOf: tuple(reply(f"n{at:03}") for at in range(45))}
    first, last = page_of("!canned", knows=many), page_of("!canned page:3", knows=many)
    assert (first.back, last.back) == ("", "!canned page:2")
    assert told(given("!canned page:4", knows=many)) == ["error.canned_pages"]


def test_it_is_kept_with_who_wrote_it_and_the_words_of_before() -> None:
    (one,) = kept(given("!canned save Adhésion\nBonjour {nom},\n\nbienvenue.", knows=KNOWS))
    assert one == Canned(MAILBOX.id, "Adhésion", "Bonjour {nom},\n\nbienvenue.", ALICE, NOW, COMMAND)
    decision = given("!modèle enregistrer MERCI\nMerci !", knows=KNOWS)
    (again,) = kept(decision)
    assert (again.key, again.text, again.before) == ("merci", "Merci !", "Bonjour {first_name}, **merci**.")
    assert told(decision) == ["canned.replaced"]
    (gone,) = kept(given("!canned remove merci", knows=KNOWS))
    assert kept(given("!canned delete merci", knows=KNOWS)) == [gone]
    assert (gone.text, gone.before) == ("", "Bonjour {first_name}, **merci**.")


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("!canned save", "error.canned_name"),
        ("!canned save 12\nx", "error.canned_name"),
        ("!canned save merci", "error.canned_no_text"),
        ("!canned save save\nx", "error.canned_name_long"),
        (f"!canned save {'a' * (MOST_LETTERS + 1)}\nx", "error.canned_name_long"),
        (f"!canned save long\n{'a' * (MOST_WORDS + 1)}", "error.canned_too_long"),
        ("!canned save x\nBonjour {prenome}", "error.canned_variable"),
        ("!canned remove nothing", "error.canned_none"),
        ("!canned remove weg", "error.canned_none"),
        ("!canned zzz", "error.canned_none"),
        ("!canned merci\nmes mots", "error.canned_text"),
        ("!canned #9 merci", "error.canned_in_thread"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_changes(body: str, why: str) -> None:
    decision = given(body, knows=KNOWS)
    assert told(decision) == [why]
    assert kept(decision) == [] and saved(decision) == []


def test_there_is_a_most_and_none_at_first() -> None:
    full = {CannedOf: tuple(reply(f"n{at}") for at in range(MOST_SAVED))}
    assert told(given("!canned save new\nx", knows=full)) == ["error.canned_full"]
    assert len(kept(given("!canned save n1\nx", knows=full))) == 1
    assert told(given("!canned")) == ["error.canned_empty"]


def test_outside_of_a_thread_it_is_shown() -> None:
    assert page_of("!canned merci", in_thread=False, knows=KNOWS).is_short
    assert saved(given("!canned merci", in_thread=False, knows=KNOWS)) == []


def test_in_a_room_of_two_mailboxes_it_is_kept_from_a_thread_alone() -> None:
    other = replace(MAILBOX, id=type(MAILBOX.id)("info@asso.example"), address="info@asso.example", aliases=())
    instance = replace(World().instance, mailboxes=(MAILBOX, other))
    body = "!canned save x\ny"
    assert told(given(body, instance=instance, in_thread=False)) == ["error.canned_which_mailbox"]
    assert [one.mailbox for one in kept(given(body, instance=instance))] == [MAILBOX.id]


def test_taken_back_the_words_of_before_are_there() -> None:
    one = replace(reply("merci", "neu"), before="alt")
    (back,) = kept(taken_back(one, by=ALICE, now=NOW))
    assert (back.text, back.before) == ("alt", "neu")
