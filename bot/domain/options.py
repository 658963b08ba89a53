"""Options of a command that writes mail: `--only`, `--at "monday 9:00"`.

One rule: an option stands before the words, and is never mailed among them unasked, nor taken out of them. What begins
the words and can only be one is told instead; what may be one, there or elsewhere, is asked about (`Called.doubt`).
"""

import re
from dataclasses import replace
from typing import Final

from bot.domain.command import AT, CHOICES, Called
from bot.domain.heading import read_quoted
from bot.domain.participants import Choice
from bot.domain.sentences import Sentence, sentence
from bot.domain.times import names_time
from bot.domain.words import bare, meant

_OPTIONS: Final = (*CHOICES, AT)
_BLANK: Final = "[ \t\u00a0\u202f]"
_DASHES: Final = r"(?P<dash>[-\u2010-\u2015\u2212]{1,3})"
"""What keyboards make of two hyphens, and what fingers do."""
_LONG: Final = ("\u2012", "\u2013", "\u2014", "\u2015")
_MARKS: Final = r"[\s\u200b-\u200f\u2060\ufeff*_~]*"
"""What nobody sees, and marks of Markdown. Code is the writer's own word."""
_QUOTE: Final = '["“„«”]'
_READ: Final = re.compile(
    rf"(?:--(?P<name>[^\W\d_]{{1,12}})(?:[:=,;.]|(?=\s|{_QUOTE}|$))"
    # `—à bientôt` and `—All the best` are no options.
    rf"|[\u2013\u2014](?P<after_one>[^\W\d_]{{1,12}}(?=[:=]?{_BLANK}*{_QUOTE}|\s*\Z))[:=]?)"
    rf"{_BLANK}*\n?"
)
"""An option as it is read; keyboards make one long dash of two hyphens: a quotation mark follows, or nothing."""
_STRICT: Final = re.compile(rf"{_MARKS}--(?P<name>[^\W\d_][\w-]*)")
_LIKE: Final = re.compile(rf"{_DASHES}(?P<gap>{_BLANK}*)(?P<name>[^\W\d_]{{1,12}})(?![\w’'-])")
_FIRST: Final = re.compile(rf"{_MARKS}{_LIKE.pattern}")
_BEHIND: Final = re.compile(rf"(?<![^\s*_~]){_LIKE.pattern}")
_TIME_FIRST: Final = re.compile(rf"{_MARKS}(?P<name>[^\W\d_]{{1,12}})(?=[:=]?{_BLANK}*{_QUOTE})")
_MOST_BEHIND: Final = 120
"""Characters behind an option in which its time is looked for."""
_NOTHING: Final = " \t\u00a0\u202f*_~.,;:!…"


def with_options(called: Called) -> Called | Sentence:
    """The call with the options that stand before its words; what is wrong where something only looks like one."""
    flags, found = called.command.flags, _READ.match(called.text)
    if flags is not None and found is not None:
        name, rest = called.command.meant(found["name"] or found["after_one"]), called.text[found.end() :]
        if flags.has_time and name == AT.own and called.at is None:
            at, words = read_quoted(rest)
            return with_options(replace(called, at=at, text=words.strip("\n").rstrip()))
        if name in {word.own for word in flags.known} and called.choice is None:
            return with_options(replace(called, text=rest.strip("\n").rstrip(), choice=Choice(name)))
    return _none_first(called) or replace(called, doubt=_doubtful_first(called))


def none_in(called: Called, words: str) -> Sentence | None:
    """The reason why a message of the thread, which was no command, is not mailed as it stands."""
    read = with_options(replace(called, text=words, at=None, choice=None))
    if isinstance(read, Sentence):
        return read
    if read.text != words:
        option = AT.own if read.at is not None else str(read.choice)
        return sentence("error.option_in_talk", written=f"--{option}", option=option)
    return None


def doubt_in(called: Called, words: str) -> Sentence | None:
    """What to ask about before these words are mailed: something in them may have been meant as an option."""
    return _doubtful_first(replace(called, text=words)) or behind_the_words(called, words)


def takes_none(called: Called) -> bool:
    """Whether the words may begin with two hyphens like others: nothing of them is mailed."""
    text = called.command.text
    return called.command.flags is None and (text is None or not text.is_draft)


def _none_first(called: Called) -> Sentence | None:
    """The reason why the words may not begin as they do."""
    if takes_none(called):
        return None
    like, strict = _FIRST.match(called.text), _STRICT.match(called.text)
    option = _meant(like, called.text[like.end() :]) if like is not None else ""
    is_second = called.at is not None if option == AT.own else called.choice is not None
    if like is not None and option and not is_second:
        if _is_dash_of_words(called, like, option):
            return None
        return _told(called, _written(like), option)
    if like is not None and option:
        return _unknown(called, _written(like), option)
    if strict is not None:
        return _unknown(called, f"--{strict['name'][:40]}", strict["name"][:40])
    return None


