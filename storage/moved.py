"""The marks of databases that are not served: of one that was left, one not whole yet, one with erased people in it."""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Row, Select, select

from storage.faults import Moved, NotErased
from storage.schema.bookkeeping import instance

LEFT: Final = "moved_to"
UNFINISHED: Final = "move_unfinished"
ERASE_LISTED: Final = "erase_listed"
"""In a backup that was put back, until who was erased since is out of it."""
_MARKS = select(instance.c.name, instance.c.value).where(instance.c.name.in_((LEFT, UNFINISHED, ERASE_LISTED)))
Ask = Callable[[Select[Any]], Awaitable[Sequence[Row[Any]]]]


@dataclass(frozen=True, slots=True)
class Marks:
    """What a database says of moves, and of its restore."""

    left_by: str = ""
    """The move that took its rows elsewhere."""
    to: str = ""
    """Where they are, without a password."""
    unfinished: str = ""
    """The move that was to bring its rows, and has not ended."""
    is_not_erased: bool = False
    """Who was erased since the backup was made is still in it."""

    def refuse(self) -> None:
        """Raises: Moved, NotErased"""
        if self.is_not_erased:
            raise NotErased
        if self.unfinished:
            raise Moved("")
        if self.left_by:
            raise Moved(self.to)


async def marks(ask: Ask) -> Marks:
    """Those of a database that may be asked."""
    return read({str(row.name): str(row.value) for row in await ask(_MARKS)})


def read(found: Mapping[str, str]) -> Marks:
    """The marks among the facts of `instance`, by name."""
    left = json.loads(found[LEFT]) if LEFT in found else {}
    return Marks(str(left.get("move", "")), str(left.get("to", "")), found.get(UNFINISHED, ""), ERASE_LISTED in found)


def left(move: str, to: str) -> dict[str, str]:
    """The row that says where everything is now."""
    return {"name": LEFT, "value": json.dumps({"move": move, "to": to})}


def unfinished(move: str) -> dict[str, str]:
    """The row of a database that does not hold everything yet."""
    return {"name": UNFINISHED, "value": move}
