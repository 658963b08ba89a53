"""The rows of the board and of lists: a line for each conversation or mail."""

from collections.abc import Iterable
from typing import Final

from bot.domain.conversation import Conversation, Direction, MailRecord
from bot.domain.ids import ConversationId
from bot.text.card import draft_of, mark_of, short_name, shortened, subject_words, tags_of, until
from bot.text.dates import clock, day
from bot.text.lookalike import plain_name
from bot.text.mail_post import DIRECTION_MARK
from bot.text.reader import Reader
from bot.text.shown import EMPTY, Shown, foreign, joined, link, person, plain
from bot.text.state_notice import STATE_MARK

MAX_SUBJECT: Final = 60
MAX_NAME: Final = 40
MAX_FIRST_WORDS: Final = 80
MAX_TAGS: Final = 3
"""Tags of a row: thirty rows fit into one event."""


def row_line(
    conversation: Conversation,
    reader: Reader,
    *,
    with_person: bool = False,
    with_mark: bool = False,
) -> Shown:
    """A row as `#142 Marie Tartempion · Inscription à l’atelier · 26 Nov 11:04`: the time is since when Marie waits,
    or when it comes back.

    Args:
        with_person: name who has the conversation, where the rows are of several people.
        with_mark: show the status, where the rows have several.
    """
    number = _number(conversation.id, reader)
    if conversation.goes_on_as is not None:
        number += plain(" → ") + _number(conversation.goes_on_as, reader)
    name = foreign(shortened(short_name(conversation.correspondent), MAX_NAME))
    subject = subject_words(shortened(plain_name(conversation.subject), MAX_SUBJECT), reader)
    whose = EMPTY
    if with_person and conversation.assignee is not None:
        whose = person(conversation.assignee, reader)
    draft = EMPTY
    if with_person and conversation.open_draft is not None:
        draft = draft_of(conversation.open_draft, reader)
    at = until(conversation, reader) if conversation.is_snoozed else plain(day(conversation.waiting_since, reader))
    since = Shown(at.body.replace(" ", "\u00a0"), at.html.replace(" ", "\u00a0"))
    mark = plain(f"{mark_of(conversation)} ") if with_mark else EMPTY
    return mark + joined((number + plain(" ") + name, subject, tags_of(conversation, MAX_TAGS), whose, draft, since))


def _number(number: ConversationId, reader: Reader) -> Shown:
    return link(plain(f"#{number}"), reader.links.get(number, ""))


def mail_line(mail: MailRecord, reader: Reader) -> Shown:
    """A mail as `✉️ 11:05 · Marie · Bonjour`: its state, time, writer and first words."""
    words = shortened(plain_name(" ".join(mail.text[:1000].split())), MAX_FIRST_WORDS)
    return joined((mail_head(mail, reader), foreign(words)))


def mail_head(mail: MailRecord, reader: Reader) -> Shown:
    """A mail as `✉️ 11:05 · Marie`: its state, time and writer."""
    mark = DIRECTION_MARK[mail.direction]
    if mail.direction is Direction.OUT and mail.state is not None:
        mark = STATE_MARK[mail.state]
    if mail.direction is Direction.OUT and mail.author is not None:
        who = person(mail.author, reader)
    else:
        who = foreign(short_name(mail.from_[0])) if mail.from_ else EMPTY
    when = plain(clock(mail.date, reader))
    return plain(f"{mark} ") + joined((when, who))


def bulleted(items: Iterable[Shown]) -> Shown:
    """The items as a list: points in the HTML, lines in the plain body."""
    kept = list(items)
    return Shown(
        "\n".join(item.body for item in kept), "<ul>" + " ".join(f"<li>{item.html}</li>" for item in kept) + "</ul>"
    )
