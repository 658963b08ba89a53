"""Options before the words of a mail: read, or told; never mailed among the words."""

import time

import pytest
from hypothesis import given as tried
from hypothesis import strategies as st

from bot.domain.command import Called
from bot.domain.conversation import EventKind, KnownEvent, OutState
from bot.domain.decision import AddMail, SaveDialogue
from bot.domain.effects import Say
from bot.domain.ids import EventId
from bot.domain.participants import Choice
from bot.domain.question import Question
from tests.domain.commands.cases import ask, given, saved, told, world
from tests.domain.deciding import FIRST
from tests.fakes.chat import ALICE, ROOM


@pytest.mark.parametrize(
    ("body", "choice", "at", "text"),
    [
        ('!reply --at="lundi 9h" Bonjour', None, "lundi 9h", "Bonjour"),
        ('!reply --at:"lundi 9h" Bonjour', None, "lundi 9h", "Bonjour"),
        ("!reply --at=lundi 9h\nBonjour", None, "lundi 9h", "Bonjour"),
        ("!reply --AT, “lundi 9h” Bonjour", None, "lundi 9h", "Bonjour"),
        ('!reply —at="lundi 9h" Bonjour', None, "lundi 9h", "Bonjour"),
        ('!reply —à "lundi 9h" Bonjour', None, "lundi 9h", "Bonjour"),
        ("!reply --only=Bonjour", Choice.ONLY, None, "Bonjour"),
        ("!reply --only, Bonjour", Choice.ONLY, None, "Bonjour"),
        ("!reply --seul: Bonjour", Choice.ONLY, None, "Bonjour"),
        ('!reply --only --at="lundi 9h" Bonjour', Choice.ONLY, "lundi 9h", "Bonjour"),
        ('!send --at="lundi 9h"', None, "lundi 9h", ""),
        ('!forward lea@x.example --at="lundi 9h" Voici', None, "lundi 9h", "Voici"),
        ('!forward --at="lundi 9h" lea@x.example Voici', None, "lundi 9h", "Voici"),
        ('!forward lea@x.example\n--at "lundi 9h"\nVoici', None, "lundi 9h", "Voici"),
        ('!new lea@x.example --at="lundi 9h" "S"\nVoici', None, "lundi 9h", "Voici"),
        ('!new lea@x.example "S" --at="lundi 9h"\nVoici', None, "lundi 9h", "Voici"),
        ('!new lea@x.example "S"\n--at "lundi 9h"\nVoici', None, "lundi 9h", "Voici"),
    ],
)
def test_an_option_is_read_as_people_write_it(body: str, choice: Choice | None, at: str | None, text: str) -> None:
    reading = ask(body)[0].reading
    assert isinstance(reading, Called)
    assert (reading.choice, reading.at, reading.text) == (choice, at, text)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        # --- before the words, written otherwise
        ('!reply -at "lundi 9h" Bonjour', "error.option_form"),
        ("!reply -at lundi 9h Bonjour", "error.option_form"),
        ('!reply -à "lundi 9h" Bonjour', "error.option_form"),
        ('!reply --at = "lundi 9h" Bonjour', "error.at_when"),
        ('!reply - at "lundi 9h" Bonjour', "error.option_form"),
        ('!reply ‑‑at "lundi 9h" Bonjour', "error.option_form"),
        ("!reply −−only Bonjour", "error.option_form"),
        ("!reply -only Bonjour", "error.option_form"),
        ("!reply -- only Bonjour", "error.option_form"),
        ("!reply ---tous Bonjour", "error.option_form"),
        ("!reply **--only** Bonjour", "error.option_form"),
        ("!reply \u200b--only Bonjour", "error.option_form"),
        ('!forward lea@x.example -at "lundi 9h" Voici', "error.option_form"),
        ('!new lea@x.example -at "lundi 9h" "S"\nB', "error.option_behind"),
        # --- known to nobody, or not there
        ("!reply --no-quote Bonjour", "error.unknown_option"),
        ("!reply --at2 Bonjour", "error.unknown_option"),
        ("!reply --averyverylongoption Bonjour", "error.unknown_option"),
        ("!reply --only2=x Bonjour", "error.unknown_option"),
        ("!reply *--foo* Bonjour", "error.unknown_option"),
        ("!reply --all --only Bonjour", "error.unknown_option"),
        ("!forward lea@x.example --no-quote Voici", "error.unknown_option_at"),
        ("!forward lea@x.example --only Voici", "error.unknown_option_at"),
        ("!forward lea@x.example —tous", "error.unknown_option_at"),
        ('!new lea@x.example "S" --only\nVoici', "error.unknown_option_at"),
        ('!new lea@x.example "S"\n--cc=zoe@x.example\nVoici', "error.unknown_option_at"),
        # --- a draft is mailed later
        ('!draft --at "lundi 9h" Bonjour', "error.draft_option"),
        ("!draft --foo Bonjour", "error.draft_option"),
        ("!draft -only Bonjour", "error.draft_option"),
    ],
)
def test_an_option_written_otherwise_is_told_and_never_mailed(body: str, why: str) -> None:
    decision = given(body, in_thread=not body.startswith("!new"))
    assert told(decision) == [why]
    assert not any(isinstance(change, AddMail) for change in decision.changes)


