"""Words that name a list of conversations, shared by the commands that take one."""

from typing import Final

from bot.domain.addresses import normal
from bot.domain.command import Asked
from bot.domain.conversation import Status
from bot.domain.ids import MailboxId, RoomId
from bot.domain.sentences import Sentence, sentence
from bot.domain.settings import Instance, MailboxSettings
from bot.domain.words import Word

STATUSES: Final = (
    Word(Status.ACTIVE.value, ("ouvertes", "ouverte", "open", "ouvert", "ouverts", "actif", "actifs", "actives")),
    Word(Status.PENDING.value, ("attente", "en-attente")),
    Word(Status.CLOSED.value, ("fermées", "fermée", "close", "fermé", "fermés", "clos", "closes")),
    Word(Status.SPAM.value, ("indésirables", "indésirable")),
    Word(Status.DELETED.value, ("supprimées", "supprimée", "supprimé", "supprimés")),
)
"""By their names, in each form that people type."""
WHOSE: Final = (
    Word("mine", ("miennes",)),
    Word("unassigned", ("libres",)),
    Word("followed", ("suivies",)),
    Word("starred", ("étoilées",)),
)
"""Lists beside which a status may stand, like that of a person, and of a tag."""
ALONE: Final = (
    Word("snoozed", ("reportées",)),
    Word("noanswer", ("sansréponse",)),
    Word("drafts", ("brouillons",)),
    Word("all", ("toutes",)),
)
FILTERS: Final = (*WHOSE, *STATUSES, *ALONE)
MOST_MEANT: Final = 5
"""Mailboxes elsewhere that one word may mean."""
KEYS: Final = (Word("tag", ("étiquette",)), Word("from", ("de",)))
"""Words that a value follows: `tag:urgent`, `from:marie@example.org`."""


def is_meant(mailbox: MailboxSettings, key: str) -> bool:
    """Whether a word in its compared form is an address of the mailbox, or what stands before the `@` of one."""
    return any(key in (own, own.partition("@")[0]) for own in mailbox.own_addresses)


def mailbox_named(asked: Asked, word: str) -> MailboxId | None:
    """The mailbox of the room that an address, an alias or what stands before its `@` means, where it is one."""
    key = normal(word)
    fits = [one.id for one in asked.mailboxes if is_meant(one, key)]
    return fits[0] if len(fits) == 1 else None


def named_elsewhere(instance: Instance, room: RoomId, word: str) -> tuple[MailboxSettings, ...]:
    """The served mailboxes of other rooms that may be meant, by their address or else by what stands before the `@`.

    None where a mailbox of this room is meant. Which of them a person may know of is another question.
    """
    key = normal(word)
    if not key or any(is_meant(one, key) for one in instance.in_room(room)):
        return ()
    others = [one for one in instance.mailboxes if one.room != room and not one.is_archived]
    fits = [one for one in others if key in one.own_addresses] or [one for one in others if is_meant(one, key)]
    return tuple(fits[:MOST_MEANT])


def unknown(asked: Asked, word: str) -> Sentence:
    """The mistake in a word that means no list here."""
    if "@" in word:
        addresses = ", ".join(one.address for one in asked.mailboxes)
        return sentence("error.list_mailbox", word=word[:60], addresses=addresses)
    filters = " · ".join((*(one.own for one in FILTERS), "tag:urgent"))
    return sentence("error.list_filter", word=word[:40], filters=filters)
