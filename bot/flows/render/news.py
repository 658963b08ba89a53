"""Renders the news lines of the main timeline."""

from bot.domain.calls import Priority, SendEvent
from bot.domain.conversation import EventKind
from bot.domain.effects import ShowNews
from bot.domain.planned import PlannedCall, post
from bot.flows.render import contents
from bot.flows.render.scene import Scene
from bot.text.news import news_line


def render_news(effect: ShowNews, scene: Scene) -> PlannedCall:
    """One line; those of one thread that wait together become one."""
    conversation = effect.conversation
    links = {conversation.id: scene.permalink(conversation.room, conversation.root)}
    shown = news_line(
        conversation.id,
        scene.reader(conversation.room, links),
        writer=effect.writer,
        subject=conversation.subject,
        words=effect.words,
    )
    about = contents.ours(EventKind.NEWS, conversation.id)
    content = contents.message(shown, about, mention=effect.mention, is_notice=not effect.mention)
    event = SendEvent(
        conversation.room,
        "m.room.message",
        content,
        slot=f"news:{conversation.id}",
        is_new=not effect.goes_on,
    )
    return post(event, Priority.MAIL, conversation=conversation.id, event_kind=EventKind.NEWS)
