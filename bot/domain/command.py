"""A command: its row, a call of it, and the facts that its rule may look at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum, Flag, auto
from typing import Final

from bot.domain.conversation import Conversation, KnownEvent, OutState, Status
from bot.domain.decision import Decision
from bot.domain.dialogue import Dialogue
from bot.domain.files import Enclosure, SharedFile
from bot.domain.grants import Right as Right  # noqa: PLC0414  commands take it from here
from bot.domain.ground import Elsewhere
from bot.domain.heading import Heading
from bot.domain.ids import INVISIBLE, ConversationId, EventId, RoomId, UserId
from bot.domain.letter import Letter
from bot.domain.names import only_one_named
from bot.domain.needs import NO_FACTS, Facts, IncomingOf, MembersOf, Needs
from bot.domain.page import Page
from bot.domain.participants import Choice
from bot.domain.sentences import Sentence
from bot.domain.settings import Instance, MailboxSettings
from bot.domain.signing import Signer
from bot.domain.within import Within
from bot.domain.words import Word, meant

Answer = Decision | Sentence | Page
"""The answer of a rule: what becomes true, what is wrong, or the page that was wanted."""


class Where(Flag):
    """The places where a command may be given."""

    THREAD = auto()
    """The command is about conversations: that of its thread, or those that it names."""
    ROOM = auto()
    """The room of a mailbox, as a whole."""
    CONFIG = auto()
    """The room for configuration."""
    DIRECT = auto()
    """A direct chat with the bot."""


EVERYWHERE: Final = Where.THREAD | Where.ROOM | Where.CONFIG | Where.DIRECT


class Sealed(Enum):
    """Whether a command is heard in clear, where whoever runs the homeserver can write it in anybody's name."""

    NEVER = 0
    """Heard as the room is: the command moves nothing beyond the room."""
    WHERE_ENCRYPTED = 1
    """Encrypted, from a session that its owner signed, once any room of ours is encrypted: the command moves mail."""
    ALWAYS = 2
    """Encrypted, from a session that its owner signed: the command moves trust."""


HYPHENS: Final = "-\u2010\u2011\u2012\u2013\u2014\u2212"
"""What keyboards make of the hyphen before a word that is to go: `-paul@example.org`, `-urgent`."""
ME: Final = Word("me", ("moi",))
CHOICES: Final = (
    Word(Choice.THEM.value, ("eux",)),
    Word(Choice.OTHERS.value, ("autres",)),
    Word(Choice.ALL.value, ("tous",)),
    Word(Choice.ONLY.value, ("seul",)),
)
"""The flags that say who gets an answer."""
AT: Final = Word("at", ("à", "le"))
"""The flag behind which the time stands at which an answer is to leave."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """Conversations, `#12`; without a number, that of the thread."""

    unmarked: str = "error.which_conversation"
    """What is said where digits stand without `#`, for `name` and `number`."""


@dataclass(frozen=True, slots=True)
class People:
    """People: a pill, `@bob`, a full user id, `me`. The room's members are looked up if somebody is named."""


@dataclass(frozen=True, slots=True)
class Words:
    """Words of the first line."""

    known: tuple[Word, ...] = ()
    or_people: bool = False
    """A person may be named instead."""
    or_commands: bool = False
    """The words may be names of commands."""


@dataclass(frozen=True, slots=True)
class Flags:
    """`--all` and the like, before the text."""

    known: tuple[Word, ...]
    has_time: bool = False
    """`--at "monday 9:00"` as well."""


@dataclass(frozen=True, slots=True)
class Text:
    """Markdown in several lines, to the end of the message."""

    is_mailed: bool = False
    """The text is for the correspondent; else for the team."""
    is_draft: bool = False
    """The text waits for somebody of the team to send it; editing the message changes it."""
    numbers_last: bool = False
    """Conversations may be named behind it, too: `lundi 9h #142`."""


@dataclass(frozen=True, slots=True)
class Headed:
    """Whom a letter is to, and its subject between quotation marks, before the text (`bot/domain/heading.py`)."""

    has_subject: bool = True


Argument = Numbers | People | Words | Flags | Headed | Text


