"""A room as a web page, from its real events: timeline, thread and board, about as a Matrix client shows them."""

from __future__ import annotations

import base64
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape, unescape
from pathlib import Path

from bot.demo.matrix_user import MatrixUser, RoomEvent

_PILL = re.compile(r'<a href="https://matrix\.to/#/(?:@|%40)([^":]+):[^"]*">([^<]*)</a>')
_MEDIA = re.compile(r"mxc://[^\"'\s<>]+")
_TAG = re.compile(r"<[^>]+>")
_PAPER = (
    '<svg class="icon" viewBox="0 0 16 16"><path d="M2 2.5h12v8H7l-3 3v-3H2z" fill="#808994"/>'
    '<path d="M4.5 5.5h7M4.5 7.7h5" stroke="#fff" stroke-width="1"/></svg>'
)
_PIN = (
    '<svg class="icon" viewBox="0 0 16 16"><path d="M5 1.5h6l-1 5 2 2v1H8.6V14L8 15l-.6-1V9.5H4v-1l2-2z"'
    ' fill="#808994"/></svg>'
)

_STYLE = Path(__file__).with_suffix(".css").read_text(encoding="utf-8")
_COLOURS = (("#fbe3ea", "#a3174f"), ("#dff3e4", "#17692f"), ("#e2ecfb", "#1b55a8"), ("#fdeedd", "#9a5310"))


@dataclass(frozen=True, slots=True)
class Words:
    """What the client itself says, in the reader's language."""

    thread: str = "Thread"
    reply: str = "1 reply"
    replies: str = "{count} replies"
    edited: str = "(edited)"
    write: str = "Send a message…"
    members: str = "{count} people"


FRENCH = Words(
    thread="Fil de discussion",
    reply="1 réponse",
    replies="{count} réponses",
    edited="(modifié)",
    write="Envoyer un message…",
    members="{count} personnes",
)


