"""Tells tables of data from tables that only lay a page out."""

from typing import Final

from lxml import etree

_MAX_COLUMNS: Final = 8
_CELL_CHARS: Final = 160


def is_data_table(table: etree._Element) -> bool:
    """Whether a table holds data: it has heads, or a regular grid of short cells. Tables of layout have neither."""
    if (table.get("role") or "").lower() in ("presentation", "none"):
        return False
    if next(table.iterdescendants("table"), None) is not None:
        return False
    rows: list[list[etree._Element]] = []
    for row in table.iterdescendants("tr"):
        rows.append([cell for cell in row if cell.tag in ("td", "th")])
        if len(rows) > 400:
            break
    widest = max(map(len, rows), default=0)
    if widest < 2 or widest > _MAX_COLUMNS or len(rows) < 2:
        return False
    if next(table.iterdescendants("th"), None) is not None:
        return True
    full = 0
    for cells in rows[:60]:
        words = 0
        for cell in cells:
            if next(cell.iterdescendants("img", "ul", "ol", "blockquote", "hr"), None) is not None:
                return False
            length = len("".join(map(str, cell.itertext())).strip())
            if length > _CELL_CHARS:
                return False
            words += length > 0
        full += words >= 2
    return full >= 2 and full * 2 >= len(rows[:60])
