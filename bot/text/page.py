"""Renders a page, an answer that is more than a sentence: one function for each kind of block."""

from typing import assert_never

from bot.domain.page import (
    Block,
    Bullets,
    CardOf,
    Chart,
    Dated,
    File,
    FoundLine,
    Line,
    MailLine,
    More,
    Page,
    Paragraph,
    Picture,
    RowOf,
    Table,
    WholeMail,
)
from bot.domain.sentences import Sentence, sentence
from bot.text.card import card
from bot.text.dates import clock
from bot.text.lookalike import plain_name
from bot.text.reader import Reader
from bot.text.rows import bulleted, mail_head, mail_line, row_line
from bot.text.shown import EMPTY, Shown, bold, foreign, handle, in_words, joined, lines, link, plain


def page(shown: Page, reader: Reader) -> Shown:
    """The page as one message, without its files and pictures."""
    said = EMPTY
    before: Block | None = None
    if shown.title is not None:
        title = in_words(shown.title, reader)
        said = Shown(handle(shown.conversation).body + title.body, bold(handle(shown.conversation) + title).html)
    for block in shown.blocks:
        part = _block(block, reader)
        if part.body or part.html:
            said = _joined(said, before, block, part)
            before = block
    return said


def _joined(said: Shown, before: Block | None, block: Block, part: Shown) -> Shown:
    """A block under those before it; the blank is for clients that show a message with its tags taken out."""
    if not said.body:
        return part
    match block:
        case Paragraph() if isinstance(before, Bullets | Table):
            return Shown(f"{said.body}\n\n{part.body}", f"{said.html}<p>{part.html}</p>")
        case Paragraph():
            return Shown(f"{said.body}\n{part.body}", f"{said.html} <br>{part.html}")
        case Bullets(title=title) if title is not None:
            return Shown(f"{said.body}\n\n{part.body}", said.html + part.html)
        case Bullets() if before is None:
            return Shown(f"{said.body}\n{part.body}", f"{said.html} {part.html}")
        case _:
            return Shown(f"{said.body}\n{part.body}", said.html + part.html)


def _block(block: Block, reader: Reader) -> Shown:
    match block:
        case Paragraph(sentences):
            return lines(in_words(one, reader) for one in sentences)
        case Bullets(rows, title):
            items = bulleted(_line(one, reader) for one in rows) if rows else EMPTY
            if title is None:
                return items
            head = in_words(title, reader)
            return Shown(f"{head.body}\n{items.body}", f"<p>{bold(head).html}</p>{items.html}")
        case Table():
            return _table(block, reader)
        case CardOf():
            return _card(block, reader)
        case WholeMail():
            return _whole(block, reader)
        case More(count, command, is_pages):
            key = "list.more_pages" if is_pages else "list.more"
            return in_words(sentence(key, count=count, command=command), reader)
        case File() | Picture() | Chart():
            return EMPTY
        case _ as unreachable:
            assert_never(unreachable)


def _line(line: Line, reader: Reader) -> Shown:
    match line:
        case Sentence():
            return in_words(line, reader)
        case Dated(at, said):
            return plain(clock(at, reader) + " · ") + in_words(said, reader)
        case RowOf(conversation, with_mark):
            return row_line(conversation, reader, with_person=True, with_mark=with_mark)
        case MailLine(record):
            return mail_line(record, reader)
        case FoundLine():
            return _found(line, reader)
        case _ as unreachable:
            assert_never(unreachable)


def _found(line: FoundLine, reader: Reader) -> Shown:
    row = row_line(line.conversation, reader, with_person=True, with_mark=True)
    words = EMPTY
    for piece in line.words:
        # The blanks between what was found and the words around it stand at the ends of the pieces.
        before, after = (" " if end == " " else "" for end in (piece.text[:1], piece.text[1:][-1:]))
        shown = foreign(plain_name(piece.text))
        words += plain(before) + (bold(shown) if piece.is_found else shown) + plain(after)
    if not words.body.strip():
        return row
    mark = plain("📝 " if line.is_note else "📎 " if line.is_file else "")
    return Shown(f"{row.body}\n   {mark.body}{words.body}", f"{row.html}<br>{mark.html}{words.html}")


def _whole(block: WholeMail, reader: Reader) -> Shown:
    head = bold(mail_head(block.record, reader))
    if block.is_begun:
        head += plain(" ") + in_words(sentence("show.goes_on"), reader)
    every = [head, *(foreign(line) for line in block.text.strip("\n").split("\n"))]
    every += [plain("…")] if block.goes_on else []
    return Shown("\n".join(one.body for one in every), "<p>" + "<br>".join(one.html for one in every) + "</p>")


def _card(block: CardOf, reader: Reader) -> Shown:
    one = block.conversation
    top = card(one, reader)
    permalink = reader.links.get(one.id, "")
    if not permalink:
        return top
    opened = link(in_words(sentence("show.open"), reader), permalink)
    return Shown(f"{top.body}\n{opened.body} {permalink}", f"{top.html}<br>{opened.html}")


def _table(table: Table, reader: Reader) -> Shown:
    head = [in_words(one, reader) for one in table.head]
    rows = [[_line(cell, reader) for cell in row] for row in table.rows]
    body = "\n".join(joined(row).body for row in (head, *rows))
    cells = "".join(f"<th>{one.html}</th>" for one in head)
    under = "".join("<tr>" + "".join(f"<td>{cell.html}</td>" for cell in row) + "</tr>" for row in rows)
    return Shown(body, f"<table><thead><tr>{cells}</tr></thead><tbody>{under}</tbody></table>")