@pytest.mark.parametrize(
    "body",
    [
        "!reply —All the best, Alice",
        "!reply –Tous mes vœux pour 2027",
        "!reply —Seul Paul viendra",
        '!reply at "lundi 9h" Bonjour',
        '!reply at: "demain" Bonjour',
        "!reply —tous, Bonjour",
        '!reply Bonjour --at "lundi 9h"',
        '!reply Bonjour --at="lundi 9h" et merci\nAlice',
        "!reply Bonjour --at lundi 9h",
        "!reply Bonjour --at",
        '!reply Bonjour —le "lundi 9h"',
        '!reply Bonjour\n-at "lundi 9h"\nAlice',
        "!reply Bonjour --only",
        "!reply Bonjour --only.\nAlice",
        "!reply Bonjour\nAlice —tous",
        "!reply Bonjour\n--only\nAlice",
        "!reply Bonjour\nAlice\n\n**--only**\n",
        '!forward lea@x.example Voici\n--at "lundi 9h"',
        '!new lea@x.example "S"\nB\n--at "lundi 9h"',
        '!new lea@x.example "S"\nB\n--only',
        "!draft Bonjour --only",
        '!draft Bonjour\n--at "lundi 9h"',
        "!reply Lancez : git commit --all",
        '!reply À "9h" on commence',
        '!reply at "9:00" we start',
        "!forward lea@x.example Lancez : git commit --all",
        '!draft À "9h" on commence',
        "!draft —All the best",
    ],
)
def test_what_may_be_an_option_is_asked_about_with_the_words_kept(body: str) -> None:
    decision = given(body, in_thread=not body.startswith("!new"))
    mails = [change.record for change in decision.changes if isinstance(change, AddMail)]
    asked = told(decision)
    if body.startswith("!draft"):
        (kept,) = saved(decision)
        assert kept.draft is not None and kept.draft.text == body.removeprefix("!draft ").rstrip("\n")
        assert "draft.option_within" in asked and not mails
    elif body.startswith("!reply"):
        assert asked == ["question.option_within", "question.confirm"] and not mails
        (put,) = [change.dialogue.state for change in decision.changes if isinstance(change, SaveDialogue)]
        assert isinstance(put, Question) and put.text == body.removeprefix("!reply ").rstrip("\n")
    else:
        assert asked[0] in ("question.option_within", "question.option_unknown") and asked[1] == "new.held"
        assert [mail.state for mail in mails] == [OutState.HELD]


