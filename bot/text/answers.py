"""Answers that are more than a sentence: a history, a list of conversations, one conversation, the help pages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.domain.command_table import by_name
from bot.domain.conversation import Conversation, Direction, HistoryEntry, MailRecord
from bot.domain.ids import ConversationId, UserId
from bot.domain.listing import PAGE, ConversationListing
from bot.domain.sentences import Sentence, sentence
from bot.text.card import card, short_name, shortened
from bot.text.dates import clock
from bot.text.lookalike import plain_name
from bot.text.mail_post import DIRECTION_MARK
from bot.text.rows import bulleted, row_line
from bot.text.shown import EMPTY, Shown, bold, code, foreign, handle, in_words, joined, lines, link, person, plain
from bot.text.state_notice import STATE_MARK
from bot.text.wording import has, template, typed

MAX_HISTORY: Final = 60
MAX_MAILS: Final = 30
MAX_FIRST_WORDS: Final = 80


@dataclass(frozen=True, slots=True)
class HelpRow:
    """One command: its name and group, an example as it is typed, and the sentence that says what it does."""

    name: str
    group: str
    example: str
    does: Sentence
    aliases: tuple[str, ...] = ()


def answer(
    sentences: Sequence[Sentence],
    *,
    number: ConversationId | None = None,
    permalink: str = "",
    language: str,
    names: Mapping[UserId, str],
    timezone: str,
) -> Shown:
    """Sentences one under the other, with the handle of the conversation in front.

    `permalink` makes the handle a link: for what is said outside of the thread.
    """
    said = lines(in_words(s, language=language, timezone=timezone, names=names) for s in sentences)
    if number is None or not permalink:
        return handle(number) + said
    return link(plain(f"#{number}"), permalink) + plain(" · ") + said


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
    listing: ConversationListing,
    *,
    links: Mapping[ConversationId, str],
    language: str,
    names: Mapping[UserId, str],
    now: datetime,
    timezone: str,
) -> Shown:
    """The answer to `list`: a page of it, and how the next one is had."""
    filter, total, rows = listing.filter, listing.total, listing.rows
    who = UserId(filter.removeprefix("@")) if UserId(filter) not in names else UserId(filter)
    if has(f"list.title.{filter or 'open'}"):
        title = in_words(sentence(f"list.title.{filter or 'open'}", count=total), language=language)
    else:
        title = in_words(
            sentence("list.title.person", count=total), language=language, parts={"who": person(who, names)}
        )
    if not rows:
        return lines((bold(title), in_words(sentence("list.empty"), language=language)))
    is_mixed = len({row.status for row in rows}) > 1
    items = bulleted(
        row_line(
            row,
            permalink=links.get(row.id, ""),
            language=language,
            now=now,
            timezone=timezone,
            names=names,
            with_mark=is_mixed,
        )
        for row in rows
    )
    rest = total - PAGE * (listing.page - 1) - len(rows)
    ask = f"!list {listing.word} {listing.page + 1}".replace("  ", " ")
    more = in_words(sentence("list.more", count=rest, command=ask), language=language) if rest > 0 else EMPTY
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
    between = "<br>"
    return Shown(
        "\n".join(part for part in (top.body, opened.body, items.body) if part),
        top.html + (between + opened.html if opened.html else "") + (items.html if shown else ""),
    )


def help_rows(names: Sequence[str], *, language: str) -> tuple[HelpRow, ...]:
    """The rows of these commands; their examples and sentences are the entries `example.NAME` and `help.NAME`."""
    rows = []
    for name in names:
        command = by_name(name)
        if command is None:
            continue
        example = template(language, f"example.{name}") if has(f"example.{name}") else command.example
        shown = command.name_in(language)
        others = tuple(other for other in command.names if other != shown)
        rows.append(HelpRow(name, command.group, typed(language, example), sentence(f"help.{name}"), others))
    return tuple(rows)


def help_page(rows: Sequence[HelpRow], *, language: str, is_encrypted: bool = False) -> Shown:
    """All commands with an example each, by group; for one command its own page. In an encrypted room reactions, which
    are not encrypted, send nothing."""
    if len(rows) == 1:
        return _help_of_one(rows[0], language)
    pages = [in_words(sentence("help.title"), language=language)]
    html = f"<b>{pages[0].html}</b>"
    for group in dict.fromkeys(row.group for row in rows):
        title = in_words(sentence(f"help.group.{group}"), language=language)
        items = bulleted(_help_line(row, language) for row in rows if row.group == group)
        pages.append(Shown(f"\n{title.body}\n{items.body}", ""))
        html += f"<p><b>{title.html}</b></p>{items.html}"
    keys = ("help.where", "help.reactions")
    foot = lines(in_words(sentence(f"{key}_encrypted" if is_encrypted else key), language=language) for key in keys)
    plain_page = "\n".join(part.body for part in pages) + f"\n\n{foot.body}"
    return Shown(plain_page, html + f"<p>{foot.html}</p>")


def _help_line(row: HelpRow, language: str) -> Shown:
    return code(row.example) + plain(" — ") + in_words(row.does, language=language)


def _help_of_one(row: HelpRow, language: str) -> Shown:
    parts = [bold(code(row.example)), in_words(row.does, language=language)]
    if has(f"help.{row.name}.more"):
        parts.append(in_words(sentence(f"help.{row.name}.more"), language=language))
    if row.aliases:
        others = joined((code(f"!{other}") for other in row.aliases), ", ")
        parts.append(in_words(sentence("help.also"), language=language, parts={"names": others}))
    return lines(parts)


def _history_line(
    entry: HistoryEntry, *, language: str, names: Mapping[UserId, str], now: datetime, timezone: str
) -> Shown:
    when = plain(clock(entry.at, now=now, language=language, timezone=timezone))
    who = person(entry.actor, names) if entry.actor else in_words(sentence("history.nobody"), language=language)
    detail = _detail(entry.detail, language, names)
    action = "history.taken" if entry.action == "history.assigned" and entry.actor == entry.detail else entry.action
    said = in_words(sentence(action), language=language, parts={"who": who, "detail": detail})
    return when + plain(" · ") + said


def _detail(detail: str, language: str, names: Mapping[UserId, str]) -> Shown:
    if (user := UserId(detail)) in names or (detail.startswith("@") and ":" in detail):
        return person(user, names)
    for place in ("status", "bounce"):
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
    words = shortened(plain_name(" ".join(mail.text[:1000].split())), MAX_FIRST_WORDS)
    return plain(f"{mark} ") + joined((when, who, foreign(words)))


def _titled(title: Shown, items: Shown, foot: Shown = EMPTY) -> Shown:
    return Shown(
        "\n".join(part for part in (title.body, items.body, foot.body) if part),
        f"<b>{title.html}</b> {items.html}{foot.html}",
    )