@dataclass(slots=True)
class RoomPage:
    """A room as its member `me` sees it. Everything stands in the page itself; nothing is fetched."""

    me: MatrixUser
    room: str
    title: str
    names: dict[str, str]
    """Display names by user id."""
    words: Words
    is_dark: bool = False
    is_phone: bool = False
    """The room and the thread are screens of their own, shown side by side."""

    async def html(self, thread: str, *, panel: int = 300, cards: Sequence[str] = ()) -> str:
        """The page with this thread open; `cards` are the roots to show in the timeline, all where empty."""
        events = self._said()
        timeline = [e for e in events if e.thread is None and e.replaces is None]
        if cards:
            timeline = [e for e in timeline if e.kind != "conversation" or e.event_id in cards]
        inside = [e for e in events if e.thread == thread]
        board = next((e for e in timeline if e.kind == "board"), None)
        pinned = f'<div class="pinned">{_PIN}<span>{escape(self._flat(board))}</span></div>' if board else ""
        root = next(e for e in timeline if e.event_id == thread)
        members = self.words.members.format(count=len(self.names))
        page = (
            f'<div class="screen{" phone" if self.is_phone else ""}"><div class="room">'
            f"<header>{_face(self.title)}{escape(self.title)}"
            f"<small>{members}</small></header>{pinned}"
            f'<div class="messages">{self._messages(timeline, summaries=True)}</div>'
            f'<div class="composer">{self.words.write}</div></div>'
            f'<div class="panel" style="width:{panel}px"><header>{self.words.thread}</header>'
            f'<div class="messages">{self._messages([root, *inside])}</div>'
            f'<div class="composer">{self.words.write}</div></div></div>'
        )
        return await self.whole(page)

    async def whole(self, page: str) -> str:
        """A complete document, with the media of the page inside."""
        for url in sorted(set(_MEDIA.findall(page))):
            data = await self.me.download(unescape(url))
            page = page.replace(url, "data:image/png;base64," + base64.b64encode(data).decode())
        return (
            f'<!DOCTYPE html><html><head><meta charset="utf-8"><style>{_STYLE}</style></head>'
            f'<body class="{"dark" if self.is_dark else "light"}">{page}</body></html>'
        )

    def thread_alone(self, thread: str, *, width: int) -> str:
        """The messages of a thread one under the other, as a part of a page."""
        return self._panel([e for e in self._said() if e.event_id == thread or e.thread == thread], width=width)

    def alone(self, event: str, *, width: int) -> str:
        """One message, as a part of a page."""
        return self._panel([e for e in self._said() if e.event_id == event], width=width)

    def _said(self) -> list[RoomEvent]:
        return [e for e in self.me.events(self.room) if e.type == "m.room.message" and e.content]

    def _panel(self, events: Sequence[RoomEvent], *, width: int) -> str:
        return f'<div class="panel" style="width:{width}px"><div>{self._messages(events)}</div></div>'

    def _messages(self, events: Sequence[RoomEvent], *, summaries: bool = False) -> str:
        rows: list[str] = []
        before = ""
        for event in events:
            rows.append(self._message(event, follows=event.sender == before, summary=summaries))
            before = event.sender
        return "".join(rows)

    def _message(self, event: RoomEvent, *, follows: bool, summary: bool) -> str:
        name = self.names.get(event.sender, event.sender)
        current = self.me.current(self.room, event.event_id) or event
        kind = str(current.new_content.get("msgtype"))
        edited = f'<span class="edited">{self.words.edited}</span>' if current is not event else ""
        quoted = event.relation.get("m.in_reply_to")
        answered = ""
        if isinstance(quoted, dict) and not event.relation.get("is_falling_back") and kind != "m.file":
            target = self.me.current(self.room, str(quoted.get("event_id")))
            if target is not None:
                answered = f'<div class="answered">↪ {escape(self._flat(target)[:90])}</div>'
        if kind == "m.image":
            said = f'<img src="{escape(str(current.content.get("url")))}" alt="">'
        elif kind == "m.file":
            said = f'<span class="file">📎 {escape(str(current.content.get("filename") or current.body))}</span>'
        elif current.html:
            said = _PILL.sub(self._pill, current.html)
        else:
            said = escape(current.body)
        mentions = current.new_content.get("m.mentions")
        named = isinstance(mentions, dict) and self.me.user_id in mentions.get("user_ids", ())
        classes = " ".join(
            name
            for name, holds in (
                ("words", True),
                ("notice", kind == "m.notice"),
                ("raw", not current.html),
                ("mentioned", named and event.sender != self.me.user_id),
            )
            if holds
        )
        said = edited + said if summary else said + edited
        who = "" if follows else f'<div class="who" style="color:{_colour(name)[1]}">{escape(name)}</div>'
        return (
            f'<div class="message{" more" if follows else ""}">{_face(name)}<div class="what">{who}{answered}'
            f'<div class="{classes}">{said}</div>{self._reactions(event)}'
            f"{self._summary(event) if summary else ''}</div></div>"
        )

    def _pill(self, found: re.Match[str]) -> str:
        mine = " mine" if found[1] == self.me.user_id[1:].partition(":")[0] else ""
        return f'<span class="pill{mine}">{found[2]}</span>'

    def _reactions(self, event: RoomEvent) -> str:
        seen = self.me.events(self.room)
        gone = {e.redacts for e in seen if e.redacts}
        given = Counter(e.key for e in seen if e.reacts_to == event.event_id and e.event_id not in gone)
        pills = "".join(f"<span>{escape(key or '')} {count}</span>" for key, count in given.items())
        return f'<div class="reactions">{pills}</div>' if pills else ""

    def _summary(self, root: RoomEvent) -> str:
        """As a client makes it: the newest message of the thread, its blocks run together."""
        inside = [e for e in self.me.events(self.room) if e.thread == root.event_id and e.content]
        if not inside:
            return ""
        last = inside[-1]
        name = self.names.get(last.sender, last.sender)
        count = self.words.reply if len(inside) == 1 else self.words.replies.format(count=len(inside))
        return (
            f'<div class="summary">{_PAPER}<b>{count}</b>{_face(name, small=True)}<b>{escape(name)}</b>'
            f"<span>{escape(self._flat(last))}</span></div>"
        )

    def _flat(self, event: RoomEvent) -> str:
        current = self.me.current(self.room, event.event_id) or event
        return unescape(_TAG.sub("", current.html)) if current.html else current.body


def _colour(name: str) -> tuple[str, str]:
    return _COLOURS[sum(map(ord, name)) % len(_COLOURS)]


def _face(name: str, *, small: bool = False) -> str:
    paper, ink = _colour(name)
    kind = "face small" if small else "face"
    return f'<div class="{kind}" style="background:{paper};color:{ink}">{escape(name[:1].upper())}</div>'
