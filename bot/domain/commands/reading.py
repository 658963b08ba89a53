"""Reading a command from a member's words."""

import difflib
import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Final

from bot.domain.command import AT, ME, Called, Command, Reading, Talk, Words, Wrong, no_secret
from bot.domain.commands.table import TABLE, by_name
from bot.domain.heading import read_address, read_heading, read_time_within
from bot.domain.ids import INVISIBLE, ConversationId, UserId
from bot.domain.inputs.said import MessageEdited, TeamMessage
from bot.domain.options import among_heading, behind_the_words, with_options
from bot.domain.sentences import Sentence, sentence
from bot.domain.words import NUMBERED, bare, meant

_NAMES: Final = {bare(name): name for row in TABLE for name in row.names}
_OF_TWO: Final = {name: own for name, own in _NAMES.items() if " " in name}
_HALF: Final = {
    bare(name).partition(" ")[0]: name
    # Of those that begin alike the one behind which a secret may stand: it is deleted.
    for row in sorted(TABLE, key=lambda one: one.tells_secret is not no_secret)
    for name in row.names
    if " " in name
}
"""The first words of names of two, and the command that is meant by one alone."""
_MEANT: Final = {word: row.name for row in TABLE for word in row.tried}
_LONG_TRIED: Final = [word for word in _MEANT if len(word) > 6]
"""A short one is near to too many words."""

_BARE = re.compile(r"\s*(?:!|/{1,2})?(?P<name>[^\W\d_][\w-]*)(?=\s|$)")
_SECOND = re.compile(r"[ \t]+(?P<name>[^\W\d_][\w-]*)(?=\s|$)")
_PREFIXED = re.compile(r"(?P<prefix>!|/{1,2})(?P<name>[^\W\d_][\w-]*)(?=\s|$)")
_AROUND = r"[\s\u200b-\u200f\u2060\ufe0f\ufeff*_~`]"
"""Blanks, what nobody sees, and marks of Markdown: none of them makes of a command what may leave."""
_NEAR_MISS = re.compile(rf"{_AROUND}*[!！¡ǃ﹗❗/／⁄∕\\]{{1,3}}{_AROUND}*(?P<name>[^\W\d_][\w-]*)(?![\w-]|/\w)")
_PILL_FIRST = re.compile(
    r'^\s*(?:<p>\s*)?<a href="https://matrix\.to/#/([^"]+)">([^<]*)</a>\s*(?:[:,]\s*)?', re.IGNORECASE
)
_LONGEST_NAME = 40
"""Characters in which accents may be written apart."""
_NUMBER_FIRST = re.compile(r"#(\d{1,12})[,;:.]?(?=\s|$)[ \t]*")
_NUMBER_LAST = re.compile(r"(?:^|\s)#(\d{1,12})\s*$")
_NOT_THESE: Final = frozenset(
    """
    except excepted excluding but not without everything everyone rest others from until through thru
    sauf excepte excepter hormis pas non sans tout toute tous toutes autres reste depuis jusque jusqu'a
    """.split()
)
"""Beside numbers: not those are meant, or more than those."""
_BETWEEN: Final = frozenset(("to", "a", "au", "bis", "-", "–", "—", "..", "...", "…"))
_HOLDS_NUMBER = re.compile(r"(?<!\w)#\d")
MOST_NAMED = 20
"""Conversations, and people, that one command may name."""
_OPTION = re.compile(r"(?:--|[\u2013\u2014])[^\W\d_]")
"""Clients make one dash of two. A bare number behind it is its value."""


def read(message: TeamMessage, *, bot: UserId) -> Reading:
    """A member's message as a command or as talk. People come from `m.mentions` and pills, never from display names."""
    if message.command_json:
        return _structured(message)
    # A file is read by its caption; one without a caption has no words.
    if message.msgtype not in ("m.text", "m.emote") and message.file is None:
        return Talk(message.body)
    body = _after_mention(message, bot)
    if body is not None:
        found = _BARE.match(body)
        if found is None:
            return _unknown("")
    else:
        body = unicodedata.normalize("NFC", message.body[:_LONGEST_NAME]) + message.body[_LONGEST_NAME:]
        found = _PREFIXED.match(body)
        if found is None:
            missed = _NEAR_MISS.match(body)
            people = tuple(user for user in message.mentions if user != bot)
            return Talk(message.body, people) if missed is None else _missed(message.body, body, missed)
    command, end = _named(body, found)
    if command is None:
        return _misspelt(body, found)
    people = tuple(user for user in message.mentions if user != bot)
    return _arguments(command, body[end:], people)


def _missed(written: str, body: str, missed: re.Match[str]) -> Reading:
    """Words that look like a command to a person."""
    command, end = _named(body, missed)
    if command is not None:
        name = " ".join(body[missed.start("name") : end].lower().split())
        return Wrong(sentence("error.near_miss", name=name), _meant(name, body[end:]))
    # A slip of the fingers in both.
    wrong = _misspelt(body, missed)
    return Talk(written) if wrong.meant is None or wrong.is_half else wrong


