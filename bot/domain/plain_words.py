"""Plain words as the Markdown that says just them: whoever writes in a mail client knows of no marks."""

import re
from typing import Final

_MARKS: Final = re.compile(r"[\\`*\[\]{}|]|(?<![^\W_])_|_(?![^\W_])")
_REFERENCE: Final = re.compile(r"&(?=#?\w{1,32};)")
_LINE: Final = re.compile(r"(?P<blank>[ \t]*)(?:(?P<number>\d{1,9})(?P<after>[.)])(?=[ \t]|$)|(?P<mark>[#>+-]))?")
_UNDERLINE: Final = re.compile(r"[ \t]*(?:=+|~~~+)")
_NO_BREAK: Final = "\u00a0"
_MOST_PLAIN_BLANKS: Final = 3


def as_markdown(words: str) -> str:
    """The Markdown that is shown, and mailed, as these plain words."""
    return "\n".join(map(_line, words.replace("\r\n", "\n").replace("\r", "\n").split("\n")))


def _line(line: str) -> str:
    found = _LINE.match(line)
    assert found is not None, "everything in it may be missing"
    blank, rest = found["blank"], line[found.end() :]
    if len(blank) > _MOST_PLAIN_BLANKS or "\t" in blank:
        # Four of them begin a block of code.
        blank = _NO_BREAK * len(blank.expandtabs(4))
    if found["number"]:
        start = f"{found['number']}\\{found['after']}"
    else:
        start = f"\\{found['mark']}" if found["mark"] else ""
    if _UNDERLINE.match(line):
        # Under a line of words it would make a heading, or begin a block of code.
        start = _NO_BREAK
    return blank + start + _REFERENCE.sub("&amp;", _MARKS.sub(r"\\\g<0>", rest))
