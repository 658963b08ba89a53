"""What a line of an answer by mail says before a colon, in brackets or as its first word: that it is for the team."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

from bot.domain.commands.note import NOTE
from bot.domain.rules.about_it import begins_with_them, speaks_of_them
from bot.domain.sentences import Sentence, sentence
from bot.domain.slips import slip_of
from bot.domain.words import bare, bare_words

_FIRST: Final = re.compile(r"[\W_]*(?P<name>[^\W\d_]+)")
_COLON: Final = re.compile(r"[\W_]{0,9}?[:\uff1a\ufe13\ufe55][*_\s]*")
_NOTES: Final = frozenset(bare(name) for one in NOTE.names for name in (one, f"{one}s"))
_MAKES_NOTE: Final = frozenset((bare(NOTE.name), f"{bare(NOTE.name)}s"))
"""What makes a note without being asked about: `noter : …` may say to the correspondent what to keep in mind."""
_FOR_THE_TEAM: Final = frozenset(("internal", "private", "team", "interne", "privee", "equipe"))
"""Beside the word they say what kind of note it is."""
_NOTED: Final = frozenset(("nota", "nb", "internes", "internally"))
_SAYS_SO: Final = _FOR_THE_TEAM | _NOTES | _NOTED
"""One of them among the words of a label is enough."""
_ASKS: Final = frozenset(("please", "kindly", "merci", "veuillez", "priere"))
"""Before `note` they ask the correspondent to."""
_MOST_BEFORE: Final = 5
_NOTE_THAT: Final = frozenset(
    """that this the also well how from of on taken que qu bien de du des d sur prise""".split()
)
"""Behind the word they make it part of a letter: `note that we are closed`, `note de frais`."""
_NOTE_WITHIN: Final = 6
"""A colon within so many words behind the word may end what the note is about: `note on Marie: …`."""
_TEAM_WITHIN: Final = 3
_COLON_BEHIND: Final = re.compile(r"(?<!\d)[:\uff1a\ufe13\ufe55](?!//)|[:\uff1a\ufe13\ufe55](?!\d|//)")
_LABELS_OF_NOTES: Final = frozenset(
    """prive privee prives privees remarque remarques confidentiel confidentielle confidential commentaire commentaires
    comment comments fyi memo postroom bot""".split()
)
"""Alone, or before one word more, they name what follows: `remarque : …`."""
_LABEL_WORDS: Final = 2
_WORDS_LOOKED_AT: Final = 10
_MOST_OF_LABEL: Final = 60
"""Letters."""
_MISSED: Final = _NOTES | _FOR_THE_TEAM | _LABELS_OF_NOTES
"""What is known by a slip of the fingers, too (`slips.py`): `noet: …` is asked about, as `note …` is."""
_TWO_SLIPS: Final = frozenset("nto nteo neto neot onte tnoe ntoes nite mote noye".split())
"""Of `note`, or one of them that makes another word, before a colon; none begins a label."""
_IS_NOTED: Final = "noté"
"""What a telephone makes of `note`, and what a letter says of what it tells."""
_NAMES_NOTE: Final = frozenset("remarque commentaire memo confidentiel confidentielle confidential".split())
"""On a line of their own, or before what somebody did, they name what follows."""
_MARKED_OFF: Final = re.compile(r"\s*[!/]\s+[^\W\d_]")
"""The mark of a command, and no command."""
_PHRASES: Final = tuple(
    tuple(one.split())
    for one in (
        "entre nous;between us;ne pas envoyer;ne pas transmettre;ne pas repondre;do not send;don t send;not to be sent;"
        "pour info;pour information;for info;for information;pour memoire;a ne pas envoyer;off the record;a faire;todo;"
        "pas pour le client;pas pour la cliente;pas pour les clients;not for the customer;not for the client;"
        "staff only;ne pas lui dire;ne lui dis pas;don t tell her;don t tell him;don t tell them"
    ).split(";")
)
"""Before a colon they say that the rest is for the team."""
_BY_THEMSELVES: Final = frozenset(
    "pour nous;for us;off;en off;en aparte;aparte;en prive;in private;en interne;hors mail".split(";")
)
"""Such a colon stands behind nothing else but these, and `_ONLY`: `important pour nous : …` is a letter's."""
_ONLY: Final = frozenset("just juste only seulement uniquement seuls".split())
_PHRASE_WITHIN: Final = 3
"""Behind a greeting, at most."""
_NEVER_SENT: Final = frozenset("envoyer transmettre send sent nous us customer dire pas her him them".split())
"""The last words of phrases that say so before anything."""
_PARTS: Final = (("de",), ("d",), ("any",))
_OF_MAILS: Final = frozenset("reponse reponses mail mails email courriel message messages reply answer e suite".split())
_ALONE: Final = frozenset(
    "prive privee private confidentiel confidentielle confidential interne internal memo todo".split()
)
"""By themselves, before any mark."""
IN_BRACKETS: Final = re.compile(r"[\s*_>]*[\[({<]([^\])}>]{1,60})[\])}>]")
_MARKED: Final = re.compile(r"\W*(\w+)(?:\s*$|\s?[.,;!\-\u2013\u2014\u2026]+(?:\s|$))")
_POSTSCRIPTS: Final = (["nb"], ["n", "b"], ["a", "faire"])
"""Labels that a letter has below its own words, too."""
_FOR_READERS: Final = (*_POSTSCRIPTS, ["pour", "information"], ["pour", "info"], ["for", "information"])
"""Those that it has below a greeting by name as well, where they speak of nobody else."""
_AMOUNT: Final = re.compile(r"\s*\d{1,7}(?:[.,]\d{1,2})?\s?(?:€|euros?\b|eur\b|\$|£).{0,40}", re.IGNORECASE)


