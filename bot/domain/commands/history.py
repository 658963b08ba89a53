"""`history`: the acts on a conversation, with people and times."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot.domain.command import Answer, Asked, Command, Right
from bot.domain.conversation import HistoryEntry
from bot.domain.happening import CAME_FROM, WITH_WORDS, What, command_in, said_of, what_of
from bot.domain.needs import HistoryOf, Needs
from bot.domain.page import Bullets, Dated, Page
from bot.domain.sentences import Sentence, sentence

MOST_SHOWN = 60
_MOVES: Final = (What.MOVED.key, What.COMMAND_UNDONE.key)
"""With a mailbox's address they say where a conversation came to."""


def _needs(asked: Asked) -> Needs:
    return [HistoryOf(one.id) for one in asked.about]


def _history(asked: Asked) -> Answer:
    (one,) = asked.about
    entries = _without_words_of_others(asked, sorted(asked.facts[HistoryOf(one.id)], key=lambda entry: entry.at))
    lines = tuple(Dated(entry.at, _said(entry)) for entry in entries[-MOST_SHOWN:])
    return Page(sentence("history.title", count=len(entries)), (Bullets(lines),) if lines else (), conversation=one.id)


def _without_words_of_others(asked: Asked, entries: Sequence[HistoryEntry]) -> list[HistoryEntry]:
    """The words of drafts stay in the room in which they were written.

    The mailbox that a conversation was in before its first move may stand nowhere (moves of before it was kept): it
    counts as one of another room.
    """
    here = {one for mailbox in asked.mailboxes for one in (mailbox.address, *mailbox.former)}
    ways = [one.detail.partition(CAME_FROM) for one in entries if _is_move(one)]
    shown, was_here = [], not ways or ways[0][2] in here
    for one in entries:
        if _is_move(one):
            was_here = one.detail.partition(CAME_FROM)[0] in here
        is_hidden = what_of(one.action) in WITH_WORDS and not was_here
        shown.append(replace(one, action=f"{one.action}_elsewhere", detail="") if is_hidden else one)
    return shown


def _is_move(entry: HistoryEntry) -> bool:
    return entry.action in _MOVES and bool(entry.detail) and command_in(entry) is None


def _said(entry: HistoryEntry) -> Sentence:
    return said_of(entry.action, entry.actor, entry.detail)


HISTORY = Command(
    "history", "find", _history, _needs, only_reads=True, right=Right.READ, looks_back=True, french=("historique",)
)