def _named(body: str, found: re.Match[str]) -> tuple[Command | None, int]:
    """The command, and where its name ends: a name of two words goes before one of the first word alone."""
    second = _SECOND.match(body, found.end())
    if second is not None:
        command = by_name(f"{found['name']} {second['name']}")
        if command is not None:
            return command, second.end()
    return by_name(found["name"]), found.end()


def read_edit(edit: MessageEdited, *, bot: UserId) -> Reading:
    """The message as its edit reads."""
    return read(
        TeamMessage(
            edit.room,
            edit.target,
            edit.sender,
            "m.text",
            edit.body,
            edit.formatted_body,
            edit.mentions,
            None,
            None,
            edit.at,
            command_json=edit.command_json,
        ),
        bot=bot,
    )


def _unknown(name: str, near: str = "", meant: Called | None = None, *, is_half: bool = False) -> Wrong:
    if near:
        return Wrong(sentence("error.unknown_command_near", name=name[:40], near=near), meant, is_half)
    return Wrong(sentence("error.unknown_command", name=name[:40]))


def _misspelt(body: str, found: re.Match[str]) -> Wrong:
    """An unknown name, with the command that was probably meant; of a name of two words the first is enough."""
    name, second = bare(found["name"]), _SECOND.match(body, found.end())
    if second is not None and (near := _like_two(name, bare(second["name"]))):
        return _unknown(found["name"], near, _meant(near, body[second.end() :]))
    rest = body[found.end("name") :]
    if near := _near(name):
        return _unknown(found["name"], near, _meant(near, rest))
    near = _like(name, _HALF)
    return _unknown(found["name"], near, _meant(near, rest), is_half=True) if near else _unknown(found["name"])


def _meant(name: str, rest: str) -> Called:
    command = by_name(name)
    assert command is not None
    read_as = _arguments(command, rest, ())
    return read_as if isinstance(read_as, Called) else Called(command, words=tuple(rest.split()), text=rest.strip())


def _near(word: str) -> str:
    """The command that was probably meant: a slip of the fingers, or a word of the same meaning; else empty."""
    if word in _MEANT:
        return _MEANT[word]
    tried = difflib.get_close_matches(word, _LONG_TRIED, n=1, cutoff=0.85)
    # The first of two words alone is half a name, and may be no command.
    names = {name: own for name, own in _NAMES.items() if name.partition(" ")[0] != word}
    return _like(word, names) or (_MEANT[tried[0]] if tried else "")


def _like_two(first: str, second: str) -> str:
    """Of the names of two words the one that differs by a slip of the fingers, in each of its words; else empty."""
    seconds = difflib.get_close_matches(second, {name.partition(" ")[2] for name in _OF_TWO}, n=5, cutoff=0.7)
    return _like(f"{first} {second}", {name: own for name, own in _OF_TWO.items() if name.partition(" ")[2] in seconds})


def _like(word: str, names: Mapping[str, str]) -> str:
    """Of these names the one that differs by a slip of the fingers; else empty."""
    near = [name for name in difflib.get_close_matches(word, list(names), n=3, cutoff=0.75) if name[0] == word[0]]
    return names[near[0]] if near else ""


def _after_mention(message: TeamMessage, bot: UserId) -> str | None:
    """The words after a mention of the bot at the very start, or None."""
    if bot not in message.mentions and bot not in message.body:
        return None
    pill = _PILL_FIRST.match(message.formatted_body)
    if pill is not None and _percent_decoded(pill[1]).split("?")[0] == bot:
        starts: tuple[str, ...] = (pill[2], bot)
    else:
        starts = (bot,)
    for start in starts:
        if start and message.body.lstrip().startswith(start):
            return message.body.lstrip()[len(start) :].lstrip(":, ")
    return None


def _percent_decoded(text: str) -> str:
    return re.sub(r"%([0-9A-Fa-f]{2})", lambda m: chr(int(m[1], 16)), text)


def _arguments(command: Command, rest: str, people: tuple[UserId, ...]) -> Reading:
    rest = rest.lstrip(" \t")
    numbers: list[ConversationId] = []
    if command.text is not None:
        # Only numbers right after the name are ours: a `#12` later belongs to the text.
        at = 0
        while command.numbers is not None and (found := _NUMBER_FIRST.match(rest, at)):
            numbers.append(ConversationId(int(found[1])))
            at = found.end()
        behind: list[ConversationId] = []
        while command.text.numbers_last and (found := _NUMBER_LAST.search(rest, at)):
            behind.insert(0, ConversationId(int(found[1])))
            rest = rest[: found.start()]
        return _checked(
            Called(command, numbers=(*numbers, *behind), people=people, text=rest[at:].strip("\n").rstrip())
        )
    names: list[str] = []
    words: list[str] = []
    found_people = dict.fromkeys(people)
    for word in rest.split("\n", 1)[0].split():
        number = NUMBERED.fullmatch(word)
        if command.takes_people:
            word = word.translate(INVISIBLE)
        if number:
            numbers.append(ConversationId(int(number[1])))
        elif command.takes_people and re.fullmatch(r"@[^\s:]+:[^\s]+", word):
            found_people[UserId(word)] = None
        elif command.takes_people and (word.startswith("@") or command.meant(word) == ME.own):
            names.append(command.meant(word))
        elif command.numbers is not None and _HOLDS_NUMBER.search(word):
            # Left out it would be about the conversation of the thread, which was not meant.
            return Wrong(sentence("error.which_conversation", name=command.name))
        else:
            words.append(word)
    other = _not_these(command, rest) if numbers and command.takes_several else ""
    if other:
        return Wrong(sentence("error.not_these", name=command.name, word=other[:30]))
    # Behind an option a number is its value: `--older 2 weeks`.
    pairs = pairwise(("", *words))
    digits = next((word for before, word in pairs if word.isdigit() and not _OPTION.match(before)), None)
    if command.numbers is not None and digits is not None:
        # Left out it would be about the conversation of the thread, which was not meant.
        return Wrong(sentence(command.numbers.unmarked, name=command.name, number=digits[:30]))
    text = rest.strip()
    return _checked(Called(command, tuple(numbers), tuple(found_people), tuple(names), tuple(words), text))


