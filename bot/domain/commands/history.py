"""`history`: the acts on a conversation, with people and times."""

from bot.domain.command import Answer, Asked, Command, Right
from bot.domain.conversation import HistoryEntry
from bot.domain.happening import said_of
from bot.domain.needs import HistoryOf, Needs
from bot.domain.page import Bullets, Dated, Page
from bot.domain.sentences import Sentence, sentence

MOST_SHOWN = 60


def _needs(asked: Asked) -> Needs:
    return [HistoryOf(one.id) for one in asked.about]


def _history(asked: Asked) -> Answer:
    (one,) = asked.about
    entries = sorted(asked.facts[HistoryOf(one.id)], key=lambda entry: entry.at)
    lines = tuple(Dated(entry.at, _said(entry)) for entry in entries[-MOST_SHOWN:])
    return Page(sentence("history.title", count=len(entries)), (Bullets(lines),) if lines else (), conversation=one.id)


def _said(entry: HistoryEntry) -> Sentence:
    who = entry.actor or sentence("history.nobody")
    return said_of(entry.action, who, entry.detail, is_own=entry.actor == entry.detail)


HISTORY = Command(
    "history", "find", _history, _needs, only_reads=True, right=Right.READ, looks_back=True, french=("historique",)
)
