"""Writes docs/commands.md from the command table and the catalogues: `python -m bot.text.commands_page`."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterator

from bot.domain.command import Command
from bot.domain.commands.table import TABLE, TWINS
from bot.domain.hands import Hand
from bot.domain.settings import DEFAULT_REACTIONS, Meaning
from bot.text.wording import FALLBACK, PLACE, template


def commands_page(language: str = FALLBACK) -> str:
    """The page as Markdown."""
    return "\n".join([*_commands(language), *_reactions(language)]) + "\n"


def _commands(language: str) -> Iterator[str]:
    yield f"# {template(language, 'page.title')}"
    yield ""
    yield template(language, "page.intro")
    yield ""
    sends = next(emoji for emoji, meaning in DEFAULT_REACTIONS if meaning is Meaning.SEND)
    yield PLACE.sub(sends, template(language, "help.where"))
    heads = [template(language, f"page.{name}") for name in ("command", "does", "example")]
    for group, rows in itertools.groupby(TABLE, key=lambda row: row.group):
        yield ""
        yield f"## {template(language, f'help.group.{group}')}"
        yield ""
        yield from _head(heads)
        for row in rows:
            yield _row([f"`!{row.name}`", _does(language, row), f"`{template(language, f'example.{row.key}')}`"])


def _does(language: str, row: Command) -> str:
    text = template(language, f"help.{row.key}")
    if len(row.names) == 1:
        return text
    names = "`, `".join(f"!{name}" for name in row.names[1:])
    return f"{text} ({PLACE.sub(names, template(language, 'page.also'))})"


def _reactions(language: str) -> Iterator[str]:
    yield ""
    yield f"## {template(language, 'page.reactions')}"
    yield ""
    yield template(language, "page.reactions_intro")
    yield ""
    yield from _head([template(language, f"page.{name}") for name in ("reaction", "does", "taken_away", "words")])
    for emoji, meaning in DEFAULT_REACTIONS:
        yield _hand(language, emoji, meaning.value, TWINS[meaning])
    for hand in Hand:
        yield _hand(language, hand.value, hand.key, TWINS[hand])
    yield ""
    yield template(language, "page.made")


def _hand(language: str, emoji: str, name: str, twins: tuple[str, ...]) -> str:
    key = f"page.{name}"
    words = ", ".join(f"`!{twin}`" for twin in twins)
    return _row([emoji, template(language, key), template(language, f"{key}.away"), words])


def _head(cells: list[str]) -> Iterator[str]:
    yield _row(cells)
    yield _row(["---"] * len(cells))


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.stdout.write(commands_page())
