"""An answer that is more than a sentence, as generic blocks; `bot/text/page.py` renders each kind once."""

from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.conversation import Conversation, MailRecord
from bot.domain.excerpt import Piece
from bot.domain.ids import BlobId, ConversationId, MessageRow
from bot.domain.sentences import Sentence


@dataclass(frozen=True, slots=True)
class Dated:
    """A time and an act: `12:04 · Bob closed it`."""

    at: datetime
    said: Sentence


@dataclass(frozen=True, slots=True)
class RowOf:
    """A conversation in one line, linked to its card."""

    conversation: Conversation
    with_mark: bool = False
    """Whether the status stands in front, because the lines have several."""


@dataclass(frozen=True, slots=True)
class MailLine:
    """A mail in one line: its state, when, who, its first words."""

    record: MailRecord


@dataclass(frozen=True, slots=True)
class FoundLine:
    """A conversation in one line, and under it the words by which it was found."""

    conversation: Conversation
    words: tuple[Piece, ...]
    is_note: bool = False
    is_file: bool = False
    """The words are names of files."""


@dataclass(frozen=True, slots=True)
class WholeMail:
    """A mail with all its words, or with a part of them."""

    record: MailRecord
    text: str
    is_begun: bool = False
    """The words before these are on the page before."""
    goes_on: bool = False
    """The words after these are on the next page."""


Line = Sentence | Dated | RowOf | MailLine | FoundLine


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Sentences, one under the other."""

    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Bullets:
    """Lines as a list."""

    lines: tuple[Line, ...]
    title: Sentence | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a head."""

    head: tuple[Sentence, ...]
    rows: tuple[tuple[Line, ...], ...]


@dataclass(frozen=True, slots=True)
class CardOf:
    """The card of a conversation again, with a link to its thread."""

    conversation: Conversation


@dataclass(frozen=True, slots=True)
class More:
    """The number of further rows, and the command that shows the next page."""

    count: int
    command: str
    is_pages: bool = False
    """The number is of pages, because rows are not what they hold."""


@dataclass(frozen=True, slots=True)
class Chart:
    """Mails day by day, and what is open by its age, drawn as a picture in a message of its own."""

    days: tuple[date, ...]
    came: tuple[int, ...]
    """For each day."""
    left: tuple[int, ...]
    """For each day."""
    open_by_age: tuple[int, ...]
    """Waiting for less than a day, for one to three, for three to seven, for longer."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that the house made; shown in a message of its own."""

    blob: BlobId
    filename: str
    content_type: str
    size: int


@dataclass(frozen=True, slots=True)
class File:
    """A file, in a message of its own."""

    blob: BlobId
    filename: str
    content_type: str
    size: int
    """In bytes; 0 where it is not known."""
    mail: MessageRow | None = None
    """The mail that the file is, or is part of."""
    message_id: str = ""


Block = Paragraph | Bullets | Table | CardOf | WholeMail | More | Chart | Picture | File


@dataclass(frozen=True, slots=True)
class Page:
    """An answer that is shown: a title over blocks."""

    title: Sentence | None = None
    blocks: tuple[Block, ...] = ()
    conversation: ConversationId | None = None
    """The page's conversation: its number stands in front of the title."""
    is_short: bool = False
    """Whether the page may stand in the main timeline; a long one gets a thread of its own."""
    back: str = ""
    """The command that shows the page before; empty: it is the first one."""

    @property
    def forward(self) -> str:
        """The command that shows the next page; empty: it is the last one."""
        return next((block.command for block in reversed(self.blocks) if isinstance(block, More)), "")

    @property
    def shown(self) -> tuple[Conversation, ...]:
        """The conversations that the page names."""
        found: list[Conversation] = []
        for block in self.blocks:
            match block:
                case CardOf(conversation):
                    found.append(conversation)
                case Bullets(lines):
                    found += [line.conversation for line in lines if isinstance(line, RowOf | FoundLine)]
                case Table(_, rows):
                    found += [cell.conversation for row in rows for cell in row if isinstance(cell, RowOf)]
                case _:
                    pass
        return tuple(found)

    @property
    def linked(self) -> tuple[ConversationId, ...]:
        """Further conversations that the page links to, by number alone."""
        cards = [block.conversation for block in self.blocks if isinstance(block, CardOf)]
        lines = [line for block in self.blocks if isinstance(block, Bullets) for line in block.lines]
        rows = [line.conversation for line in lines if isinstance(line, RowOf | FoundLine)]
        later = [one.goes_on_as for one in rows if one.goes_on_as is not None]
        return (*(number for one in cards for number in one.earlier), *later)
