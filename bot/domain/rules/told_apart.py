"""What happened, told in the direct chats of those who chose that: a line with the link to the thread."""

from collections.abc import Collection, Iterable

from bot.domain.conversation import Conversation, EventKind
from bot.domain.direct import Direct
from bot.domain.effects import Say
from bot.domain.first_words import told
from bot.domain.happening import Heard
from bot.domain.ids import UserId
from bot.domain.sentences import Sentence, sentence


def told_apart(
    directs: Collection[Direct], people: Iterable[UserId], about: Conversation, said: tuple[Sentence, ...]
) -> list[Say]:
    """A message for each of the people, in their chat."""
    chats = {one.person: one.room for one in directs}
    first = sentence("direct.news", subject=about.subject, said=said[0])
    return [
        Say(
            chats[who],
            (first, *said[1:]),
            EventKind.NOTICE,
            about.id,
            in_thread=False,
            mention=(who,),
            tells_of=about.room,
        )
        for who in people
        if who in chats
    ]


def came_said(mail: Heard, *, is_new: bool = False) -> Sentence:
    """A mail in a line."""
    writer = mail.writer.name or mail.writer.address
    return sentence("direct.opened" if is_new else "direct.came", who=writer, words=told(mail.words))
