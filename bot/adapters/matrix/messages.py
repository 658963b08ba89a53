"""Takes a room message apart: relations, the people it names, the file, and the words without the quoted reply."""

import html
import json
import re
from dataclasses import dataclass
from urllib.parse import unquote

from bot.adapters.matrix import fields
from bot.adapters.matrix.fields import JsonObject
from bot.domain.files import SharedFile
from bot.domain.ids import EventId, UserId

COMMAND_KEY = "org.matrix.msc4391.command"
FILE_TYPES = frozenset({"m.file", "m.image", "m.video", "m.audio"})

_FALLBACK_START = re.compile(r"> (?:\* )?<@[^>\n]+>")
_QUOTE_START, _QUOTE_END = "<mx-reply>", "</mx-reply>"
# Bounded throughout, so that a message of nothing but beginnings costs no more than its length.
_PILL = re.compile(
    r"""<a\s[^<>]{0,500}?href\s*=\s*(?:"([^"]{1,2000})"|'([^']{1,2000})')""",
    re.IGNORECASE,
)
_MATRIX_TO = re.compile(r"https?://matrix\.to/#/([^/?]+)", re.IGNORECASE)
_MATRIX_URI = re.compile(r"matrix:u/([^/?]+)", re.IGNORECASE)
_PEOPLE_LIMIT = 100
_NAME_LIMIT = 255
_MXC = re.compile(r"mxc://[^/\s]{1,255}/[A-Za-z0-9_-]{1,255}\Z")


@dataclass(frozen=True, slots=True)
class Relation:
    """The place that an event claims, read from its own content (in encrypted rooms: from the outer one)."""

    thread: EventId | None = None
    reply_to: EventId | None = None
    """A real reply only."""
    replaces: EventId | None = None
    is_other: bool = False
    """The event relates to another in a way that makes no message of its own, or cannot be read."""


def relation(content: JsonObject) -> Relation:
    """Matrix spec, client-server API: forming relationships, rich replies, threading, event replacements."""
    if "m.relates_to" not in content:
        return Relation()
    relates = fields.child(content, "m.relates_to")
    kind = relates.get("rel_type")
    target = fields.event_id(relates.get("event_id"))
    reply_to = fields.event_id(fields.child(relates, "m.in_reply_to").get("event_id"))
    if kind == "m.replace":
        return Relation(replaces=target, is_other=target is None)
    if kind == "m.thread" and target is not None:
        return Relation(thread=target, reply_to=None if relates.get("is_falling_back") is True else reply_to)
    if kind == "m.annotation":
        return Relation(is_other=True)
    return Relation(reply_to=reply_to)


def is_moved(outer: JsonObject, inner: JsonObject) -> bool:
    """Whether the two contents of an encrypted event tell of different places.

    The server reads relations from the outer one, and can write anything there; the author's own relation is inside
    too, where matrix-js-sdk, matrix-rust-sdk, mautrix-go and matrix-nio leave it.
    """
    return _place_told(outer) != _place_told(inner)


def _place_told(content: JsonObject) -> tuple[object, ...]:
    """The fields that decide where a message belongs. Some clients leave `null` where they took the relation out."""
    relates = fields.child(content, "m.relates_to")
    told = [fields.text(relates, name) for name in ("rel_type", "event_id", "key")]
    quoted = fields.text(fields.child(relates, "m.in_reply_to"), "event_id")
    return (*told, quoted, relates.get("is_falling_back") is True)


def without_fallback(body: str) -> str:
    """The words alone: clients before Matrix 1.13 put the message they reply to before them, as lines with `> `."""
    if _FALLBACK_START.match(body) is None:
        return body
    lines = body.split("\n")
    at = next((i for i, line in enumerate(lines) if not line.startswith(">")), len(lines))
    if at < len(lines) and not lines[at].strip():
        at += 1
    return "\n".join(lines[at:])


def without_quoted_html(formatted: str) -> str:
    """Without the `<mx-reply>` block that the same clients put first."""
    lowered = formatted.lower()
    start = lowered.find(_QUOTE_START)
    end = lowered.find(_QUOTE_END, start)
    if start < 0 or end < 0 or len(lowered) != len(formatted):
        return formatted
    return formatted[:start] + formatted[end + len(_QUOTE_END) :]


def people(content: JsonObject, formatted: str) -> tuple[UserId, ...]:
    """The people whom the message names: pills in their order, then the others of `m.mentions`, each once."""
    found: dict[UserId, None] = {}
    for match in _PILL.finditer(formatted):
        user = _user_in_link(html.unescape(match.group(1) or match.group(2)))
        if user is not None:
            found[user] = None
    for value in fields.items(fields.child(content, "m.mentions"), "user_ids"):
        mentioned = fields.user_id(value)
        if mentioned is not None:
            found[mentioned] = None
    return tuple(found)[:_PEOPLE_LIMIT]


def mentions(content: JsonObject, user: UserId) -> bool:
    """Whether `m.mentions` names that user."""
    return user in fields.items(fields.child(content, "m.mentions"), "user_ids")


def shared_file(content: JsonObject) -> SharedFile | None:
    """The file of a message of type `m.file`, `m.image` …; None where it has no address that can be fetched."""
    if fields.text(content, "msgtype") not in FILE_TYPES:
        return None
    encrypted = fields.child(content, "file")
    url = fields.text(encrypted or content, "url")
    if _MXC.match(url) is None:
        return None
    info = fields.child(content, "info")
    size = fields.number(info, "size") or 0
    return SharedFile(
        url=url,
        filename=(fields.text(content, "filename") or fields.text(content, "body"))[:_NAME_LIMIT],
        content_type=fields.text(info, "mimetype")[:_NAME_LIMIT] or "application/octet-stream",
        size=min(max(size, 0), 2**53),
        encryption=_storable_json(encrypted) if encrypted else "",
    )


def words(content: JsonObject) -> str:
    """The message's own words; for a file its caption, which exists only beside a `filename` (Matrix 1.10)."""
    body = fields.text(content, "body")
    if fields.text(content, "msgtype") in FILE_TYPES and fields.text(content, "filename") in ("", body):
        return ""
    return without_fallback(body)


def structured_command(content: JsonObject) -> str:
    """The MSC4391 block as JSON, empty where there is none that can be used."""
    block = fields.child(content, COMMAND_KEY)
    name = fields.text(block, "command")
    if not name:
        return ""
    return _storable_json({"command": name, "arguments": dict(fields.child(block, "arguments"))})


def _user_in_link(link: str) -> UserId | None:
    match = _MATRIX_TO.match(link)
    if match is not None:
        return fields.user_id(unquote(match.group(1)))
    match = _MATRIX_URI.match(link)
    return fields.user_id("@" + unquote(match.group(1))) if match is not None else None


def _storable_json(value: JsonObject) -> str:
    try:
        dumped = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    except (ValueError, RecursionError):
        return ""
    # NUL is always written as this escape.
    return fields.clean(dumped).replace("\\u0000", "\\ufffd")
