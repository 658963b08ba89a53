"""`who note`: notes on the person of a conversation, for the team alone."""

from bot.domain.addresses import normal
from bot.domain.command import Answer, Asked, Command, Numbers, Right, Text
from bot.domain.conversation import Conversation
from bot.domain.decision import Decision
from bot.domain.happening import Happening, What
from bot.domain.needs import Listed, Needs, PersonNotesOf
from bot.domain.page import Page, Paragraph
from bot.domain.persons import MOST_NOTES, KeepPersonNote, PersonNote, note_words
from bot.domain.rules.person_notes import forgotten, notes_of
from bot.domain.sentences import sentence
from bot.domain.words import Word, bare

REMOVE = Word("remove", ("supprimer", "retirer"))


def _notes(asked: Asked) -> PersonNotesOf:
    return PersonNotesOf(tuple(one.id for one in asked.mailboxes), normal(asked.about[0].correspondent.address))


def _needs(asked: Asked) -> Needs:
    return [_notes(asked), _listed(asked)] if asked.about[0].correspondent.address else ()


def _listed(asked: Asked) -> Listed:
    """The conversations whose cards may show a note."""
    return Listed(tuple(one.id for one in asked.mailboxes), correspondent=asked.about[0].correspondent.address)


def _note(asked: Asked) -> Answer:
    (one,) = asked.about
    if not one.correspondent.address:
        return sentence("error.who_nobody")
    there, rows = asked.facts[_notes(asked)], asked.facts[_listed(asked)].rows
    text = note_words(asked.called.text)
    first, _, rest = text.partition(" ")
    if not text:
        return _page(asked, there)
    if bare(first) in REMOVE.said and (not rest or rest.isdecimal()):
        return _removed(asked, there, rows, rest)
    if len(there) >= MOST_NOTES:
        return sentence("error.who_note_full", most=MOST_NOTES)
    new = PersonNote(one.mailbox, normal(one.correspondent.address), text, asked.person, asked.event, asked.now)
    happened = (Happening(What.PERSON_NOTED, one, asked.person, asked.now),)
    return Decision((KeepPersonNote(new),), happened=happened)


def _removed(asked: Asked, there: tuple[PersonNote, ...], rows: tuple[Conversation, ...], number: str) -> Answer:
    """The note is forgotten, and stands on no card of the person's newest conversations."""
    at = int(number[:6]) if number else 0
    if not 0 < at <= len(there):
        return sentence("error.who_note_which", count=len(there))
    return forgotten(there[at - 1], (asked.about[0], *rows), by=asked.person, now=asked.now)


def _page(asked: Asked, there: tuple[PersonNote, ...]) -> Page:
    (one,) = asked.about
    title = sentence("who_note.title", name=one.correspondent.shown)
    if not there:
        return Page(title, (Paragraph((sentence("who_note.none"),)),), conversation=one.id, is_short=True)
    return Page(title, (notes_of(there),), conversation=one.id)


WHO_NOTE = Command(
    "who note",
    "find",
    _note,
    _needs,
    takes=(Numbers(), Text()),
    french=("qui noter",),
    has_more=True,
    right=Right.READ,
)