def _is_dash_of_words(called: Called, like: re.Match[str], option: str) -> bool:
    """`—All the best`: keyboards make such a dash of two hyphens, and people begin a line with one."""
    is_known = called.command.flags is None or _is_known(called, option)
    return is_known and option != AT.own and like["dash"] in _LONG and not like["gap"]


def _doubtful_first(called: Called) -> Sentence | None:
    """What the words begin with, where that may be an option or a word."""
    if takes_none(called):
        return None
    like = _FIRST.match(called.text)
    option = _meant(like, called.text[like.end() :]) if like is not None else ""
    if like is not None and option and _is_dash_of_words(called, like, option):
        return _asks(called, _written(like), option)
    timed = _TIME_FIRST.match(called.text)
    if timed is not None and meant((AT,), timed["name"]) and _has_time(called.text[timed.end() :]):
        time = read_quoted(called.text[timed.end() :].lstrip(" \t\u00a0\u202f:="))[0]
        return _asks(called, f'{timed["name"]} "{time[:40]}"', AT.own)
    return None


def among_heading(called: Called, line: str) -> Sentence | None:
    """The reason why a line that holds a subject is not read: nobody could tell what the option in it belongs to."""
    found = _behind(called, line)
    return None if found is None else _told(called, *found, "error.option_behind")


def behind_the_words(called: Called, text: str) -> Sentence | None:
    """What to ask about before these words are mailed: what may be an option stands among or behind them."""
    found = _behind(called, text)
    return None if found is None else _asks(called, *found)


def _behind(called: Called, text: str) -> tuple[str, str] | None:
    """What may be an option among or behind the words, as it is written, and the option."""
    if takes_none(called):
        return None
    first_end, last_end = text.find("\n"), len(text.rstrip())
    for found in _BEHIND.finditer(text):
        rest = text[found.end() : found.end() + _MOST_BEHIND]
        option = _meant(found, rest)
        if found["gap"] and not (option == AT.own and _has_time(rest, is_quoted=True)):
            # A dash between words.
            continue
        if option != AT.own and found["dash"] == "-":
            # `v=spf1 include:example.org -all`
            continue
        if option and (_has_time(rest) if option == AT.own else _ends_line(text, found, first_end, last_end)):
            return _written(found), option
    return None


def _ends_line(text: str, found: re.Match[str], first_end: int, last_end: int) -> bool:
    """Whether nothing follows on its line, and that is the first or the last, or holds nothing else."""
    line_end = text.find("\n", found.end())
    line_end = len(text) if line_end < 0 else line_end
    if line_end - found.end() > _MOST_BEHIND or text[found.end() : line_end].strip(_NOTHING):
        return False
    is_alone = not text[text.rfind("\n", 0, found.start()) + 1 : found.start()].strip(_NOTHING)
    return is_alone or line_end >= last_end or found.start() < first_end


def _meant(found: re.Match[str], rest: str) -> str:
    """The option that dashes and a word are meant as, in its own word; empty for a list, a dialogue, a word."""
    option, is_double = meant(_OPTIONS, found["name"]), len(found["dash"]) > 1
    if option != AT.own:
        return option if is_double or not found["gap"] else ""
    is_bare = not found["gap"] and bare(found["name"]) == AT.own
    return option if is_double or is_bare or _has_time(rest, is_quoted=True) else ""


def _has_time(rest: str, *, is_quoted: bool = False) -> bool:
    """Whether a time follows: between quotation marks, or to the end of the line."""
    rest = rest.lstrip(" \t\u00a0\u202f:=,")
    if rest[:1] in set('"“„«”'):
        return names_time(read_quoted(rest)[0])
    line = rest.split("\n", 1)[0].strip(_NOTHING)
    # A closing quotation mark: the words are a subject's.
    return not is_quoted and not set(line) & set('"“”»') and (not line or names_time(line))


def _written(found: re.Match[str]) -> str:
    return f"{found['dash']}{found['gap']}{found['name']}"


def _unknown(called: Called, written: str, option: str) -> Sentence:
    flags = called.command.flags
    if flags is None:
        return sentence("error.draft_option", written=written)
    which = "error.unknown_option" if flags.known else "error.unknown_option_at"
    return sentence(which, option=option, name=called.command.name)


def _told(called: Called, written: str, option: str, key: str = "error.option_form") -> Sentence:
    if not _is_known(called, option):
        return _unknown(called, written, option)
    return sentence(key, written=written, option=option, name=called.command.name)


def _asks(called: Called, written: str, option: str) -> Sentence:
    if called.command.flags is None:
        return sentence("draft.option_within", written=written, option=option)
    key = "question.option_within" if _is_known(called, option) else "question.option_unknown"
    return sentence(key, written=written, option=option, name=called.command.name)


def _is_known(called: Called, option: str) -> bool:
    return any(word.own == option for word in called.command.words)
