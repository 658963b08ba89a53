"""One event of a room's timeline as a person's client reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# JSON as the homeserver gives it: the border to an untyped world.
Json = Mapping[str, Any]

_OUR_KEY = "org.postroom"


@dataclass(frozen=True, slots=True)
class RoomEvent:
    """One event of a room's timeline, as the server gave it."""

    room_id: str
    event_id: str
    type: str
    sender: str
    content: Json
    state_key: str | None = None
    redacts: str | None = None
    ts: int = 0

    @property
    def body(self) -> str:
        """The plain text; of an edit, the text that it sets."""
        return str(self.new_content.get("body", ""))

    @property
    def html(self) -> str:
        return str(self.new_content.get("formatted_body", ""))

    @property
    def new_content(self) -> Json:
        """The content that counts: of an edit, `m.new_content`."""
        new = self.content.get("m.new_content")
        return new if isinstance(new, Mapping) else self.content

    @property
    def relation(self) -> Json:
        relation = self.content.get("m.relates_to")
        return relation if isinstance(relation, Mapping) else {}

    @property
    def thread(self) -> str | None:
        """The root of the thread that this event is in."""
        return str(self.relation["event_id"]) if self.relation.get("rel_type") == "m.thread" else None

    @property
    def replaces(self) -> str | None:
        """The event that this one edits."""
        return str(self.relation["event_id"]) if self.relation.get("rel_type") == "m.replace" else None

    @property
    def reacts_to(self) -> str | None:
        return str(self.relation["event_id"]) if self.relation.get("rel_type") == "m.annotation" else None

    @property
    def key(self) -> str | None:
        """The emoji of a reaction."""
        return str(self.relation["key"]) if self.relation.get("rel_type") == "m.annotation" else None

    @property
    def postroom(self) -> Json:
        """The bot's own word on this event (`org.postroom`), or empty."""
        ours = self.new_content.get(_OUR_KEY)
        return ours if isinstance(ours, Mapping) else {}

    @property
    def kind(self) -> str | None:
        kind = self.postroom.get("kind")
        return None if kind is None else str(kind)

    @property
    def conversation(self) -> int | None:
        number = self.postroom.get("conversation")
        return int(number) if number is not None else None

    def __str__(self) -> str:
        first_line = self.body.partition("\n")[0][:60]
        return f"{self.type} {self.kind or ''} from {self.sender}: {self.key or first_line!r}"


def read_event(room_id: str, raw: Json) -> RoomEvent:
    content = raw.get("content")
    content = content if isinstance(content, Mapping) else {}
    redacts = raw.get("redacts") or content.get("redacts")
    return RoomEvent(
        room_id=room_id,
        event_id=str(raw.get("event_id", "")),
        type=str(raw.get("type", "")),
        sender=str(raw.get("sender", "")),
        content=content,
        state_key=raw.get("state_key"),
        redacts=None if redacts is None else str(redacts),
        ts=int(raw.get("origin_server_ts", 0)),
    )
