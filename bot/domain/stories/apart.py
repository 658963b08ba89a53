"""What happened, told to people apart: in the direct chats of those who chose that, and after their quiet hours."""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime

from bot.domain.choices import Medium
from bot.domain.conversation import Conversation, EventKind
from bot.domain.decision import Decision
from bot.domain.effects import Say
from bot.domain.first_words import told
from bot.domain.happening import Heard
from bot.domain.ids import RoomId, UserId
from bot.domain.rules.put_off import timers_for
from bot.domain.rules.quiet_hours import awake
from bot.domain.sentences import Sentence, sentence
from bot.domain.snapshots import Snapshot
from bot.domain.stories.known import instance_of


def told_otherwise(
    snapshot: Snapshot,
    told_by: Callable[[Medium], Iterable[UserId]],
    about: Conversation,
    now: datetime,
    said: tuple[Sentence, ...],
    *,
    is_mailed: bool = True,
    rung: Collection[UserId] = (),
) -> Decision:
    """What becomes of a happening for those who chose another way than a mention.

    Args:
        is_mailed: a mail may tell it.
        rung: whom it rings by itself: the line in their chat does not ring again.
    """
    decision = told_apart(snapshot, told_by(Medium.DIRECT), about, now, said, rung)
    if not is_mailed:
        return decision
    return decision + Decision(timers_for(told_by(Medium.EMAIL), about, now))


def told_apart(
    snapshot: Snapshot,
    people: Iterable[UserId],
    about: Conversation,
    now: datetime,
    said: tuple[Sentence, ...],
    rung: Collection[UserId] = (),
) -> Decision:
    """A line with the link to the thread for each of the people, in their chat. Whoever has left the room by the time
    at which it is posted does not get it (`flows/deliver/chat.py`).
    """
    instance = instance_of(snapshot)
    chats = {} if instance is None else {one.person: one.room for one in instance.directs}
    told_now, kept = awake(instance, (who for who in people if who in chats), about.id, now)
    words = (sentence("direct.news", subject=about.subject, said=said[0]), *said[1:])
    return kept + Decision((), tuple(_say(chats[who], () if who in rung else (who,), about, words) for who in told_now))


def _say(chat: RoomId, rings: tuple[UserId, ...], about: Conversation, words: tuple[Sentence, ...]) -> Say:
    return Say(
        chat,
        words,
        EventKind.NOTICE,
        about.id,
        in_thread=False,
        mention=rings,
        about_room=about.room,
    )


def came_said(mail: Heard, *, is_new: bool = False) -> Sentence:
    """A mail in a line."""
    writer = mail.writer.name or mail.writer.address
    return sentence("direct.opened" if is_new else "direct.came", who=writer, words=told(mail.words))