def no_secret(called: Called, instance: Instance) -> bool:
    """Of the commands behind which no secret stands."""
    return False


@dataclass(frozen=True, slots=True)
class Command:
    """One row: parsing, help, rights, descriptions for clients, what is loaded and what is decided come from it.

    Its help is the catalogue entry `help.KEY`, its example `example.KEY`, more about it `help.KEY.more`.
    """

    name: str
    """One word or two: `mailbox add`."""
    group: str
    """`work`, `write`, `find`, `self`, `admin`: the catalogue entry `help.group.GROUP`."""
    rule: Callable[[Asked], Answer]
    """The command's effect; a pure function."""
    needs: Callable[[Asked], Needs] = lambda asked: ()
    """The needs of the rule, once its conversations are known; a pure function."""
    letter: Callable[[Asked], Letter | Sentence] | None = None
    """Pure: the words to the correspondent, or why there are none; to an open question about the same, they are
    the answer."""
    tells_secret: Callable[[Called, Instance], bool] = no_secret
    """Whether a command holds a secret, and is deleted whoever gave it and wherever; a pure function."""
    where: Where = Where.THREAD
    takes: tuple[Argument, ...] = (Numbers(),)
    takes_several: bool = False
    """The command may be about several conversations at once."""
    selects: tuple[Status, ...] = ()
    """A list may be named instead of conversations (`dialogues/selecting.py`): where it says no status, those in one of
    these. Empty: none may."""
    of_each: Callable[[ConversationId], Needs] = lambda number: [IncomingOf(number)]
    """The needs of the rule for each conversation of a list that is named: mails may go to Junk, or come out of it."""
    right: Right = Right.MEMBER
    also: tuple[Right, ...] = ()
    """Other rights that are enough to give the command; its rule says for what."""
    is_sensitive: bool = False
    """The command sends mail or changes trust: in encrypted rooms it needs a trusted session."""
    sealed: Sealed = Sealed.NEVER
    only_reads: bool = False
    """The command changes and sends nothing of a mailbox: it works in one that was archived or removed, too."""
    looks_back: bool = False
    """The command is about what was said and sent, or waits to be: it works where a conversation goes on as another
    one, too."""
    is_of_mail: bool = False
    """As a reply to a mail, or to a line about it, the command does something to that mail: wherever it is by now."""
    confirms: bool = False
    """As a reply to the question before a mail leaves, and by itself, the command answers that as ✅ does."""
    waiting: tuple[OutState, ...] = ()
    """The command is about what waits in one of these states: in a thread about what was begun there as well
    (`rules/begun_here.py`)."""
    is_of_instance: bool = False
    """The command is about all that Postroom serves: the own config room of a mailbox does not know it."""
    is_asked_first: bool = False
    """It is about a list always, and is asked about always: it cannot be taken back."""
    leaves_deed: bool = False
    """Deleting the command soon takes its changes back."""
    continues: bool = False
    """The command stands for that of the next page of what was shown last; its own rule says that there is none."""
    aliases: tuple[str, ...] = ()
    """Other English names."""
    french: tuple[str, ...] = ()
    """French names; French rooms are told the first."""
    tried: tuple[str, ...] = ()
    """Words that people try instead, near in meaning though not always in letters: they are told the name."""
    has_more: bool = False
    """The command has a help page of its own."""

    @property
    def key(self) -> str:
        """The command's name in the catalogues."""
        return self.name.replace(" ", "_")

    @property
    def names(self) -> tuple[str, ...]:
        """All names of the command, the main one first."""
        return (self.name, *self.aliases, *self.french)

    def name_in(self, language: str) -> str:
        """The command's name in that language."""
        return self.french[0] if language == "fr" and self.french else self.name

    @property
    def words(self) -> tuple[Word, ...]:
        """The words that may follow the name, beside numbers, people and text."""
        known = [word for one in self.takes if isinstance(one, Words | Flags) for word in one.known]
        if self.flags is not None and self.flags.has_time:
            known.append(AT)
        return (*known, ME) if self.takes_people else tuple(known)

    def meant(self, word: str) -> str:
        """The row's own word for a member's word; the member's word where the row knows none."""
        return meant(self.words, word) or word

    def word_in(self, word: str, language: str) -> str:
        """A word of the row in that language; the word itself where the row knows none."""
        found = next((one for one in self.words if one.own == word), None)
        return word if found is None else found.in_language(language)

    @property
    def numbers(self) -> Numbers | None:
        return next((one for one in self.takes if isinstance(one, Numbers)), None)

    @property
    def takes_people(self) -> bool:
        return any(isinstance(one, People) or (isinstance(one, Words) and one.or_people) for one in self.takes)

    @property
    def takes_commands(self) -> bool:
        return any(isinstance(one, Words) and one.or_commands for one in self.takes)

    @property
    def text(self) -> Text | None:
        return next((one for one in self.takes if isinstance(one, Text)), None)

    @property
    def flags(self) -> Flags | None:
        return next((one for one in self.takes if isinstance(one, Flags)), None)

    @property
    def is_about_conversations(self) -> bool:
        return Where.THREAD in self.where and Where.ROOM not in self.where

    def is_for(self, *, has_mailbox: bool, is_config: bool) -> bool:
        """Whether the command does something in such a room."""
        in_mailbox = has_mailbox and bool(self.where & (Where.THREAD | Where.ROOM))
        return in_mailbox or (is_config and bool(self.where & Where.CONFIG))

    @property
    def headed(self) -> Headed | None:
        """What stands before the text, for a command that says itself whom its text is to."""
        return next((one for one in self.takes if isinstance(one, Headed)), None)

    @property
    def is_answer(self) -> bool:
        """Whether the command's text goes to the correspondent of its thread."""
        return self.text is not None and self.text.is_mailed and self.headed is None


