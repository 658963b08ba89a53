"""The scene of rendering: the facts beside the effect itself."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import assert_never

from bot.domain.conversation import MailRecord
from bot.domain.direct import lane_of
from bot.domain.effects import (
    Again,
    DescribeCommands,
    Do,
    Effect,
    EndReading,
    FetchFiles,
    Mark,
    PostMail,
    PostWords,
    RemovePerson,
    ResubmitMail,
    Say,
    SayLinked,
    ShowBoard,
    ShowCard,
    ShowMailbox,
    ShowNews,
    ShowPage,
    ShowState,
    SubmitMail,
    Turn,
)
from bot.domain.ids import BlobId, ConversationId, EventId, MailboxId, RoomId, UserId
from bot.domain.member_mail import MailMember
from bot.domain.rules.config_room import rung
from bot.domain.settings import Instance, Meaning
from bot.domain.stories.reaction import meaning_of
from bot.text.reader import Reader


@dataclass(frozen=True, slots=True)
class Scene:
    """The facts that rendering may look at beside the effect."""

    instance: Instance
    now: datetime
    names: Mapping[UserId, str]
    roots: Mapping[ConversationId, tuple[RoomId, EventId]]
    """Cards of conversations that may be linked to, each with its room."""
    encrypted: frozenset[RoomId]
    files: Mapping[BlobId, bytes] = field(default_factory=dict)
    """Bytes of the files that go out with the mails to be written."""
    signatures: Mapping[tuple[MailboxId, UserId], str] = field(default_factory=dict)
    """The own lines of those who wrote the mails to be written."""
    there: Mapping[RoomId, frozenset[UserId]] = field(default_factory=dict)
    """Who is in the mailboxes' own config rooms of which somebody is told something, and where something is said for
    one person alone."""
    anew: frozenset[ConversationId] = frozenset()
    """Conversations that had a card before, in a room that was left: their new one rings for nothing."""

    def own_lines(self, record: MailRecord) -> str:
        """The own lines of whoever wrote a mail, in that mailbox."""
        return self.signatures.get((record.mailbox, record.author), "") if record.author is not None else ""

    def language_of(self, mailbox: MailboxId) -> str:
        found = self.instance.also_removed(mailbox)
        return found.language if found else self.instance.language

    def reader(self, room: RoomId, links: Mapping[ConversationId, str] | None = None, language: str = "") -> Reader:
        """The people of a room; `language` where somebody is spoken to in another than the room's."""
        return Reader(
            language or self.instance.language_in(room),
            self.now,
            self.instance.timezone_in(room),
            self.names,
            links or {},
            by_hand=self._is_sent_by_hand(room),
        )

    def _is_sent_by_hand(self, room: RoomId) -> bool:
        """In an encrypted room no reaction sends mail; and a mailbox may use another than 🔁."""
        given = (meaning_of(mailbox, "🔁") for mailbox in self.instance.in_room(room))
        return room not in self.encrypted and any(meaning is Meaning.RETRY for meaning in given)

    def links(self, room: RoomId, numbers: Iterable[ConversationId]) -> Mapping[ConversationId, str]:
        """The links to the cards of these conversations in a room; from a direct chat, in the room of each."""
        is_direct = self.instance.direct_in(room) is not None
        there = {number: card for number, card in self.roots.items() if is_direct or card[0] == room}
        return {number: self.permalink(*there.get(number, (room, None))) for number in numbers}

    def rung(self, room: RoomId, mention: tuple[UserId, ...]) -> tuple[UserId, ...]:
        """Whom something rings that is told in a room."""
        return rung(self.instance, room, mention, self.there.get(room, frozenset()))

    def placed(self, effect: Say) -> Say | None:
        """Where the one is whom alone it concerns; None: nowhere. Where no members are known, nobody is absent."""
        there = self.there.get(effect.room)
        if effect.only_for is None or not there or effect.only_for in there:
            return effect
        rooms = (room for room in effect.or_in if effect.only_for in self.there.get(room, ()))
        room = next(rooms, None)
        return None if room is None else replace(effect, room=room)

    def room_link(self, room: RoomId) -> str:
        """`via`: a version 12 room id names no server."""
        return f"https://matrix.to/#/{room}?via={self.instance.bot.partition(':')[2]}"

    def lane(self, room: RoomId) -> str:
        """The lane of what is said in a room: none, but for a direct chat."""
        return lane_of(room) if self.instance.direct_in(room) is not None else ""

    def permalink(self, room: RoomId, event: EventId | None) -> str:
        """Empty where the card is not posted yet. `via`: a version 12 room id names no server."""
        if event is None:
            return ""
        return f"https://matrix.to/#/{room}/{event}?via={self.instance.bot.partition(':')[2]}"


def room_of(effect: Effect) -> RoomId | None:
    """The room whose people an effect may name."""
    match effect:
        case ShowCard(conversation) | PostMail(conversation) | ShowNews(conversation) | ShowState(conversation):
            return conversation.room
        case (
            Say(room)
            | ShowPage(room)
            | Mark(room)
            | ShowBoard(room)
            | ShowMailbox(room)
            | SayLinked(room)
            | Turn(room)
            | PostWords(room)
        ):
            return room
        case MailMember(room=room):
            return room
        case DescribeCommands() | SubmitMail() | FetchFiles() | ResubmitMail() | Do() | Again():
            return None
        case RemovePerson() | EndReading():
            return None
        case _ as unreachable:
            assert_never(unreachable)


def rooms_of(effect: Effect) -> tuple[RoomId, ...]:
    """The rooms whose people an effect may name: in a direct chat, also of those of which it tells."""
    found, others = room_of(effect), tuple[RoomId, ...]()
    match effect:
        case Say(about_room=other, or_in=more):
            others = (*((other,) if other is not None else ()), *more)
        case ShowPage(page=page):
            others = tuple(one.room for one in page.shown)
        case _:
            pass
    return tuple(dict.fromkeys((*((found,) if found is not None else ()), *others)))


def linked(effect: Effect) -> tuple[ConversationId, ...]:
    """The conversations that an effect links to by their numbers alone."""
    match effect:
        case ShowCard(conversation):
            others = () if conversation.goes_on_as is None else (conversation.goes_on_as,)
            return (*conversation.earlier, *others)
        case Say(conversation=number, in_thread=False) if number is not None:
            return (number,)
        case ShowState(conversation, record) if record.is_apart:
            return (conversation.id,)
        case ShowPage(page=page):
            return page.linked
        case _:
            return ()
