"""`note`: words for the team, kept in the room; the colleagues whom they name are told."""

from collections.abc import Sequence
from typing import Final

from bot.domain.command import Answer, Asked, Command, Numbers, Right, Text
from bot.domain.conversation import Conversation, EventKind, KnownEvent
from bot.domain.decision import NOTHING, AddEvent, Decision, SetWords
from bot.domain.effects import Say
from bot.domain.files import SharedFile
from bot.domain.happening import Happening, What
from bot.domain.ids import UserId
from bot.domain.names import bare_names, only_one_named
from bot.domain.needs import MembersOf, Needs
from bot.domain.plain_words import as_markdown
from bot.domain.rules.quiet_hours import awake
from bot.domain.rules.told import unless_mute
from bot.domain.searching import MOST_NOTE
from bot.domain.sentences import sentence

_MOST_FILES: Final = 5
_BETWEEN: Final = "\n\n"


def _needs(asked: Asked) -> Needs:
    return [MembersOf(asked.room)] if bare_names(asked.called.text) else []


def _note(asked: Asked) -> Answer:
    (one,) = asked.about
    text = asked.called.text
    if not text.strip() and asked.file is None:
        return sentence("error.empty_note")
    # A note is private by its writer's word: its words are not kept for 📤, nor its file for a bare `!attach`.
    note = KnownEvent(
        asked.event, asked.room, EventKind.COMMAND, one.id, asked.person, None, asked.said_at, "", asked.file
    )
    happened = Happening(What.NOTED, one, asked.person, asked.now)
    files = (*(one.file for one in asked.enclosed), *((asked.file,) if asked.file is not None else ()))
    words = SetWords(note, with_files(text, files))
    return Decision((AddEvent(note), words), happened=(happened,)) + _told(asked, one)


def with_files(text: str, files: Sequence[SharedFile]) -> str:
    """The Markdown by which the note is found and mailed: it names its files as well."""
    named = "\n".join(f"📎 {as_markdown(' '.join(one.filename.split()))}" for one in files[:_MOST_FILES])
    return f"{text[: MOST_NOTE - len(named) - len(_BETWEEN)]}{_BETWEEN}{named}".strip() if named else text


def _told(asked: Asked, one: Conversation) -> Decision:
    """A line for the members whose names stand in the note without a pill; after their quiet hours for who is in them.

    By pills the note rings them itself, also in those hours, and in a muted mailbox.
    """
    names = bare_names(asked.called.text)
    if not names:
        return NOTHING
    members = asked.facts[MembersOf(asked.room)]
    meant = dict.fromkeys(_member(members, name) for name in names)
    beside = (None, asked.person, asked.instance.bot, *asked.called.people)
    people = tuple(person for person in meant if person is not None and person not in beside)
    heard = unless_mute(people, one.mailbox, asked.instance.choices)
    told_now, held = awake(asked.instance, heard, one.id, asked.now)
    if not told_now:
        return held
    told = sentence("note.named", who=asked.person)
    return held + Decision((), (Say(asked.room, (told,), EventKind.NOTICE, one.id, mention=told_now),))


def _member(members: tuple[UserId, ...], name: str) -> UserId | None:
    if ":" in name:
        return next((user for user in members if user.lower() == name.lower()), None)
    return only_one_named(members, name)


NOTE = Command(
    "note", "write", _note, _needs, takes=(Numbers(), Text()), french=("noter",), has_more=True, right=Right.READ
)
