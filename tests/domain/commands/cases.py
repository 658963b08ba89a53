"""A command given in a room of the imagination: decided by function calls, without a database."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bot.domain.calls import Wordless
from bot.domain.command import Asked, Called, Talk
from bot.domain.conversation import Conversation, KnownEvent
from bot.domain.decision import Decision, SaveConversation
from bot.domain.effects import Do, Mark, Say, ShowPage
from bot.domain.files import SharedFile
from bot.domain.ids import ConversationId, EventId, RoomId, UserId
from bot.domain.inputs.said import TeamMessage
from bot.domain.needs import Facts, Need
from bot.domain.page import Page
from bot.domain.rights import narrowed, needs_of_rights
from bot.domain.settings import Instance
from bot.domain.stories.table import decide
from bot.domain.stories.team import needs_of, needs_of_people
from bot.domain.upgrades import belongs
from tests.domain.deciding import CARD, START, World, asked_by, conversation
from tests.fakes.chat import ALICE, ROOM

NOW = START
ELSEWHERE = RoomId("!elsewhere:localhost")
COMMAND = EventId("$command")
Known = Mapping[type[Need[object]], object]
"""What storage answers to each kind of need; of the others what a world with one mail answers."""


def world() -> World:
    """One conversation with one mail."""
    made = World()
    made.comes()
    return made


def other(number: int, **more: object) -> Conversation:
    """A further conversation of the room."""
    return conversation(id=ConversationId(number), root=EventId(f"$card{number}"), **more)


def ask(
    body: str,
    *,
    by: UserId = ALICE,
    room: RoomId = ROOM,
    in_thread: bool = True,
    there: tuple[Conversation, ...] = (conversation(),),
    knows: Known | None = None,
    target: KnownEvent | None = None,
    file: SharedFile | None = None,
    is_joined: bool = True,
    instance: Instance | None = None,
    now: datetime = NOW,
    within: World | None = None,
    mentions: tuple[UserId, ...] = (),
    **more: object,
) -> tuple[Asked, TeamMessage]:
    """What loading makes of a message: in the thread of the first conversation that is there, or in the main timeline.

    `knows` answers needs by their kind; `within` the others.
    """
    thread = CARD if in_thread else None
    message = TeamMessage(room, COMMAND, by, "m.text", body, "", mentions, thread, None, now, file=file, **more)  # type: ignore[arg-type]
    house = instance or World().instance
    asked = replace(asked_by(message, house, now), target=target, is_joined=is_joined)
    asked = replace(asked, is_ours=bool(house.in_room(room)) or room == house.config_room)
    here = there[0] if in_thread and there and belongs(there[0], room, house) else None
    called = asked.reading
    if isinstance(called, Called) and called.command.is_about_conversations:
        known = {one.id: one for one in there if belongs(one, room, house)}
        about = tuple(known[n] for n in called.numbers if n in known) if called.numbers else ((here,) if here else ())
        asked = replace(asked, about=about, missing=tuple(n for n in called.numbers if n not in known))
    asked = replace(asked, here=here)
    answers = {**(knows or {})}
    rest = within or world()

    def facts(needs: object) -> Facts:
        return Facts({n: answers[type(n)] if type(n) in answers else rest.fact(n) for n in needs})  # type: ignore[attr-defined]

    asked = narrowed(replace(asked, facts=facts(needs_of_rights(asked))))
    asked = replace(asked, facts=asked.facts | facts(needs_of_people(asked)))
    return replace(asked, facts=asked.facts | facts(needs_of(asked))), message


def given(body: str, **more: object) -> Decision:
    """What the message does."""
    asked, message = ask(body, **more)  # type: ignore[arg-type]
    return decide(asked, message, asked.now)


def page_of(body: str, **more: object) -> Page:
    """The page that it is answered with."""
    (shown,) = [effect for effect in given(body, **more).effects if isinstance(effect, ShowPage)]
    return shown.page


def told(decision: Decision) -> list[str]:
    """What is said, by key."""
    return [one.key for effect in decision.effects if isinstance(effect, Say) for one in effect.sentences]


def is_marked(decision: Decision) -> bool:
    """It has the short answer ✅."""
    return any(isinstance(effect, Mark) for effect in decision.effects)


def saved(decision: Decision) -> list[Conversation]:
    return [change.conversation for change in decision.changes if isinstance(change, SaveConversation)]


def is_talk(body: str) -> bool:
    return isinstance(ask(body)[0].reading, Talk)


def done(decision: Decision) -> list[Wordless]:
    """The calls that it gives in their final form."""
    return [effect.call for effect in decision.effects if isinstance(effect, Do)]