def is_for_the_team(first: str) -> bool:
    """Whether a few words and a colon begin it, one of which says that the rest is for the team: `internal: …`."""
    if _is_labelled(first) or _is_unmarked(first):
        return True
    colon = _COLON_BEHIND.search(first)
    said = _label_words(first[: colon.start()]) if colon is not None else []
    if not 0 < len(said) <= _MOST_BEFORE or _ASKS & set(said):
        return False
    # In French, `comment` begins a question.
    if said[0] in _LABELS_OF_NOTES and len(said) <= (1 if said[0] == "comment" else _LABEL_WORDS):
        return True
    if said == [_IS_NOTED] and colon is not None and begins_with_them(bare_words(first[colon.end() :])):
        return True
    if " ".join(word for word in said if word not in _ONLY) in _BY_THEMSELVES:
        return True
    if said == ["info"] and speaks_of_them(first):
        return True
    is_phrase = any(tuple(said[at : at + len(one)]) == one for one in _PHRASES for at in range(_PHRASE_WITHIN))
    is_phrase = is_phrase or said == ["n", "b"] or "".join(said) in _NOTES | _TWO_SLIPS
    return is_phrase or bool(_SAYS_SO & set(said))


def _is_labelled(first: str) -> bool:
    """Whether a label in brackets begins it, or a word or phrase that says so before anything: `[interne] …`."""
    found = IN_BRACKETS.match(first[:100])
    inside = _label_words(found[1]) if found is not None else []
    is_marked = bool((_SAYS_SO | _LABELS_OF_NOTES) & set(inside))
    if " ".join(inside) in _BY_THEMSELVES or (is_marked and len(inside) <= _LABEL_WORDS):
        return True
    alone = _MARKED.match(first[:100])
    if alone is not None and _ALONE & set(_label_words(alone[1])):
        return True
    said = tuple(bare_words(first[:100]))
    begun = [one for one in _PHRASES if said[: len(one)] == one and one[-1] in _NEVER_SENT]
    return any(not _is_of_a_thing(said[len(one) :]) for one in begun)


def _is_of_a_thing(behind: tuple[str, ...]) -> bool:
    """Whether the correspondent is asked for none of something: `ne pas envoyer de chèque`; not `… de réponse`."""
    return behind[:1] in _PARTS and not _OF_MAILS.issuperset(behind[1:2])


def _is_unmarked(first: str) -> bool:
    """Whether such a word stands there without a mark: on a line of its own, before what somebody did (`mémo elle a
    payé`), or `TODO`; or the mark of a command does, and no command, before the same."""
    said = bare_words(first[:100])
    is_by_itself = len(said) <= _LABEL_WORDS and (_SAYS_SO | _NAMES_NOTE).issuperset(said)
    is_named = bool(_NAMES_NOTE & set(said[:_LABEL_WORDS]))
    is_marked = _MARKED_OFF.match(first) is not None and begins_with_them(said)
    is_before = begins_with_them(said[1:]) or begins_with_them(said[2:])
    return (is_named and (is_by_itself or is_before)) or said[:1] == ["todo"] or is_marked


