"""Reading a command from what a member wrote."""

import json
import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.command import Called, Command, Talk, Wrong, tells_secret
from bot.domain.commands.reading import MOST_NAMED, read
from bot.domain.commands.table import TABLE
from bot.domain.ids import UserId
from bot.domain.participants import Choice
from bot.domain.words import bare
from bot.text.wording import template, typed
from tests.domain.deciding import World
from tests.fakes.chat import ALICE, BOB, BOT, CONFIG
from tests.fakes.writing import says


def _read(body: str, **more: object) -> Talk | Wrong | Called:
    return read(says(body, **more), bot=BOT)  # type: ignore[arg-type]


@pytest.mark.parametrize("body", ["!close", "/close", "//close", "!CLOSE", "!done"])
def test_a_command_is_known_by_each_of_its_prefixes(body: str) -> None:
    found = _read(body)
    assert isinstance(found, Called)
    assert found.command.name == "close"


@pytest.mark.parametrize("body", ["hello", "see https://x.org/close", "1/2", "!", "…", "I would !close it", ""])
def test_plain_talk_is_no_command(body: str) -> None:
    assert isinstance(_read(body), Talk)


@pytest.mark.parametrize(
    "body",
    [
        *(" !note x", "！note x", "  /reply hello", "! reply hello", "／close", "¡note x", "\\!note x", "!!note x"),
        # What people write behind a name, and what a keyboard puts there unseen.
        *("!note: she is cross", "!note, x", "!reply:Bonjour", "!note…", "!note.\nx", "!répondre\u200b Bonjour"),
        *("\u200b!note x", "!\u200bnote x", "**!note** x", "`!note x`", "_!note_ x", "!asign: me"),
    ],
)
def test_a_near_miss_is_an_error_and_never_goes_out(body: str) -> None:
    assert isinstance(_read(body), Wrong)


@pytest.mark.parametrize(
    "body", ["/list/of/things", "/etc/hosts: see there", "* a list", "**Bonjour**", "¡Hola!", "…/close"]
)
def test_what_only_begins_like_a_near_miss_is_talk(body: str) -> None:
    assert isinstance(_read(body), Talk)


def test_a_long_beginning_of_a_near_miss_is_read_in_no_time() -> None:
    started = time.process_time()
    for body in ("*" * 60_000, " " * 60_000 + "!", "!" * 60_000, "! " * 30_000, "!" + "_" * 60_000 + "note x"):
        assert isinstance(_read(body), Talk | Wrong)
    assert time.process_time() - started < 1.0


@pytest.mark.parametrize("body", ["!close 12", "!assign me 12", "!attach 12", "!undo 12", "!resend 12"])
def test_a_number_without_its_sign_is_asked_about_and_not_left_out(body: str) -> None:
    assert isinstance(_read(body), Wrong)


@pytest.mark.parametrize("number", [10**30, -1, 2**63, "twelve", "#x", True, 1.5, {"n": 1}])
def test_a_structured_number_that_no_conversation_has_is_no_number_left_out(number: object) -> None:
    block = json.dumps({"command": "close", "arguments": {"conversation": number}})
    assert isinstance(read(replace(says("x"), command_json=block), bot=BOT), Wrong)


@pytest.mark.parametrize("number", [12, "12", "#12", " #12 "])
def test_a_structured_number_may_be_text(number: object) -> None:
    block = json.dumps({"command": "close", "arguments": {"conversation": number}})
    found = read(replace(says("x"), command_json=block), bot=BOT)
    assert isinstance(found, Called) and found.numbers == (12,)


def test_an_unknown_command_names_the_nearest_known_one() -> None:
    found = _read("!asign me")
    assert isinstance(found, Wrong)
    assert dict(found.why.values)["near"] == "assign"


