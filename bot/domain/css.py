"""Inline styles: whether an element is seen, read from its `style` attribute."""

import re

# A quantifier is bounded everywhere: styles are written by strangers.
_HIDES = re.compile(
    r"(?:^|[;\s])(?:"
    r"display\s{0,9}:\s{0,9}none"
    r"|visibility\s{0,9}:\s{0,9}(?:hidden|collapse)"
    r"|opacity\s{0,9}:\s{0,9}0(?:\.0{1,9})?\s{0,9}(?:;|!|$)"
    r"|max-height\s{0,9}:\s{0,9}0(?:\.0{1,9})?(?:px|pt|em|rem|%)?\s{0,9}(?:;|!|$)"
    r")",
    re.IGNORECASE,
)
_FONT_SIZE = re.compile(
    r"(?:^|[;\s])font(?:-size)?\s{0,9}:\s{0,9}(?:[a-z ]{0,40}?)(\d{0,5}(?:\.\d{0,9})?)\s{0,4}(px|pt|em|rem|%|/|;|!|$)",
    re.IGNORECASE,
)
_FONT_SIZE_NAMED = re.compile(
    r"(?:^|[;\s])font-size\s{0,9}:\s{0,9}(?:xx?-|x-)?(?:small|medium|large|smaller|larger|initial)", re.IGNORECASE
)
_STYLE_LIMIT = 4000
"""Characters of a style attribute that are looked at."""


def hides(style: str) -> bool:
    """Whether the style hides the element and everything in it.

    `mso-hide:all` does not count: it hides from Outlook only, and buttons that everybody else sees carry it.
    """
    return bool(_HIDES.search(style[:_STYLE_LIMIT]))


def font_size_is_zero(style: str) -> bool | None:
    """Whether text has no size here; None if the style does not say, so that the parent's holds.

    A zero on a container is undone by its children (layout generators rely on it): it concerns text, not boxes.
    """
    style = style[:_STYLE_LIMIT]
    if "font" not in style and "FONT" not in style.upper():
        return None
    found = _FONT_SIZE.search(style)
    if found is not None and found[1] not in ("", "."):
        return float(found[1]) == 0
    return False if _FONT_SIZE_NAMED.search(style) else None
