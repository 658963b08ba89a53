"""The command table: one row a command, with its words in each language."""

import unicodedata
from dataclasses import dataclass
from enum import Enum
from typing import Final


class Sealed(Enum):
    """Whether a command is heard in clear, where whoever runs the homeserver can write it in anybody's name."""

    NEVER = 0
    """As the room is: it moves nothing beyond it."""
    WHERE_ENCRYPTED = 1
    """Encrypted, from a session that its owner signed, as soon as any room of ours is encrypted: it moves mail."""
    ALWAYS = 2
    """Encrypted, from a session that its owner signed: it moves trust."""


def bare(word: str) -> str:
    """Small letters without accents: `!Répondre` and `!repondre` are one word."""
    parts = unicodedata.normalize("NFKD", word.lower())
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


@dataclass(frozen=True, slots=True)
class Word:
    """A word behind a command's name: a filter, a choice."""

    own: str
    french: tuple[str, ...]
    """The first is what French rooms are told."""


@dataclass(frozen=True, slots=True)
class Command:
    """One row: help, parsing and rights come from it. Its help text is the catalogue entry `help.NAME`."""

    name: str
    group: str
    """`work`, `write`, `find`, `self`: the catalogue entry `help.group.GROUP`."""
    example: str
    needs_conversation: bool = True
    takes_several: bool = False
    takes_people: bool = False
    takes_text: bool = False
    """Several lines of Markdown follow."""
    is_sensitive: bool = False
    """It sends mail or changes what is trusted: in encrypted rooms only from a session that is trusted."""
    for_admins: bool = False
    in_config_room: bool = False
    """It counts in the room for configuration only."""
    sealed: Sealed = Sealed.NEVER
    aliases: tuple[str, ...] = ()
    """Other English names."""
    french: tuple[str, ...] = ()
    """French names: the first is what French rooms are told."""
    words: tuple[Word, ...] = ()
    """What its name may be followed by, beside numbers, people and text."""

    @property
    def names(self) -> tuple[str, ...]:
        """All its names, its own first."""
        return (self.name, *self.aliases, *self.french)

    def name_in(self, language: str) -> str:
        """What it is called where that language is spoken."""
        return self.french[0] if language == "fr" and self.french else self.name

    def meant(self, word: str) -> str:
        """The table's own word for what a member wrote; as it stands where the row knows none."""
        return _MEANT.get((self.name, bare(word)), word)

    def word_in(self, word: str, language: str) -> str:
        """A word of the table where that language is spoken; as it stands where the row knows none."""
        return _FRENCH.get((self.name, word), word) if language == "fr" else word

    @property
    def arguments(self) -> tuple[str, ...]:
        """The kinds of its arguments, for clients that offer them: `user`, `conversation`, `text`, `word`."""
        kinds = ["user"] if self.takes_people and self.name != "list" else []
        if self.needs_conversation:
            kinds.append("conversation")
        if self.takes_text:
            kinds.append("text")
        if self.name in ("attach", "resend", "list", "help", "trust", "upgrade"):
            kinds.append("word")
        return tuple(kinds)


_ME: Final = (Word("me", ("moi",)),)
_FILTERS: Final = (
    Word("mine", ("miennes",)),
    Word("unassigned", ("libres",)),
    Word("active", ("ouvertes",)),
    Word("pending", ("attente",)),
    Word("closed", ("fermées",)),
    Word("spam", ("indésirables",)),
    Word("followed", ("suivies",)),
    Word("noanswer", ("sansréponse",)),
)
LIST_FILTERS: Final = tuple(word.own for word in _FILTERS)
_CHOICES: Final = (
    Word("them", ("eux",)),
    Word("others", ("autres",)),
    Word("all", ("tous",)),
    Word("only", ("seul",)),
)

TABLE: tuple[Command, ...] = (
    Command(
        "assign",
        "work",
        "!assign @bob",
        takes_several=True,
        takes_people=True,
        french=("attribuer", "confier"),
        words=_ME,
    ),
    Command("unassign", "work", "!unassign", takes_several=True, french=("libérer",)),
    Command("active", "work", "!active", takes_several=True, aliases=("open", "reopen"), french=("rouvrir",)),
    Command("pending", "work", "!pending", takes_several=True, french=("attente",)),
    Command("close", "work", "!close #12 #13", takes_several=True, aliases=("done",), french=("fermer", "clore")),
    Command("spam", "work", "!spam", takes_several=True, french=("indésirable",)),
    Command("notspam", "work", "!notspam", takes_several=True, french=("légitime",)),
    Command(
        "reply",
        "write",
        "!reply Bonjour Marie, …",
        takes_text=True,
        is_sensitive=True,
        french=("répondre",),
        words=_CHOICES,
    ),
    Command("note", "write", "!note …", takes_text=True, french=("noter",)),
    Command("send", "write", "!send", is_sensitive=True, french=("envoyer",), words=_CHOICES),
    Command("attach", "write", "!attach", is_sensitive=True, french=("joindre",), words=(Word("none", ("aucun",)),)),
    Command("undo", "write", "!undo", french=("annuler",)),
    Command(
        "resend",
        "write",
        "!resend",
        is_sensitive=True,
        french=("renvoyer",),
        words=(Word("refused", ("refusés", "refusé")),),
    ),
    Command(
        "list",
        "find",
        "!list unassigned",
        needs_conversation=False,
        takes_people=True,
        french=("liste",),
        words=(*_FILTERS, *_ME),
    ),
    Command("show", "find", "!show #142", takes_several=True, french=("voir", "montrer")),
    Command("history", "find", "!history", french=("historique",)),
    Command("original", "find", "!original"),
    Command("unfold", "find", "!unfold", french=("déplier",)),
    Command("follow", "self", "!follow", takes_several=True, french=("suivre",)),
    Command("unfollow", "self", "!unfollow", takes_several=True, french=("délaisser",)),
    Command("help", "self", "!help reply", needs_conversation=False, french=("aide",)),
    Command(
        "trust",
        "admin",
        "!trust @bob",
        french=("confiance",),
        needs_conversation=False,
        takes_people=True,
        is_sensitive=True,
        for_admins=True,
        sealed=Sealed.ALWAYS,
    ),
    Command(
        "upgrade",
        "admin",
        "!upgrade contact@asso.example",
        french=("migrer",),
        needs_conversation=False,
        is_sensitive=True,
        for_admins=True,
        in_config_room=True,
        sealed=Sealed.WHERE_ENCRYPTED,
    ),
)

_BY_NAME: Final = {bare(name): row for row in TABLE for name in row.names}
_MEANT: Final = {
    (row.name, bare(form)): word.own for row in TABLE for word in row.words for form in (word.own, *word.french)
}
_FRENCH: Final = {(row.name, word.own): word.french[0] for row in TABLE for word in row.words}


def by_name(name: str) -> Command | None:
    """The row of this name, in small letters or large, with its accents or without."""
    return _BY_NAME.get(bare(name))