@pytest.mark.parametrize(
    "body",
    [
        "!mailbox pasword contact hunter2",
        "!mailbx password contact hunter2",
        "!mailbox contact hunter2",
        "!mailbox\npassword contact hunter2",
        "!password contact hunter2",
        "!pasword hunter2",
        "!password x",
        "!mot-de-passe abc",
        "!boite mot de passe contact hunter2",
        "!mot-de-passe hunter2",
        "! mailbox password contact hunter2",
        "！mailbox pasword contact hunter2",
        "@postroom:localhost: mailbox pasword contact hunter2",
    ],
)
def test_what_stands_behind_a_misspelt_command_may_be_a_secret_all_the_same(body: str) -> None:
    read_as = _read(body, mentions=(BOT,))
    assert isinstance(read_as, Wrong)
    assert tells_secret(read_as, World().instance, ALICE, CONFIG)
    assert dict(read_as.why.values).get("near", "mailbox password") in ("mailbox password", "boîte mot-de-passe")


@pytest.mark.parametrize("body", ["!mailbox", "!mailbx password contact", "!password", "!asign me", "!reply2 Bonjour",
             "!mailbox is full", "!mailbox of the club is full"])  # fmt: skip
def test_behind_a_misspelt_command_alone_stands_none(body: str) -> None:
    read_as = _read(body)
    assert isinstance(read_as, Wrong)
    assert not tells_secret(read_as, World().instance, ALICE, CONFIG)


@pytest.mark.parametrize("body", ["❗ Mailbox is full", "!!! mailbox contact is full"])
def test_a_cry_is_talk_though_it_begins_like_half_of_a_name(body: str) -> None:
    assert isinstance(_read(body), Talk)


def test_several_conversations_are_named_by_number() -> None:
    found = _read("!close #1 #2")
    assert isinstance(found, Called)
    assert found.numbers == (1, 2)


@pytest.mark.parametrize("body", ["!close {}", "!reply {} hello", "!assign {}"])
def test_more_conversations_than_one_command_takes_are_refused_not_left_out(body: str) -> None:
    most = _read(body.format(" ".join(f"#{n} #{n}" for n in range(1, MOST_NAMED + 1))))
    assert isinstance(most, Called)
    assert most.numbers == tuple(range(1, MOST_NAMED + 1))
    more = _read(body.format(" ".join(f"#{n}" for n in range(1, MOST_NAMED + 2))))
    assert isinstance(more, Wrong)
    assert more.why.key == "error.too_many_named"


@pytest.mark.parametrize(
    "body", ["!merge #1 to #2", "!fusionner #1 à #2", "!merge #1 into #2", "!fusionner #1 dans #2"]
)
def test_two_conversations_that_are_merged_may_be_written_as_one_says_it(body: str) -> None:
    found = _read(body)
    assert isinstance(found, Called) and found.numbers == (1, 2)


def test_more_people_than_one_command_takes_are_refused() -> None:
    for one in ("@u{}", "@u{}:example.org"):
        more = _read("!assign " + " ".join(one.format(n) for n in range(MOST_NAMED + 1)))
        assert isinstance(more, Wrong)
    people = tuple(UserId(f"@u{n}:example.org") for n in range(MOST_NAMED + 1))
    assert isinstance(_read("!assign", mentions=people), Wrong)
    assert isinstance(_read("!note for all of you", mentions=people), Called)
    block = json.dumps({"command": "close", "arguments": {"conversations": list(range(MOST_NAMED + 1))}})
    assert isinstance(read(replace(says("x"), command_json=block), bot=BOT), Wrong)


def test_thousands_of_people_are_read_as_fast_as_so_much_talk() -> None:
    body = "!assign " + " ".join(f"@u{n}:x" for n in range(20_000))
    started = time.process_time()
    assert isinstance(_read(body), Wrong)
    assert time.process_time() - started < 1.0


def test_a_number_inside_the_text_of_a_reply_belongs_to_the_text() -> None:
    found = _read("!reply #12 Voir #13\nsuite")
    assert isinstance(found, Called)
    assert (found.numbers, found.text) == ((12,), "Voir #13\nsuite")


def test_people_come_from_mentions_never_from_the_body() -> None:
    found = _read("!assign Bob ", mentions=(BOB,))
    assert isinstance(found, Called)
    assert (found.people, found.words) == ((BOB,), ("Bob",))


def test_a_full_user_id_in_the_body_names_a_person() -> None:
    found = _read("!assign @bob:localhost")
    assert isinstance(found, Called)
    assert found.people == (UserId("@bob:localhost"),)


