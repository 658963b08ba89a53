"""Renders what is said of upgraded rooms."""

from bot.domain.calls import Priority, SendEvent
from bot.domain.conversation import EventKind
from bot.domain.effects import SayLinked
from bot.domain.planned import PlannedCall, post
from bot.flows.render import contents
from bot.flows.render.scene import Scene
from bot.text.shown import handle, in_words, link, plain
from bot.text.wording import value_words


def render_linked(effect: SayLinked, scene: Scene) -> PlannedCall:
    """A sentence with its link, in a thread or in the main timeline."""
    reader = scene.reader(effect.room)
    words = value_words(reader.language, "link", dict(effect.told.values)["link"], timezone=reader.timezone)
    where = scene.permalink(effect.target, effect.thread) if effect.thread else scene.room_link(effect.target)
    told = in_words(effect.told, reader, {"link": link(plain(words), where)})
    content = contents.message(
        handle(effect.conversation) + told,
        contents.ours(EventKind.NOTICE, effect.conversation),
        mention=effect.mention,
        is_notice=not effect.mention,
    )
    event = SendEvent(effect.room, "m.room.message", content, thread_of=effect.conversation)
    # In a thread it comes before the mails of that thread, and after what somebody waits for.
    priority = Priority.ANSWER if effect.conversation is None else Priority.CONFIRMATION
    return post(event, priority, conversation=effect.conversation, event_kind=EventKind.NOTICE)
