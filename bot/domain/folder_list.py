"""The folders of a mailbox that are read: those of its settings, with what was added and removed in the house."""

import json
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from bot.domain.ids import INVISIBLE
from bot.domain.words import bare

_NEW: Final = frozenset({"new", "none", "nouveau", "nouveaux", "aucun", "rien"})
_ALL: Final = frozenset({"all", "tout", "tous"})
_QUOTES: Final = {'"': '"', "“": "”", "«": "»", "„": "“", "'": "'"}
_SEPARATORS: Final = str.maketrans({".": "/", "\\": "/"})


@dataclass(frozen=True, slots=True)
class AddedFolder:
    """A folder that was added in the house."""

    name: str
    """As the server shows it, decoded."""
    start: str
    """Which of the mails that were there already become threads: `new` (none), `all` or a date."""


@dataclass(frozen=True, slots=True)
class FolderChanges:
    """What the house changed of the list."""

    added: tuple[AddedFolder, ...] = ()
    removed: tuple[str, ...] = ()
    """Of those that the settings name."""

    def of(self, named: Sequence[str]) -> tuple[str, ...]:
        """The folders that are read, of a mailbox whose settings name these."""
        added = tuple(one.name for one in self.added)
        return (*(one for one in named if one not in self.removed and one not in added), *added)

    def start_of(self, folder: str) -> str | None:
        """Which mails of a folder that was added become threads; None of one of the settings."""
        return next((one.start for one in self.added if one.name == folder), None)

    def with_folder(self, name: str, start: str) -> "FolderChanges":
        others = tuple(one for one in self.added if one.name != name)
        return FolderChanges((*others, AddedFolder(name, start)), self.removed)

    def without_folder(self, name: str) -> "FolderChanges":
        others = tuple(one for one in self.added if one.name != name)
        removed = self.removed if name in self.removed else (*self.removed, name)
        return FolderChanges(others, removed)


UNCHANGED: Final = FolderChanges()


def kept(changes: FolderChanges) -> str:
    """As it is kept with the settings."""
    added = [[one.name, one.start] for one in changes.added]
    return json.dumps({"added": added, "removed": list(changes.removed)}, ensure_ascii=False)


def read_kept(text: str) -> FolderChanges:
    """What `kept` wrote."""
    read = json.loads(text)
    return FolderChanges(tuple(AddedFolder(*one) for one in read["added"]), tuple(read["removed"]))


@dataclass(frozen=True, slots=True)
class Meant:
    """The folders that somebody's words may mean: one, none or several; and which of its mails they want."""

    names: tuple[str, ...]
    start: str = ""


def meant_folder(written: str, names: Sequence[str], today: date) -> Meant:
    """What is meant by a name with or without quotation marks, and `new`, `all` or a day behind it or not.

    A folder that really is called like the whole is meant before one with such a word behind it.
    """
    whole = written.translate(INVISIBLE).strip()
    for name, start in _readings(whole, today):
        found = _named(name, names)
        if found:
            return Meant(found, start)
    return Meant(())


def _readings(whole: str, today: date) -> Iterable[tuple[str, str]]:
    yield whole, ""
    close = _QUOTES.get(whole[:1], "")
    end = whole.rfind(close) if close else -1
    if end > 0:
        behind = whole[end + 1 :].strip()
        start = start_meant(behind, today)
        if not behind or start:
            yield whole[1:end].strip(), start
    name, _, last = whole.rpartition(" ")
    if name.strip() and (start := start_meant(last, today)):
        yield name.strip(), start


def start_meant(word: str, today: date) -> str:
    """`new`, `all` or a day in the past, in ISO 8601; empty where the word is none of them."""
    if bare(word) in _NEW:
        return "new"
    if bare(word) in _ALL:
        return "all"
    for form in ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y"):
        try:
            day = datetime.strptime(word, form).date()  # noqa: DTZ007  a day, of no time zone
        except ValueError:
            continue
        return day.isoformat() if day <= today else ""
    return ""


def _named(written: str, names: Sequence[str]) -> tuple[str, ...]:
    """Those that are called so: exactly, else in other letters, else with other separators or without the first part
    of a server that puts all below INBOX."""
    if written in names:
        return (written,)
    for form in (_folded, _joined, _below):
        found = tuple(one for one in names if form(one) == form(written))
        if found:
            return found
    return ()


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _joined(name: str) -> str:
    return _folded(name).translate(_SEPARATORS)


def _below(name: str) -> str:
    return _joined(name).removeprefix("inbox/")
