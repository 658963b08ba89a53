"""Answers that are more than a sentence: a history, a list of conversations, one conversation, the help pages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.domain.conversation import Conversation, Direction, HistoryEntry, MailRecord
from bot.domain.ids import ConversationId, UserId
from bot.domain.sentences import Sentence, sentence
from bot.text.board import BoardRow, bulleted, row_line
from bot.text.card import card, short_name
from bot.text.dates import clock
from bot.text.lookalike import plain_name
from bot.text.mail_post import DIRECTION_MARK, cut_text
from bot.text.shown import EMPTY, Shown, bold, code, foreign, handle, in_words, joined, lines, link, person, plain
from bot.text.state_notice import STATE_MARK
from bot.text.wording import has, template

MAX_HISTORY: Final = 60
MAX_LIST: Final = 50
MAX_MAILS: Final = 30


@dataclass(frozen=True, slots=True)
class HelpRow:
    """One command: its name, an example as it is typed, and the entry that says what it does."""

    name: str
    example: str
    does: Sentence


def answer(
    sentences: Sequence[Sentence],
    *,
    number: ConversationId | None = None,
    mark: str = "",
    language: str,
    names: Mapping[UserId, str],
    timezone: str,
) -> Shown:
    """Sentences one under the other, with the handle of the conversation in front."""
    said = lines(in_words(s, language=language, timezone=timezone, names=names) for s in sentences)
    return handle(number, mark) + said


def history_listing(
    entries: Sequence[HistoryEntry],
    *,
    number: ConversationId,
    language: str,
    names: Mapping[UserId, str],
    now: datetime,
    timezone: str,
) -> Shown:
    """Who did what and when, oldest first; of a long history the newest entries."""
    kept = sorted(entries, key=lambda entry: entry.at)[-MAX_HISTORY:]
    title = handle(number) + in_words(sentence("history.title", count=len(entries)), language=language)
    if not kept:
        return title
    items = bulleted(_history_line(e, language=language, names=names, now=now, timezone=timezone) for e in kept)
    return _titled(title, items)


def conversation_list(
    rows: Sequence[BoardRow],
    *,
    filter: str,
    total: int,
    language: str,
    names: Mapping[UserId, str],
    now: datetime,
    timezone: str,
) -> Shown:
    """The answer to `list`; `filter` is the word asked for, or a user id; `total` counts also what is not shown."""
    who = UserId(filter.removeprefix("@")) if UserId(filter) not in names else UserId(filter)
    if has(f"list.title.{filter or 'open'}"):
        title = in_words(sentence(f"list.title.{filter or 'open'}", count=total), language=language)
    else:
        title = in_words(
            sentence("list.title.person", count=total), language=language, parts={"who": person(who, names)}
        )
    if not rows:
        return lines((bold(title), in_words(sentence("list.empty"), language=language)))
    shown = rows[:MAX_LIST]
    items = bulleted(row_line(row, language=language, names=names, now=now) for row in shown)
    rest = total - len(shown)
    more = in_words(sentence("list.more", count=rest), language=language) if rest > 0 else EMPTY
    return _titled(title, items, more)


def conversation_details(
    conversation: Conversation,
    mails: Sequence[MailRecord],
    *,
    permalink: str,
    links: Mapping[ConversationId, str],
    language: str,
    names: Mapping[UserId, str],
    now: datetime,
    timezone: str,
) -> Shown:
    """The answer to `show`: the card again, a link to it, and its mails, oldest first."""
    top = card(conversation, language=language, names=names, links=links, now=now, timezone=timezone)
    opened = link(in_words(sentence("show.open"), language=language), permalink) if permalink else EMPTY
    if opened.body:
        opened = Shown(f"{opened.body} {permalink}", opened.html)
    shown = sorted(mails, key=lambda mail: (mail.date, mail.row))[-MAX_MAILS:]
    items = bulleted(_mail_line(m, language=language, names=names, now=now, timezone=timezone) for m in shown)
    between = "" if top.html.endswith("</blockquote>") else "<br>"
    return Shown(
        "\n".join(part for part in (top.body, opened.body, items.body) if part),
        top.html + (between + opened.html if opened.html else "") + (items.html if shown else ""),
    )


def help_rows(names: Sequence[str], *, language: str, prefix: str = "!") -> tuple[HelpRow, ...]:
    """The rows of these commands, from the catalogue (`example.NAME`, `help.NAME`)."""
    return tuple(
        HelpRow(name, template(language, f"example.{name}").replace("!", prefix, 1), sentence(f"help.{name}"))
        for name in names
    )


def help_page(rows: Sequence[HelpRow], *, language: str) -> Shown:
    """All commands with an example each; for one command its own page."""
    if len(rows) == 1:
        row = rows[0]
        does = in_words(row.does, language=language)
        more = in_words(sentence(f"help.{row.name}.more"), language=language)
        known = more if has(f"help.{row.name}.more") else EMPTY
        return lines((bold(code(row.example)), does, known))
    title = in_words(sentence("help.title"), language=language)
    items = bulleted(code(row.example) + plain(" — ") + in_words(row.does, language=language) for row in rows)
    foot = lines(in_words(sentence(key), language=language) for key in ("help.where", "help.reactions"))
    return _titled(title, items, foot)


def prepared_text(text: str, *, number: ConversationId, budget: int = 40_000) -> tuple[Shown, bool]:
    """The whole text of a mail, e.g. for `show all`, and whether it was cut."""
    words, was_cut = cut_text(text, budget // 3)
    said = foreign(words)
    return handle(number) + Shown(said.body, f"<br>{said.html}"), was_cut


def _history_line(
    entry: HistoryEntry, *, language: str, names: Mapping[UserId, str], now: datetime, timezone: str
) -> Shown:
    when = plain(clock(entry.at, now=now, language=language, timezone=timezone))
    who = person(entry.actor, names) if entry.actor else in_words(sentence("history.nobody"), language=language)
    detail = _detail(entry.detail, language, names)
    said = in_words(sentence(entry.action), language=language, parts={"who": who, "detail": detail})
    return when + plain(" · ") + said


def _detail(detail: str, language: str, names: Mapping[UserId, str]) -> Shown:
    if (user := UserId(detail)) in names or (detail.startswith("@") and ":" in detail):
        return person(user, names)
    for place in ("status", "reason"):
        if detail and has(f"{place}.{detail}"):
            return in_words(sentence(f"{place}.{detail}"), language=language)
    return foreign(plain_name(detail))


def _mail_line(mail: MailRecord, *, language: str, names: Mapping[UserId, str], now: datetime, timezone: str) -> Shown:
    mark = DIRECTION_MARK[mail.direction]
    if mail.direction is Direction.OUT and mail.state is not None:
        mark = STATE_MARK[mail.state]
    if mail.direction is Direction.OUT and mail.author is not None:
        who = person(mail.author, names)
    else:
        who = foreign(short_name(mail.from_[0])) if mail.from_ else EMPTY
    when = plain(clock(mail.date, now=now, language=language, timezone=timezone))
    first = next((line for line in map(plain_name, mail.text.splitlines()) if line), "")
    return plain(f"{mark} ") + joined((when, who, foreign(first[:100] + ("…" if len(first) > 100 else ""))))


def _titled(title: Shown, items: Shown, foot: Shown = EMPTY) -> Shown:
    return Shown(
        "\n".join(part for part in (title.body, items.body, foot.body) if part),
        f"<b>{title.html}</b>{items.html}{foot.html}",
    )
