"""The files of a mail, as one line each."""

from collections.abc import Sequence
from typing import Final

from bot.domain.files import harmless_name, starts_program
from bot.domain.mail import Attachment
from bot.domain.sentences import sentence
from bot.text.inert import inert_text
from bot.text.lookalike import plain_name
from bot.text.reader import Reader
from bot.text.shown import Shown, foreign, in_words, lines, plain
from bot.text.wording import say, size_words

MAX_FILES: Final = 20


def files_shown(files: Sequence[Attachment]) -> tuple[Attachment, ...]:
    """The files that a mail's message lists: pictures in the text are shown in their place instead."""
    return tuple(file for file in files if not file.inline)


def posted_name(filename: str) -> str:
    """The name of a posted file: it starts no program, and no client finds a person or room in it."""
    return inert_text(harmless_name(filename))


def posted_type(filename: str, content_type: str) -> str:
    """The media type under which a file is posted: a program is mere bytes to every client."""
    return "application/octet-stream" if starts_program(filename) else content_type


def file_lines(files: Sequence[Attachment], reader: Reader, more: str = "file.more") -> Shown:
    """The files as `📎 paper.pdf (84 kB)`, one under the other, then how many more there are.

    Args:
        more: the sentence of that, which says where they are.
    """
    shown = lines(_file_line(file, reader) for file in files[:MAX_FILES])
    if len(files) > MAX_FILES:
        shown = lines((shown, in_words(sentence(more, count=len(files) - MAX_FILES), reader)))
    return shown


def file_names(files: Sequence[Attachment], language: str) -> list[str]:
    """The same lines for a mail, which links and mentions nothing."""
    named = [f"📎 {plain_name(file.filename)}{_size(file, language)}" for file in files[:MAX_FILES]]
    more = sentence("file.more_thread", count=len(files) - MAX_FILES)
    return [*named, say(language, more)] if len(files) > MAX_FILES else named


def _size(file: Attachment, language: str) -> str:
    return f" ({size_words(language, file.size)})" if file.size else ""


def _file_line(file: Attachment, reader: Reader) -> Shown:
    shown = plain("📎 ") + foreign(plain_name(file.filename)) + plain(_size(file, reader.language))
    if not starts_program(file.filename):
        return shown
    return shown + plain(" ") + in_words(sentence("file.program"), reader)
