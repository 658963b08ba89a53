"""Renders what is said to people: sentences, lists, the board."""

from collections.abc import Mapping, Sequence
from typing import assert_never

from bot.domain.calls import PlannedCall, Priority, SendEvent, Upload
from bot.domain.conversation import Conversation, EventKind
from bot.domain.effects import Say, ShowListing
from bot.domain.ids import ConversationId, RoomId, UserId
from bot.domain.listing import BoardListing, ConversationListing, HelpListing, HistoryListing, Original, ShowOne
from bot.flows import contents
from bot.flows.scene import CHAT, Scene
from bot.text import answers
from bot.text.board import board


def render_say(
    effect: Say, *, language: str, names: Mapping[UserId, str], timezone: str, permalink: str
) -> PlannedCall:
    """A sentence; in the thread of its conversation, or linked to it from the main timeline."""
    in_thread = effect.conversation is not None and effect.in_thread
    shown = answers.answer(
        effect.sentences,
        number=effect.conversation,
        permalink="" if in_thread else permalink,
        language=language,
        names=names,
        timezone=timezone,
    )
    about = contents.ours(effect.kind, effect.conversation)
    # Who has just written here looks here: an answer rings nobody.
    is_notice = effect.kind in (EventKind.ANSWER, EventKind.QUESTION) or not effect.mention
    event = SendEvent(
        effect.room,
        "m.room.message",
        contents.message(shown, about, mention=effect.mention, is_notice=is_notice),
        thread_of=effect.conversation if in_thread else None,
        reply_to=effect.reply_to,
        in_clear=effect.in_clear,
        under=effect.under,
        slot=effect.slot,
    )
    return PlannedCall(
        event,
        CHAT,
        "",
        Priority.ANSWER,
        conversation=effect.conversation,
        mail=effect.mail,
        event_kind=effect.kind,
    )


def render_listing(effect: ShowListing, scene: Scene) -> PlannedCall:
    """An answer that is more than a sentence."""
    listing, room = effect.listing, effect.room
    language, timezone = scene.language(room), scene.instance.timezone
    uploads: tuple[Upload, ...] = ()
    match listing:
        case BoardListing():
            raise AssertionError("a board is shown by ShowBoard")
        case ConversationListing(rows=rows):
            shown = answers.conversation_list(
                listing,
                links=_links(rows, scene),
                language=language,
                names=scene.names,
                now=scene.now,
                timezone=timezone,
            )
        case HistoryListing(conversation, entries):
            shown = answers.history_listing(
                entries, number=conversation, language=language, names=scene.names, now=scene.now, timezone=timezone
            )
        case ShowOne(conversation_shown, mails, root):
            shown = answers.conversation_details(
                conversation_shown,
                mails,
                permalink=scene.permalink(room, root),
                links={n: scene.permalink(room, scene.roots.get(n)) for n in conversation_shown.earlier},
                language=language,
                names=scene.names,
                now=scene.now,
                timezone=timezone,
            )
        case HelpListing(commands):
            helps = answers.help_rows(commands, language=language)
            shown = answers.help_page(helps, language=language, is_encrypted=room in scene.encrypted)
        case Original(record):
            name = f"{record.conversation}-{record.date:%Y%m%d-%H%M}.eml"
            uploads = (Upload(record.raw, name, "message/rfc822", 0),)
            about = contents.ours(EventKind.ATTACHMENT, effect.conversation, message_id=record.message_id)
            content = contents.file(
                filename=name,
                content_type="message/rfc822",
                size=0,
                blob=record.raw,
                about=about,
                body=f"#{record.conversation} · {name}",
            )
            content, becomes = contents.silent(content)
            event = SendEvent(
                room,
                "m.room.message",
                content,
                thread_of=effect.thread,
                reply_to=effect.reply_to,
                uploads=uploads,
                under=effect.under,
                becomes=becomes,
            )
            return PlannedCall(
                event,
                CHAT,
                "",
                Priority.ANSWER,
                conversation=effect.conversation,
                mail=record.row,
                event_kind=EventKind.ATTACHMENT,
            )
        case _ as unreachable:
            assert_never(unreachable)
    content = contents.message(shown, contents.ours(EventKind.ANSWER, effect.conversation), is_notice=True)
    event = SendEvent(
        room, "m.room.message", content, thread_of=effect.thread, reply_to=effect.reply_to, under=effect.under
    )
    return PlannedCall(event, CHAT, "", Priority.ANSWER, conversation=effect.conversation, event_kind=EventKind.ANSWER)


def render_board(room: RoomId, listing: BoardListing, scene: Scene) -> PlannedCall:
    """The to-do list: a notice, which never notifies."""
    shown = board(
        listing,
        links=_links((*listing.nobodys, *listing.assigned, *listing.oldest), scene),
        language=scene.language(room),
        names=scene.names,
        now=scene.now,
        timezone=scene.instance.timezone,
    )
    content = contents.message(shown, contents.ours(EventKind.BOARD, None), is_notice=True)
    event = SendEvent(room, "m.room.message", content, slot=f"board:{room}")
    return PlannedCall(event, CHAT, "", Priority.BOARD, event_kind=EventKind.BOARD)


def _links(rows: Sequence[Conversation], scene: Scene) -> Mapping[ConversationId, str]:
    """Where each one's card is."""
    return {row.id: scene.permalink(row.room, row.root) for row in rows}
