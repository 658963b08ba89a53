"""What happened, told to people apart: in the direct chats of those who chose that, and after their quiet hours."""

from collections.abc import Iterable
from datetime import datetime

from bot.domain.conversation import Conversation, EventKind
from bot.domain.decision import NOTHING, Decision
from bot.domain.effects import Say
from bot.domain.first_words import told
from bot.domain.happening import Heard
from bot.domain.ids import RoomId, UserId
from bot.domain.rules.quiet_hours import awake
from bot.domain.rules.told import needs_members
from bot.domain.sentences import Sentence, sentence
from bot.domain.snapshots import Snapshot
from bot.domain.stories.known import choices_of, instance_of, known_of, people_of


def told_apart(
    snapshot: Snapshot,
    people: Iterable[UserId],
    about: Conversation,
    now: datetime,
    said: tuple[Sentence, ...],
) -> Decision:
    """A line with the link to the thread for each of the people, in their chat; for nobody, where somebody may have
    left the room and nobody knows who is in it.
    """
    instance = instance_of(snapshot)
    if not people_of(snapshot) and needs_members(choices_of(snapshot), about.mailbox, *known_of(snapshot), about):
        return NOTHING
    chats = {} if instance is None else {one.person: one.room for one in instance.directs}
    told_now, kept = awake(instance, (who for who in people if who in chats), about.id, now)
    words = (sentence("direct.news", subject=about.subject, said=said[0]), *said[1:])
    return kept + Decision((), tuple(_say(chats[who], who, about, words) for who in told_now))


def _say(chat: RoomId, who: UserId, about: Conversation, words: tuple[Sentence, ...]) -> Say:
    return Say(
        chat,
        words,
        EventKind.NOTICE,
        about.id,
        in_thread=False,
        mention=(who,),
        tells_of=about.room,
    )


def came_said(mail: Heard, *, is_new: bool = False) -> Sentence:
    """A mail in a line."""
    writer = mail.writer.name or mail.writer.address
    return sentence("direct.opened" if is_new else "direct.came", who=writer, words=told(mail.words))