def _label_words(text: str) -> list[str]:
    """The first words as they are compared, each slip put right; but `noté`, which says that something is, is no
    `note`."""
    words = re.split(r"[\W_]+", unicodedata.normalize("NFKC", text).lower())[:_WORDS_LOOKED_AT]
    return [word if bare(word) in _NOTES else slip_of(word, _MISSED) or bare(word) for word in words if word]


def is_misspelt_note(line: str) -> bool:
    """Whether a slip of the word for a note stands before a colon: `noet: …`."""
    colon = _COLON_BEHIND.search(line[:_MOST_OF_LABEL])
    said = bare_words(line[: colon.start()]) if colon is not None else []
    return len(said) == 1 and (said[0] in _TWO_SLIPS or slip_of(said[0], _NOTES) != "")


def note_in(first: str) -> str | Sentence | None:
    """What a first line says behind the word that makes a note; why nobody can be sure that it does; None: it does not.

    Whatever begins with the word and is no common beginning of a letter is kept from the correspondent.
    """
    line = "".join(letter for letter in first if unicodedata.category(letter) != "Cf")
    # `é` may stand as two letters, and a word ends before the second.
    line = unicodedata.normalize("NFC", line)
    found = _FIRST.match(line)
    if found is not None and bare(found["name"]) in _FOR_THE_TEAM:
        found = _FIRST.match(line, found.end())
    name = _label_words(found["name"]) if found is not None else []
    if found is None or not _NOTES.issuperset(name) or line[: found.start("name")].strip()[:1] in ("!", "/"):
        return None
    makes_note = _MAKES_NOTE.issuperset(name) and bare(found["name"]) in _NOTES
    end = found.end()
    after = _FIRST.match(line, end)
    if after is not None and bare(after["name"]) in _FOR_THE_TEAM:
        end = after.end()
        after = _FIRST.match(line, end)
    colon = _COLON.match(line, end)
    if colon is not None and makes_note:
        return line[colon.end() :]
    if makes_note and after is None and not any(letter.isalnum() for letter in line[end:]):
        return ""
    is_letter = after is not None and not line[end : after.start("name")].strip("'\u2019 \t\u00a0\u202f")
    is_letter = is_letter and after is not None and bare(after["name"]) in _NOTE_THAT
    if is_letter and not _is_about(line[end:]):
        return None
    return sentence("mailed.maybe_note", line=first.strip()[:80])


def _is_about(behind: str) -> bool:
    """Whether what stands behind `note on` or `note de` may say whom the note is about, or whose it is."""
    colon = _COLON_BEHIND.search(behind)
    said = bare_words(behind[: colon.start()] if colon else behind)
    is_of_team = any(word in _FOR_THE_TEAM for word in said[:_TEAM_WITHIN])
    return is_of_team or (colon is not None and len(said) <= _NOTE_WITHIN)


def is_set_off(line: str) -> bool:
    """Whether it begins with brackets, an `@`, or a few words before a colon."""
    colon = _COLON_BEHIND.search(line[:_MOST_OF_LABEL])
    is_label = colon is not None and 0 < len(bare_words(line[: colon.start()])) <= _MOST_BEFORE
    return is_label or IN_BRACKETS.match(line[:100]) is not None or line.lstrip("-*_> ").startswith("@")


def is_label_of_letter(first: str, following: Sequence[str], is_below_words: bool, *, is_greeted: bool = False) -> bool:
    """Whether a label that may be for the team is a letter's for sure: a postscript, or a line of several of a list of
    prices or of teams.

    Args:
        is_greeted: the letter begins with somebody's name.
    """
    colon = _COLON_BEHIND.search(first)
    if colon is None:
        return False
    said = bare_words(first[: colon.start()])
    if is_below_words and said in _POSTSCRIPTS and first.strip()[:1].isalnum():
        return True
    is_to_reader = (is_below_words or is_greeted) and said in _FOR_READERS and first.strip()[:1].isalnum()
    if is_to_reader and not speaks_of_them(" ".join((first, *following))):
        return True
    next_colon = _COLON_BEHIND.search(following[0]) if following else None
    if next_colon is None:
        return False
    said_next = bare_words(following[0][: next_colon.start()])
    is_priced = _AMOUNT.fullmatch(first, colon.end()) and _AMOUNT.fullmatch(following[0], next_colon.end())
    is_one_of_teams = said[:1] == said_next[:1] and all(
        len(one) == _LABEL_WORDS and len(one[1]) == 1 for one in (said, said_next)
    )
    return bool(is_priced) or is_one_of_teams
