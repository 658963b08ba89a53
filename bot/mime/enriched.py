"""text/enriched and its forerunner text/richtext as plain text."""

from __future__ import annotations

import re
from typing import Final

from bot.domain.patterns import pattern

_COMMAND: Final = pattern(r"<(/?)([A-Za-z-]{1,60})>")
_PARAMETER: Final = pattern(r"<param>[^<]{0,1000}+</param>", re.IGNORECASE)


def enriched_text(text: str) -> str:
    """RFC 1896: commands out, `<<` is a bracket, one line break is a blank and n breaks are n-1."""
    text = _PARAMETER.sub("", text)
    text = _COMMAND.sub(lambda match: "\n" if match[2].lower() in ("nl", "np", "paragraph") else "", text)
    text = text.replace("<<", "<")
    return re.sub(r"\n+", lambda run: " " if len(run[0]) == 1 else run[0][1:], text)
