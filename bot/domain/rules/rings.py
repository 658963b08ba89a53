"""Rings of mails: each mail rings once, and the room list shows it (measured in Element; docs/decisions.md)."""

from collections.abc import Collection

from bot.domain.conversation import Conversation, EventKind, KnownEvent, Status
from bot.domain.effects import Ring, ShowNews
from bot.domain.happening import Heard
from bot.domain.ids import UserId


def newest_slot(room: str) -> str:
    """The slot that names the newest message of a room's main timeline, whoever wrote it."""
    return f"newest:{room}"


def of_opening(conversation: Conversation, *, is_backlog: bool, is_quiet: bool) -> Ring:
    """The ring of a new conversation: its card, unless it needs nobody."""
    is_grey = is_backlog or is_quiet or conversation.status is Status.SPAM
    return Ring.GREY if is_grey else Ring.SILENT


def of_answer(conversation: Conversation, told: Collection[UserId], *, wakes: bool, is_backlog: bool) -> Ring:
    """An answer rings by its words; where somebody is to notice, by the news line, which mentions them.

    Args:
        told: who is mentioned (`rules/told.py`).
    """
    if not wakes or is_backlog or conversation.status is Status.SPAM:
        return Ring.GREY
    return Ring.SILENT if told else Ring.LOUD


def news_of(
    conversation: Conversation, mail: Heard, newest: KnownEvent | None, told: tuple[UserId, ...]
) -> ShowNews | None:
    """The news line of an answer.

    Args:
        conversation: as it is with the answer.
        newest: what stands last in the main timeline, where it is ours. Under its own card an answer is seen anyway.
    """
    if of_answer(conversation, told, wakes=mail.wakes, is_backlog=mail.is_backlog) is Ring.GREY:
        return None
    here = newest.kind if newest is not None and newest.conversation == conversation.id else None
    if not told and (conversation.root is None or here is EventKind.CONVERSATION):
        return None
    goes_on = not told and here is EventKind.NEWS
    return ShowNews(conversation, mail.writer, mail.words, told, goes_on)