def _not_these(command: Command, line: str) -> str:
    """The word by which others than the numbered conversations are meant, or more; empty without one."""
    words = [word for word in line.split("\n", 1)[0].split() if not meant(command.words, word)]
    beside = next((word for word in words if bare(word).replace("’", "'").strip(",;:.!") in _NOT_THESE), "")
    # `!merge #1 to #2` is what it says.
    takes_lists = bool(command.selects) or any(isinstance(one, Words) for one in command.takes)
    trios = zip(words, words[1:], words[2:], strict=False) if takes_lists else ()
    ranged = (mid for before, mid, after in trios if bare(mid) in _BETWEEN and "#" in before and "#" in after)
    return beside or next(ranged, "")


def _checked(called: Called) -> Called | Wrong:
    """The command with each name once; a mistake if it names more than the bot looks up at once."""
    called = replace(
        called,
        numbers=tuple(dict.fromkeys(called.numbers)),
        names=tuple(dict.fromkeys(called.names)),
        words=tuple(called.command.meant(word) for word in called.words),
    )
    # Other commands may mention whom they like.
    people = len(called.people) if called.command.takes_people else 0
    if max(len(called.numbers), people + len(called.names)) > MOST_NAMED:
        return Wrong(sentence("error.too_many_named", most=MOST_NAMED))
    read_as = _with_options(called)
    return Wrong(read_as) if isinstance(read_as, Sentence) else read_as


def _with_options(called: Called) -> Called | Sentence:
    """Read the options and the heading before the words; no option is left among these."""
    flagged, row = with_options(called), called.command
    if isinstance(flagged, Sentence):
        return flagged
    if row.headed is not None:
        at, text = flagged.at, flagged.text.lstrip()
        if at is None and row.flags is not None:
            at, text = read_time_within(text, lambda word: row.meant(word) == AT.own)
        # Before a subject nobody can tell whose words it is among.
        stray = among_heading(flagged, text.partition("\n")[0]) if row.headed.has_subject else None
        heading, text = (read_heading if row.headed.has_subject else read_address)(text.lstrip())
        headed = replace(flagged, heading=heading, text=text.strip("\n").rstrip(), at=at)
        flagged = stray or with_options(headed)
        if isinstance(flagged, Sentence):
            return flagged
    doubt = behind_the_words(flagged, flagged.text) if row.text is not None else None
    return flagged if doubt is None else replace(flagged, doubt=doubt)


def _structured(message: TeamMessage) -> Reading:
    """MSC4391: the block is read, never the body."""
    try:
        block = json.loads(message.command_json)
        name = block["command"]
        arguments = block.get("arguments") or {}
    except (ValueError, KeyError, TypeError, AttributeError):
        return Wrong(sentence("error.unknown_command", name="?"))
    if not isinstance(name, str) or not isinstance(arguments, dict):
        return Wrong(sentence("error.unknown_command", name="?"))
    command = by_name(name)
    if command is None:
        return _unknown(name, _near(bare(name)))
    numbers, people, words, text = [], [], [], ""
    for key, value in arguments.items():
        values = value if isinstance(value, list) else [value]
        for one in values:
            if key in ("conversation", "conversations") and one not in (None, ""):
                number = _structured_number(one)
                if number is None:
                    return Wrong(sentence("error.which_conversation", name=command.name))
                numbers.append(number)
            elif key in ("user", "users") and isinstance(one, str):
                people.append(UserId(one))
            elif key == "text" and isinstance(one, str):
                text = one
            elif isinstance(one, str):
                words.append(one)
    return _checked(Called(command, tuple(numbers), tuple(people), (), tuple(words), text))


def _structured_number(value: object) -> ConversationId | None:
    """`12`, `"12"`, `"#12"`; None where it is no number that a conversation can have."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    found = NUMBERED.fullmatch(f"#{str(value).strip().removeprefix('#')}")
    return ConversationId(int(found[1])) if found is not None else None
