"""The structured log on standard error: one line per input and per effect, with ids and never a mail's words."""

from __future__ import annotations

import asyncio
import logging
import re
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from typing import Final, TextIO

import structlog
from structlog.typing import EventDict, ExcInfo, Processor, WrappedLogger

HIDDEN: Final = "[hidden]"
_QUIET: Final[Mapping[str, int]] = {
    # aioimaplib writes whole mails and the LOGIN line at DEBUG; nio writes event bodies at INFO and access tokens
    # within URLs at DEBUG; the others only repeat what our own lines say.
    "aioimaplib": logging.WARNING,
    "aiosmtplib": logging.WARNING,
    "nio": logging.WARNING,
    "peewee": logging.WARNING,
    "asyncio": logging.WARNING,
    "aiohttp": logging.WARNING,
    "aiosqlite": logging.WARNING,
    "asyncpg": logging.WARNING,
    "sqlalchemy": logging.WARNING,
    "alembic": logging.WARNING,
    "apscheduler": logging.WARNING,
    "charset_normalizer": logging.ERROR,
    "jsonschema": logging.WARNING,
    "MARKDOWN": logging.WARNING,
}
_NEVER_WRITTEN: Final = frozenset(
    {"address", "body", "from", "html", "password", "recipient", "sender", "subject", "text", "to", "token", "words"}
)
"""Keys that no line may have: a value under one is taken for an oversight and hidden."""
# A mail address has a local part before its @; a Matrix id (`@alice:example.org`) has none and stays: it is what an
# operator needs to find a member's command. Lengths are bounded, so that a long line costs no more than its length.
_ADDRESS: Final = re.compile(
    r"[^\s@<>\"'(),;:=\[\]]{1,100}@[^\s@<>\"'(),;:=\[\]]{1,255}"
    # A local part that ends like `user=@alice:example.org` begins: a Matrix id only where a server name follows, which
    # is in small letters (Matrix specification, appendix "Server name"); else it is hidden.
    r"|[^\s@<>\"(),;\[\]]{0,99}[=:']@[^\s@<>\"'(),;:=\[\]]{1,255}+(?!:[a-z0-9\[])"
)
_SECRET: Final = re.compile(
    r"(?i)\b(?:bearer\s+|(?:access_?token|password|passwd|secret|authorization|pickle_?key)[\"']?\s*[=:]\s*[\"']?)"
    r"[^\s\"',}&]{1,4096}"
)
_TOKEN: Final = re.compile(r"\b(?:syt|mat|mct|mcr|mpt)_[A-Za-z0-9_=-]{8,512}")
_URL_PASSWORD: Final = re.compile(r"(?<=://)[^\s/@]{1,256}:[^\s/@]{1,256}(?=@)")


def redacted(text: str) -> str:
    """`text` without anything that looks like a mail address, a token or a password: the last net, not the rule."""
    if "@" in text:
        text = _URL_PASSWORD.sub(HIDDEN, text)
        text = _ADDRESS.sub(HIDDEN, text)
    return _TOKEN.sub(HIDDEN, _SECRET.sub(HIDDEN, text))


def set_up(*, level: str = "info", format: str = "auto", stream: TextIO | None = None) -> None:
    """Send every log line of the process to `stream` (standard error). May be called again.

    `format` is `json`, `console`, or `auto`: console on a terminal.
    """
    out = stream or sys.stderr
    as_console = format == "console" or (format == "auto" and out.isatty())
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.ExceptionRenderer(_stack),
        _redact,
    ]
    last: Processor = (
        structlog.dev.ConsoleRenderer(colors=out.isatty(), exception_formatter=structlog.dev.plain_traceback)
        if as_console
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            Few(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name, least in _QUIET.items():
        logging.getLogger(name).setLevel(least)
    logging.captureWarnings(True)


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    """A logger; bind ids to it (`effect`, `conversation`, `mailbox`), or to the task by `context`."""
    logger: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return logger


class LoopFaults:
    """Asyncio's exception handler: of each kind of fault one line a minute, with how many were left out.

    A process without free files would else tell each attempt to accept a connection: two megabytes a second.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._told: dict[str, float] = {}
        self._left_out: dict[str, int] = {}

    def __call__(self, loop: asyncio.AbstractEventLoop, context: dict[str, object]) -> None:
        error = context.get("exception")
        what = f"{context.get('message', '')}: {type(error).__name__}"
        now = self._clock()
        if now - self._told.get(what, -_TOLD_EACH) < _TOLD_EACH:
            self._left_out[what] = self._left_out.get(what, 0) + 1
            return
        self._told[what] = now
        get_logger("loop").error("loop_fault", what=what, left_out=self._left_out.pop(what, 0), exc_info=error)


_TOLD_EACH: Final = 60.0
"""Seconds."""

context = structlog.contextvars.bound_contextvars
"""`with context(effect=12):` adds ids to every line that is written within, by this task."""


class Few:
    """At most so many lines a minute of one name, where others choose how often there is one: a homeserver that sends a
    thousand broken events writes no thousand lines. The next one that is written tells how many were left out."""

    _PREFIX: Final = "matrix_"
    _MOST: Final = 30
    _SECONDS: Final = 60.0

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._counted: dict[str, tuple[float, int]] = {}

    def __call__(self, logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
        name = event.get("event")
        if not isinstance(name, str) or not name.startswith(self._PREFIX):
            return event
        now = self._clock()
        since, count = self._counted.get(name, (now, 0))
        if now - since >= self._SECONDS:
            left_out = max(0, count - self._MOST)
            self._counted[name] = (now, 1)
            return {**event, "left_out": left_out} if left_out else event
        self._counted[name] = (since, count + 1)
        if count >= self._MOST:
            raise structlog.DropEvent
        return event


def _redact(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    return {key: HIDDEN if key in _NEVER_WRITTEN else _without_secrets(value) for key, value in event.items()}


def _without_secrets(value: object) -> object:
    match value:
        case str():
            return redacted(value)
        case bool() | int() | float() | None:
            return value
        case logging.LogRecord():
            return value
        case tuple() | list() | set() | frozenset():
            return [_without_secrets(one) for one in value]
        case Mapping():
            return {key: HIDDEN if key in _NEVER_WRITTEN else _without_secrets(one) for key, one in value.items()}
        case _:
            return redacted(str(value))


# --- stacks -----------------------------------------------------------------------------------------------------------

_PLAIN: Final = (OSError, AttributeError, NameError, TypeError, ImportError, MemoryError, RecursionError)
"""Exceptions whose words come from the machine or the code; those of others may quote a mail and are hidden."""
_DEEPEST: Final = 10


def _stack(exc_info: ExcInfo) -> str:
    return "\n".join(_lines_of(exc_info[1], 0))


def _lines_of(error: BaseException, depth: int) -> Iterator[str]:
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None and depth < _DEEPEST:
        yield from _lines_of(before, depth + 1)
        yield "then:"
    for frame in traceback.format_tb(error.__traceback__):
        yield frame.rstrip("\n")
    yield f"{type(error).__name__}: {_words_of(error)}"
    if isinstance(error, BaseExceptionGroup) and depth < _DEEPEST:
        for one in error.exceptions:
            yield "one of the group:"
            yield from _lines_of(one, depth + 1)


def _words_of(error: BaseException) -> str:
    ours = type(error).__module__.partition(".")[0] in {"bot", "storage"}
    return str(error) if ours or isinstance(error, _PLAIN) else HIDDEN
