"""What the log writes at its most talkative, as an operator would read it."""

import contextlib
import io
import logging
from collections.abc import Iterator

from bot.process import log
from tests.fakes.plain_log import plain_log


@contextlib.contextmanager
def logged() -> Iterator[io.StringIO]:
    """Within the block; everything is put back afterwards."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    levels = {name: logging.getLogger(name).level for name in log._QUIET}
    stream = io.StringIO()
    log.set_up(level="debug", format="json", stream=stream)
    try:
        yield stream
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
        for name, before in levels.items():
            logging.getLogger(name).setLevel(before)
        logging.captureWarnings(False)
        plain_log()
