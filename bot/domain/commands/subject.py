"""`subject`: the team gives a conversation another subject; later answers bear it."""

from typing import Final

from bot.domain.command import Answer, Asked, Command, Numbers, Text
from bot.domain.happening import What
from bot.domain.ids import INVISIBLE
from bot.domain.rules import moves
from bot.domain.sentences import sentence
from bot.domain.subjects import MOST_LETTERS, with_subject

_QUOTES: Final = (('"', '"'), ("“", "”"), ("„", "“"), ("«", "»"), ("'", "'"))


def _subject(asked: Asked) -> Answer:
    (one,) = asked.about
    subject = _unquoted(" ".join(asked.called.text.translate(INVISIBLE).split()))
    if not subject:
        return sentence("error.subject_which", subject=one.subject)
    if len(subject) > MOST_LETTERS:
        return sentence("error.subject_long", most=MOST_LETTERS)
    after = with_subject(one, subject)
    return moves.changed(one, after, What.SUBJECT_CHANGED, actor=asked.person, now=asked.now, detail=after.subject)


def _unquoted(words: str) -> str:
    """The words without the quotes around all of them."""
    for first, last in _QUOTES:
        if len(words) > 1 and words.startswith(first) and words.endswith(last):
            return words[1:-1].strip()
    return words


SUBJECT = Command(
    "subject",
    "work",
    _subject,
    takes=(Numbers(), Text()),
    leaves_deed=True,
    french=("objet",),
    tried=("rename", "title", "titre", "sujet", "renommer"),
    has_more=True,
)
