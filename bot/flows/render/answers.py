"""Renders answers to people: sentences, pages, the board."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from bot.domain.beside import written
from bot.domain.board import BoardListing
from bot.domain.calls import Priority, SendEvent, Upload
from bot.domain.conversation import Conversation, EventKind
from bot.domain.effects import Say, ShowMailbox, ShowPage
from bot.domain.ids import BlobId, ConversationId, MessageRow, RoomId
from bot.domain.page import Chart, File, Picture
from bot.domain.planned import PlannedCall, post
from bot.domain.rules.condition_said import status_slot
from bot.domain.sentences import sentence
from bot.flows.render import contents
from bot.flows.render.scene import Scene
from bot.text import answers
from bot.text.board import board
from bot.text.chart import SIZE, chart
from bot.text.page import page
from bot.text.reader import Reader


def render_say(effect: Say, scene: Scene) -> PlannedCall:
    """A sentence; in the thread of its conversation, or linked to it from the main timeline."""
    number = effect.conversation
    in_thread = number is not None and effect.in_thread
    links = scene.links(effect.room, () if number is None or in_thread else (number,))
    said = effect.sentences
    if effect.about_room is not None and number is not None:
        # A new one has no card to link to yet.
        links = {number: links.get(number) or scene.room_link(effect.about_room)}
        if effect.about_room in scene.encrypted and effect.room not in scene.encrypted:
            said = (sentence("direct.news_withheld"),)
    reader = scene.reader(effect.room, links, effect.language)
    shown = answers.answer(said, reader, number=number)
    about = contents.ours(effect.kind, effect.conversation)
    # The person who has just written here looks here: an answer rings nobody.
    is_answer = effect.kind in (EventKind.ANSWER, EventKind.QUESTION) and not effect.rings
    mention = scene.rung(effect.room, effect.mention)
    is_notice = is_answer or not (mention or (effect.rings and effect.kind is EventKind.NOTICE))
    event = SendEvent(
        effect.room,
        "m.room.message",
        contents.message(shown, about, mention=mention, is_notice=is_notice),
        thread_of=effect.conversation if in_thread else None,
        reply_to=effect.reply_to,
        in_clear=effect.in_clear,
        under=effect.under,
        slot=effect.slot,
        beside=written(effect.beside),
        tells=effect.tells,
    )
    return post(
        event,
        Priority.ANSWER,
        lane=scene.lane(effect.room),
        conversation=effect.conversation,
        mail=effect.mail,
        event_kind=effect.kind,
    )


@dataclass(frozen=True, slots=True)
class RenderedPage:
    calls: tuple[PlannedCall, ...]
    drawn: tuple[bytes, ...]
    """Pictures that the calls upload."""


def render_page(effect: ShowPage, scene: Scene) -> RenderedPage:
    """An answer that is more than a sentence: one message, and one for each file or picture."""
    shown, room = effect.page, effect.room
    about = contents.ours(effect.kind, shown.conversation)
    said = page(shown, _reader(effect, scene))
    calls: list[PlannedCall] = []
    drawn: list[bytes] = []
    if said.body:
        content = contents.message(said, about, mention=effect.mention, is_notice=not effect.mention)
        tells = tuple(one.id for one in shown.shown) if scene.lane(room) else ()
        event = SendEvent(room, "m.room.message", content, beside=written(effect.beside), tells=tells)
        calls.append(_answer(effect, event, effect.kind, None, scene))
    for block in shown.blocks:
        match block:
            case File(mail=mail, message_id=message_id):
                calls.append(_file(effect, block, mail, scene, {"message_id": message_id} if mail is not None else {}))
            case Picture():
                calls.append(_file(effect, block, None, scene, {}))
            case Chart(days=days):
                raw = chart(block, _reader(effect, scene).language)
                name = f"stats-{days[-1].isoformat()}.png"
                picture = Picture(BlobId(hashlib.sha256(raw).hexdigest()), name, "image/png", len(raw))
                calls.append(_file(effect, picture, None, scene, {}, SIZE))
                drawn.append(raw)
            case _:
                pass
    return RenderedPage(tuple(calls), tuple(drawn))


def _reader(effect: ShowPage, scene: Scene) -> Reader:
    links = _links(effect.page.shown, scene)
    return scene.reader(effect.room, {**scene.links(effect.room, effect.page.linked), **links})


def _file(
    effect: ShowPage,
    file: File | Picture,
    mail: MessageRow | None,
    scene: Scene,
    more: Mapping[str, contents.Json],
    extent: tuple[int, int] | None = None,
) -> PlannedCall:
    """A file that never rings: it is posted as a notice, and edited into its type.

    Args:
        extent: width and height of a picture in pixels, so that clients keep its place free.
    """
    number = effect.page.conversation
    content, becomes = contents.silent(
        contents.file(
            filename=file.filename,
            content_type=file.content_type,
            size=file.size,
            blob=file.blob,
            about=contents.ours(EventKind.ATTACHMENT, number, **more),
            extent=extent,
            body=f"#{number} · {file.filename}" if number is not None else file.filename,
        )
    )
    upload = Upload(file.blob, file.filename, file.content_type, file.size)
    event = SendEvent(effect.room, "m.room.message", content, uploads=(upload,), becomes=becomes)
    return _answer(effect, event, EventKind.ATTACHMENT, mail, scene)


def _answer(effect: ShowPage, event: SendEvent, kind: EventKind, mail: MessageRow | None, scene: Scene) -> PlannedCall:
    """In the place where it was asked for."""
    placed = replace(event, thread_of=effect.thread, reply_to=effect.reply_to, under=effect.under)
    number = effect.page.conversation
    lane = scene.lane(effect.room)
    return post(placed, Priority.ANSWER, lane=lane, conversation=number, mail=mail, event_kind=kind)


def render_board(room: RoomId, listing: BoardListing, scene: Scene) -> PlannedCall:
    """The to-do list: a notice, which never notifies."""
    links = _links((*listing.nobodys, *listing.assigned, *listing.oldest), scene)
    shown = board(listing, scene.reader(room, links))
    content = contents.message(shown, contents.ours(EventKind.BOARD, None), is_notice=True)
    event = SendEvent(room, "m.room.message", content, slot=f"board:{room}")
    return post(event, Priority.BOARD, event_kind=EventKind.BOARD)


def render_mailbox(effect: ShowMailbox, scene: Scene) -> PlannedCall:
    """How a mailbox is doing: a notice, which never notifies."""
    shown = page(effect.page, scene.reader(effect.room))
    about = contents.ours(EventKind.MAILBOX, None, mailbox=effect.mailbox)
    slot = "" if effect.edits is not None else status_slot(effect.mailbox, effect.room)
    content = contents.message(shown, about, is_notice=True)
    event = SendEvent(effect.room, "m.room.message", content, slot=slot, edits=effect.edits)
    return post(event, Priority.BOARD, lane=f"mailbox:{effect.mailbox}", event_kind=EventKind.MAILBOX)


def _links(rows: Iterable[Conversation], scene: Scene) -> Mapping[ConversationId, str]:
    """The links to the cards of these conversations."""
    return {row.id: scene.permalink(row.room, row.root) for row in rows}
