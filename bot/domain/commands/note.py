"""`note`: words for the team, kept in the room; the colleagues whom they name are told."""

from collections.abc import Sequence
from typing import Final

from bot.domain.command import Answer, Asked, Command, Numbers, Right, Text
from bot.domain.conversation import EventKind, KnownEvent
from bot.domain.decision import AddEvent, Decision, SetWords
from bot.domain.files import SharedFile
from bot.domain.happening import Happening, What, detail_of_note
from bot.domain.needs import Needs
from bot.domain.plain_words import as_markdown
from bot.domain.rules.naming import named, needs_of_names, told_by_name
from bot.domain.searching import MOST_NOTE
from bot.domain.sentences import sentence

_MOST_FILES: Final = 5
_BETWEEN: Final = "\n\n"


def _needs(asked: Asked) -> Needs:
    return needs_of_names(asked, asked.called.text, asked.called.people)


def _note(asked: Asked) -> Answer:
    (one,) = asked.about
    text = asked.called.text
    if not text.strip() and asked.file is None:
        return sentence("error.empty_note")
    # A note is private by its writer's word: its words are not kept for 📤, nor its file for a bare `!attach`.
    kind = EventKind.COMMAND if asked.here is not None else EventKind.ABOVE
    note = KnownEvent(asked.event, asked.room, kind, one.id, asked.person, None, asked.said_at, "", asked.file)
    pills = asked.called.people
    people = named(asked, text, pills)
    happened = Happening(What.NOTED, one, asked.person, asked.now, detail_of_note(asked.event, people))
    told = told_by_name(asked.instance, one, people, pills, by=asked.person, now=asked.now, said="note.named")
    files = (*(one.file for one in asked.enclosed), *((asked.file,) if asked.file is not None else ()))
    words = SetWords(note, with_files(text, files))
    return Decision((AddEvent(note), words), happened=(happened,)) + told


def with_files(text: str, files: Sequence[SharedFile]) -> str:
    """The Markdown by which the note is found and mailed: it names its files as well."""
    listed = "\n".join(f"📎 {as_markdown(' '.join(one.filename.split()))}" for one in files[:_MOST_FILES])
    if len(files) > _MOST_FILES:
        listed += f"\n📎 +{len(files) - _MOST_FILES}"
    return f"{text[: MOST_NOTE - len(listed) - len(_BETWEEN)]}{_BETWEEN}{listed}".strip() if listed else text


NOTE = Command(
    "note", "write", _note, _needs, takes=(Numbers(), Text()), french=("noter",), has_more=True, right=Right.READ
)
