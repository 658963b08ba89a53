"""Text in the two forms that every message of the room has: a plain body and Matrix HTML."""

import re
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Final
from urllib.parse import quote

from bot.domain.ids import ConversationId, UserId
from bot.domain.sentences import OtherNames, Sentence
from bot.text.inert import inert_text
from bot.text.reader import Reader
from bot.text.wording import BESIDE, PLACE, count_of, other_names, pieces, template, typed, value_words

_USER_ID: Final = re.compile(r"@[^\s:@]{1,200}:[^\s:@/]{1,200}(?::\d{1,5})?")
_PERSONS: Final = ("who", "detail", "bot", "by")
"""Places whose user ids are people, also people who left. At other places a user id is part of somebody's words."""
NO_PARTS: Final[Mapping[str, "Shown"]] = {}


@dataclass(frozen=True, slots=True)
class Shown:
    """`body` is plain text; `html` is safe Matrix HTML that says the same."""

    body: str
    html: str

    def __add__(self, other: "Shown") -> "Shown":
        return Shown(self.body + other.body, self.html + other.html)


EMPTY: Final = Shown("", "")


def plain(text: str) -> Shown:
    """Text that is our own, or was made inert before."""
    return Shown(text, escape(text, quote=False).replace("\n", "<br>"))


def foreign(text: str) -> Shown:
    """Text of others, made unable to ping or to link into Matrix."""
    return plain(inert_text(text))


def bold(part: Shown) -> Shown:
    return Shown(part.body, f"<b>{part.html}</b>")


def code(text: str) -> Shown:
    return Shown(text, f"<code>{escape(text, quote=False)}</code>")


def lines(parts: Iterable[Shown]) -> Shown:
    """The parts one under the other; empty ones are left out."""
    kept = [part for part in parts if part.body or part.html]
    # The blank is for clients that show a message's first words with its tags taken out.
    return Shown("\n".join(p.body for p in kept), " <br>".join(p.html for p in kept))


def joined(parts: Iterable[Shown], between: str = " · ") -> Shown:
    """The parts on one line; empty ones are left out."""
    kept = [part for part in parts if part.body or part.html]
    return Shown(between.join(p.body for p in kept), escape(between, quote=False).join(p.html for p in kept))


def link(part: Shown, url: str) -> Shown:
    """A link in the HTML; the plain body has only the words. No link where `url` is empty."""
    return Shown(part.body, f'<a href="{escape(url)}">{part.html}</a>') if url else part


def name_of(user: UserId, reader: Reader) -> str:
    """A member's name in one line; of whom nobody knows one, the local part of their id."""
    return " ".join((reader.names.get(user) or user[1:].split(":")[0]).split())


def is_person(place: str, value: str, names: Container[UserId]) -> bool:
    """Whether the value at this place of a sentence is a member, or was one."""
    return place in _PERSONS and (value in names or _USER_ID.fullmatch(value) is not None)


def person(user: UserId, reader: Reader) -> Shown:
    """A member as a pill. A pill pings nobody by itself: `m.mentions` of the message does."""
    return link(foreign(name_of(user, reader)), "https://matrix.to/#/" + quote(user, safe="@:"))


def handle(number: ConversationId | int | None, mark: str = "") -> Shown:
    """The start of a message about a conversation: `#142`, before the mark in the plain body, after it in the HTML."""
    if number is None:
        return Shown(f"{mark} ", f"{mark} ") if mark else EMPTY
    if not mark:
        return plain(f"#{number} · ")
    return Shown(f"#{number} · {mark} ", f"{mark} #{number} · ")


def in_words(
    s: Sentence,
    reader: Reader,
    parts: Mapping[str, Shown] = NO_PARTS,
) -> Shown:
    """A sentence of the catalogue.

    Values are taken for foreign text, except user ids at the places of people. `parts` fills places
    with text that is ready to be shown. Commands between backticks become code in the HTML.
    """
    values = dict(s.values)

    def fill(name: str) -> Shown:
        if name in parts:
            return parts[name]
        if name not in values:
            return plain("…")
        value = values[name]
        if isinstance(value, Sentence):
            return in_words(value, reader)
        if isinstance(value, tuple):
            return joined((in_words(one, reader) for one in value), BESIDE)
        if isinstance(value, OtherNames):
            return joined((code(f"!{other}") for other in other_names(value, reader.language)), ", ")
        if isinstance(value, str) and is_person(name, value, reader.names):
            return person(UserId(value), reader)
        return foreign(value_words(reader.language, name, value, timezone=reader.timezone))

    # A command or reaction is offered only where it works.
    key = "resend.offer_in_words" if s.key == "resend.offer" and not reader.by_hand else s.key
    said = EMPTY
    for piece, is_typed in pieces(template(reader.language, key, count_of(s))):
        words, end = EMPTY, 0
        for place in PLACE.finditer(piece):
            words += plain(piece[end : place.start()]) + fill(place.group(1))
            end = place.end()
        words += plain(piece[end:])
        said += code(typed(reader.language, words.body)) if is_typed else words
    return said