def test_a_mention_of_the_bot_makes_the_first_word_a_command() -> None:
    message = says("@postroom:localhost: close #3", mentions=(BOT,))
    found = read(message, bot=BOT)
    assert isinstance(found, Called)
    assert (found.command.name, found.numbers) == ("close", (3,))


def test_a_mention_of_the_bot_in_the_middle_is_talk() -> None:
    assert isinstance(_read("I asked @postroom:localhost to close", mentions=(BOT,)), Talk)


def test_a_reply_keeps_its_lines_and_its_markdown() -> None:
    found = _read("!reply Bonjour **Marie**,\n\n- un\n- deux\n")
    assert isinstance(found, Called)
    assert found.text == "Bonjour **Marie**,\n\n- un\n- deux"


def test_each_row_of_the_table_reads_its_own_example() -> None:
    for row in TABLE:
        found = _read(template("en", f"example.{row.key}"))
        assert isinstance(found, Called), row.name
        assert found.command is row


@given(st.text())
def test_any_text_is_talk_an_error_or_a_command(body: str) -> None:
    assert isinstance(_read(body), Talk | Wrong | Called)


@given(st.text(max_size=300))
def test_any_structured_command_is_answered(block: str) -> None:
    assert isinstance(read(replace(says("x"), command_json=block or "{}"), bot=BOT), Wrong | Called)


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ("!répondre Bonjour", "reply"),
        ("!repondre Bonjour", "reply"),
        ("/Fermer", "close"),
        ("!aide", "help"),
        ("!liste miennes", "list"),
        ("!annuler", "undo"),
        ("!attribuer @bob:localhost", "assign"),
        ("!re\u0301pondre Bonjour", "reply"),
    ],
)
def test_french_words_stand_beside_the_english_ones_with_or_without_accents(body: str, name: str) -> None:
    found = _read(body)
    assert isinstance(found, Called)
    assert found.command.name == name


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_what_each_language_is_told_to_write_is_read_as_its_row(row: Command) -> None:
    for language in ("en", "fr"):
        told = typed(language, " ".join([template("en", f"example.{row.key}"), *(word.own for word in row.words)]))
        found = _read(told)
        assert isinstance(found, Called) and found.command is row
        if row.text is None and not row.takes_commands:
            plain = _read(" ".join([template("en", f"example.{row.key}"), *(word.own for word in row.words)]))
            assert isinstance(plain, Called) and (found.words, found.names) == (plain.words, plain.names)


def test_no_name_of_the_table_means_two_commands() -> None:
    names = [bare(name) for row in TABLE for name in row.names]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("body", "words"),
    [("!joindre Aucun", ("none",)), ("!renvoyer refusé", ("refused",)), ("!resend refusés", ("refused",))],
)
def test_the_words_behind_a_command_are_read_in_french_too(body: str, words: tuple[str, ...]) -> None:
    found = _read(body)
    assert isinstance(found, Called) and found.words == words


@pytest.mark.parametrize("option", ["--tous", "--all", "--TOUS"])
def test_an_option_is_read_in_french_too(option: str) -> None:
    found = _read(f"!répondre {option} Bonjour")
    assert isinstance(found, Called)
    assert (found.choice, found.text) == (Choice.ALL, "Bonjour")


@pytest.mark.parametrize(
    ("body", "near"),
    [
        ("!repyl x", "reply"),
        ("!repondr x", "répondre"),
        ("!unspam", "notspam"),
        ("!clsoe", "close"),
        ("!answer x", "reply"),
    ],
)
def test_a_suggestion_is_near_in_meaning(body: str, near: str) -> None:
    found = _read(body)
    assert isinstance(found, Wrong)
    assert dict(found.why.values)["near"] == near


@pytest.mark.parametrize("body", ["!juggle", "!gallop x", "!poste", "!juggle #2"])
def test_what_is_near_to_nothing_gets_no_suggestion(body: str) -> None:
    found = _read(body)
    assert isinstance(found, Wrong)
    assert "near" not in dict(found.why.values)