@dataclass(frozen=True, slots=True)
class Talk:
    """Plain talk, no command: it stays inside the house."""

    body: str = ""
    people: tuple[UserId, ...] = ()
    """Those whom it names by a pill."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """Words meant as a command that are none: answered, never sent to anybody."""

    why: Sentence
    meant: Called | None = None
    """The command that was probably meant, with what stands behind it."""
    is_half: bool = False
    """Of a name of two words the first alone was written: perhaps no command was meant."""


@dataclass(frozen=True, slots=True)
class Called:
    """A command with its arguments."""

    command: Command
    numbers: tuple[ConversationId, ...] = ()
    people: tuple[UserId, ...] = ()
    names: tuple[str, ...] = ()
    """`me`, or `@name` written without a pill."""
    words: tuple[str, ...] = ()
    """The first line's other words, in the row's form where the row knows them."""
    text: str = ""
    """The text behind the name, as written (Markdown)."""
    choice: Choice | None = None
    """The choice of recipients, if a flag makes one."""
    at: str | None = None
    """The words behind `--at`, which name a time; None without that flag."""
    heading: Heading | None = None
    """What stood before the text, for a command that is headed."""
    doubt: Sentence | None = None
    """What in the words may have been meant as an option: it is asked about before they are mailed."""

    @property
    def line(self) -> str:
        """What stands behind the name, of rows that take words or a text alone, without invisible letters."""
        return (self.text or " ".join(self.words)).translate(INVISIBLE)

    @property
    def names_others(self) -> bool:
        """Whether somebody is named who may not be in the room, or whose name has to be looked up."""
        return self.command.takes_people and bool(self.people or any(name != ME.own for name in self.names))


Reading = Talk | Wrong | Called


def tells_secret(reading: Reading, instance: Instance, person: UserId, room: RoomId) -> bool:
    """Whether a secret may stand in the words: behind a command, or behind one that was misspelt.

    From whoever is no admin the address of a mailbox elsewhere is taken as one of nobody: it would tell that it is one.
    """
    called = reading.meant if isinstance(reading, Wrong) else reading
    if not isinstance(called, Called):
        return False
    instance = instance.seen_from(room)
    if person not in instance.admins:
        given = {one.mailbox for one in instance.grants if one.person == person and one.is_on}
        known = tuple(one for one in instance.mailboxes if one.room == room or one.id in given)
        instance = replace(instance, mailboxes=known)
    if not called.command.tells_secret(called, instance):
        return False
    is_half = isinstance(reading, Wrong) and reading.is_half
    words = called.text.split() or called.words
    return not is_half or any(instance.named(word) is not None for word in words[:-1])


@dataclass(frozen=True, slots=True)
class Asked:
    """A person's request in a room, by words or by hand (a reaction), with all that a rule may look at."""

    instance: Instance
    signer: Signer
    person: UserId
    room: RoomId
    key: str
    """The input's key: everything made of the input is made once."""
    event: EventId
    """The event that is answered: their message, or the one that they reacted to."""
    said_at: datetime
    """By the room's clock."""
    now: datetime
    reading: Reading
    is_ours: bool = True
    """The room has a mailbox, or is the config room."""
    is_joined: bool = True
    is_by_hand: bool = False
    here: Conversation | None = None
    """The thread's conversation."""
    about: tuple[Conversation, ...] = ()
    """The conversations that the command names, else that of the thread."""
    missing: tuple[ConversationId, ...] = ()
    """Numbers without a conversation here. Unknown and foreign ones are told alike: nobody learns what is elsewhere."""
    target: KnownEvent | None = None
    """The event that they replied to, or reacted to."""
    pointed: tuple[Conversation, ...] = ()
    """Where the mail is that `target` shows or stands for, and as which that goes on (`rules/pointed.py`)."""
    elsewhere: Elsewhere | None = None
    """The conversation of the thread, where it went to another room."""
    thread: EventId | None = None
    """The root of the thread in which they wrote."""
    file: SharedFile | None = None
    """The file that was posted with the words."""
    enclosed: tuple[Enclosure, ...] = ()
    """The files of words that came by mail."""
    is_secret: bool = False
    """Whether the words are a secret, which nobody read."""
    room_encrypted: bool = False
    was_encrypted: bool = False
    session_trust: str = ""
    """As in `TeamMessage`."""
    is_anything_encrypted: bool = False
    """Whether any room of ours is encrypted."""
    dialogues: tuple[Dialogue, ...] = ()
    """Dialogues that the person's words may answer, oldest first; for ✅ on a question, the one that put it."""
    table: tuple[Command, ...] = ()
    """All rows of the command table."""
    facts: Facts = NO_FACTS
    within: Within | None = None
    """In a direct chat: what it gives access to."""
    others: tuple[MailboxSettings, ...] = ()
    """Mailboxes that the person does not run, left out of `instance` (`rights.narrowed`): nothing of them is said."""

    @property
    def called(self) -> Called:
        """
        Raises:
            TypeError: it is no command.
        """
        if not isinstance(self.reading, Called):
            raise TypeError("it is no command")
        return self.reading

    @property
    def mailboxes(self) -> tuple[MailboxSettings, ...]:
        """Those of the room, also what was archived or removed; in a direct chat those of all rooms of the person."""
        return self.within.mailboxes if self.within is not None else self.instance.read_in(self.room)

    @property
    def mailboxes_meant(self) -> tuple[MailboxSettings, ...]:
        """Of a command about a mailbox: that of the thread's conversation, else those of the room."""
        here = self.instance.also_removed(self.here.mailbox) if self.here is not None else None
        return (here,) if here is not None else self.mailboxes

    @property
    def members(self) -> tuple[UserId, ...]:
        """The room's members, if the command names people; in a direct chat those of all rooms of the person."""
        if not self.called.names_others:
            return (self.person,)
        found = (self.facts[one] for one in self.needs_of_people)
        return tuple(dict.fromkeys(person for people in found for person in people))

    @property
    def needs_of_people(self) -> tuple[MembersOf, ...]:
        """What says who may be meant by a name."""
        rooms = (self.room,) if self.within is None else (one.room for one in self.within.mailboxes)
        return tuple(MembersOf(room) for room in dict.fromkeys(rooms))

    def member_named(self, name: str) -> UserId | None:
        """The person meant by `me` or `@bob`: the only member with this local part, or None."""
        if name == ME.own:
            return self.person
        return only_one_named(self.members, name)