@pytest.mark.parametrize(
    "text",
    [
        "—à bientôt",
        "— Tous nos vœux",
        "- only a list\n- all of it",
        "-le pain\n-le lait",
        "-le lundi 9h\n-le mardi 9h",
        "Le lundi 9h nous allons",
        'Le "petit déjeuner" est à 9h',
        "-- \nAlice",
        "---\nAlice",
        "--\nAlice",
        "Essayez `--only`",
        "`--all` montre tout",
        "Lancez git log --all | less",
        "Lancez git log --all puis\nautre chose",
        "Parlez-eux",
        "v=spf1 include:example.org -all",
        "À voir :\n-le bureau\n-tous",
        "un arc-en-ciel -tous-les-jours",
        "Prix: 5--6",
        "Rendez-vous -- at noon, as you said",
        "git --version, ls --color",
    ],
)
def test_what_only_looks_like_an_option_is_mailed_as_it_is(text: str) -> None:
    (mail,) = [change.record for change in given(f"!reply {text}").changes if isinstance(change, AddMail)]
    assert mail.text == text


_PIECES = ("--at", "-at", "—à", "--only", "-- all", '"lundi 9h"', "lundi 9h", "=", ",", "\n", " ", "Bonjour", "`", "**")


@tried(st.lists(st.sampled_from(_PIECES), max_size=8).map(" ".join))
def test_no_mail_begins_or_ends_with_an_option(text: str) -> None:
    reading = ask(f"!reply {text}")[0].reading
    if isinstance(reading, Called) and reading.doubt is None:
        words = reading.text.split()
        assert not words or (not words[0].startswith(("--at", "--only")) and words[-1] not in ("--at", "--only"))


def test_a_long_line_of_options_is_read_in_no_time() -> None:
    started = time.process_time()
    for piece in ("--at ", "-- ", "--at\n", "—", " --", '--at "', "**"):
        assert ask("!reply x " + piece * 12_000)
    assert time.process_time() - started < 3.0


@pytest.mark.parametrize("again", ["!reply Lancez : git commit --all", "✅"])
def test_the_same_words_again_send_them_as_they_stand(again: str) -> None:
    made = world()
    made.says("!reply Lancez : git commit --all")
    assert made.was_asked and not made.out()
    made.reacts("✅", made.question()) if again == "✅" else made.says(again)
    assert [one.text for one in made.out()] == ["Lancez : git commit --all"]


def test_the_option_alone_as_the_answer_takes_nothing_out_of_the_words_in_silence() -> None:
    made = world()
    made.says("!reply Bonjour --only")
    made.says("!reply --only")
    assert made.was_asked and not made.out() and "question.option_within" in made.said()


def test_a_draft_with_what_may_be_an_option_is_asked_about_once_it_is_sent() -> None:
    made = world()
    made.says("!draft Lancez : git commit --all")
    made.says("!send")
    assert made.was_asked and not made.out() and made.said()[0] == "question.option_within"
    made.says("!send")
    assert [one.text for one in made.out()] == ["Lancez : git commit --all"]


def test_a_message_of_the_thread_is_asked_about_as_well() -> None:
    made = world()
    note = KnownEvent(EventId("$n"), ROOM, EventKind.NOTE, FIRST, ALICE, None, made.now, "Bonjour --all")
    made.events[note.event] = note
    made.reacts("📤", note.event)
    assert made.was_asked and not made.out() and made.said()[0] == "question.option_within"


def test_an_edit_into_it_takes_the_mail_back_and_says_why() -> None:
    made = world()
    written = made.says("!reply Bonjour")
    made.edits(written.event, "!reply Bonjour --all")
    assert [one.state for one in made.out()] == [OutState.CANCELLED] and "question.option_within" in made.said()


@pytest.mark.parametrize(
    ("words", "written"),
    [
        ("Lancez : git commit --all", "--all"),
        ('À "9h" on commence', 'À "9h"'),
        ("at: “9:00” we start", 'at "9:00"'),
        ("—All the best", "—All"),
    ],
)
def test_what_was_written_is_quoted(words: str, written: str) -> None:
    for command in ("!reply", "!draft"):
        asked = [
            one for effect in given(f"{command} {words}").effects if isinstance(effect, Say) for one in effect.sentences
        ]
        (value,) = [dict(one.values)["written"] for one in asked if one.key.endswith("option_within")]
        assert value == written
