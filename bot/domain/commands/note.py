"""`note`: words for the team, kept in the room."""

from bot.domain.command import Answer, Asked, Command, Numbers, Text
from bot.domain.conversation import EventKind, KnownEvent
from bot.domain.decision import AddEvent, Decision, SetWords
from bot.domain.happening import Happening, What
from bot.domain.sentences import sentence


def _note(asked: Asked) -> Answer:
    (one,) = asked.about
    text = asked.called.text
    if not text.strip() and asked.file is None:
        return sentence("error.empty_note")
    # A note is private by its writer's word: its words are not kept for 📤, nor its file for a bare `!attach`.
    note = KnownEvent(
        asked.event, asked.room, EventKind.COMMAND, one.id, asked.person, None, asked.said_at, "", asked.file
    )
    return Decision(
        (AddEvent(note), SetWords(note, text)), happened=(Happening(What.NOTED, one, asked.person, asked.now),)
    )


NOTE = Command("note", "write", _note, takes=(Numbers(), Text()), french=("noter",))
