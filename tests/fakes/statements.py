"""SQLAlchemy's compiled statements, kept for the whole process: a test opens many databases, a bot one."""

from typing import Any

from sqlalchemy.engine.base import Engine
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.util import LRUCache

_STATEMENTS = 2000
"""Far more than there are."""


def keep_compiled() -> None:
    """For the rest of this process. Each engine would compile its statements anew, a third of what a fake house costs.

    A compiled statement is found again by its dialect, so engines of one kind share that too.
    """
    kept: dict[type[Dialect], tuple[Dialect, LRUCache[Any, Any]]] = {}
    plain = Engine.__init__

    def engine(self: Engine, pool: Any, dialect: Dialect, url: Any, **options: Any) -> None:
        known = kept.get(type(dialect))
        if known is None or known[0].server_version_info is None:
            # The engine of the one before has never reached a server: that alone would have made it ready.
            known = kept[type(dialect)] = dialect, LRUCache(_STATEMENTS)
        shared, cache = known
        plain(self, pool, shared, url, **options)
        self._compiled_cache = cache

    Engine.__init__ = engine  # type: ignore[method-assign, assignment]
