"""The JSON of the room's events (contract: `org.postroom` in every one; Matrix specification 11.2, 11.36)."""

import json
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from bot.domain.conversation import EventKind
from bot.domain.ids import ConversationId, UserId
from bot.text.profile import Profile
from bot.text.shown import Shown

Json: TypeAlias = "str | int | bool | Sequence[Json] | Mapping[str, Json] | None"

KEY = "org.postroom"
PROFILE = "com.beeper.per_message_profile"
MEDIA_PLACE = "mxc://inline/"
"""Followed by a SHA-256: stands for the media of an upload until it is there."""


def ours(kind: EventKind, conversation: ConversationId | None, **more: Json) -> dict[str, Json]:
    """The value of `org.postroom`."""
    shown = EventKind.RECEIPT if kind is EventKind.QUESTION else kind
    about: dict[str, Json] = {"kind": shown.value}
    if conversation is not None:
        about["conversation"] = int(conversation)
    about.update(more)
    return about


def message(
    shown: Shown,
    about: Mapping[str, Json],
    *,
    mention: Sequence[UserId] = (),
    is_notice: bool = False,
    profile: Profile | None = None,
) -> str:
    """A text message; `m.mentions` is always there, so that no text of others can ping (MSC3952)."""
    mentions: dict[str, Json] = {"user_ids": list(mention)} if mention else {}
    return _dumped(
        {
            "msgtype": "m.notice" if is_notice else "m.text",
            "body": shown.body,
            "format": "org.matrix.custom.html",
            "formatted_body": shown.html,
            "m.mentions": mentions,
            KEY: about,
            **_profiled(profile),
        }
    )


def file(
    *,
    filename: str,
    content_type: str,
    size: int,
    blob: str,
    about: Mapping[str, Json],
    body: str = "",
    profile: Profile | None = None,
    extent: tuple[int, int] | None = None,
) -> str:
    """A file message whose media is put in at delivery."""
    kind = content_type.partition("/")[0]
    # SVG can carry scripts: it is offered as a file, not shown.
    shows = kind in ("image", "audio", "video") and content_type != "image/svg+xml"
    return _dumped(
        {
            "msgtype": f"m.{kind}" if shows else "m.file",
            "body": body or filename,
            "filename": filename,
            "info": {"mimetype": content_type, "size": size, **_extended(extent)},
            "url": MEDIA_PLACE + blob,
            "m.mentions": {},
            KEY: about,
            **_profiled(profile),
        }
    )


def _extended(extent: tuple[int, int] | None) -> dict[str, Json]:
    return {"w": extent[0], "h": extent[1]} if extent is not None else {}


def _profiled(profile: Profile | None) -> dict[str, Json]:
    """The name that clients show in place of ours (MSC4144, under its unstable name).

    The words stay as they are: they name the writer already, for all the other clients.
    """
    return {PROFILE: {"id": profile.id, "displayname": profile.name}} if profile is not None else {}


def silent(content: str) -> tuple[str, str]:
    """The message as a notice, which never rings, and the type that it is to become by an edit."""
    found = json.loads(content)
    return _dumped({**found, "msgtype": "m.notice"}), str(found["msgtype"])


def turned(content: str, becomes: str) -> str:
    """The message in the type that it becomes."""
    return _dumped({**json.loads(content), "msgtype": becomes})


def reaction(target: str, emoji: str) -> str:
    return _dumped({"m.relates_to": {"rel_type": "m.annotation", "event_id": target, "key": emoji}})


def _dumped(content: Mapping[str, Json]) -> str:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))
