"""Regular expressions that are compiled at their first use: reading one mail takes few of the hundreds there are."""

from __future__ import annotations

import re
from typing import AnyStr, cast


def pattern(source: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """As `re.compile`, but only when first asked for anything.

    Raises:
        re.error: at the first use, where the source is wrong.
    """
    return cast("re.Pattern[AnyStr]", _Deferred(source, flags))


_METHODS = ("search", "match", "fullmatch", "sub", "subn", "split", "findall", "finditer")


class _Deferred:
    """Becomes its own set of bound methods, so that later uses cost an attribute and no more."""

    def __init__(self, source: str | bytes, flags: int) -> None:
        self._source = source
        self._flags = flags

    def __getattr__(self, name: str) -> object:
        # Only asked where the attribute is not there yet.
        compiled = re.compile(self._source, self._flags)
        self.__dict__.update((method, getattr(compiled, method)) for method in _METHODS)
        return getattr(compiled, name)
