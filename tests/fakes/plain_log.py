"""The log as tests show it."""

import structlog


def plain_log() -> None:
    """Log lines as structlog writes them by itself, but with plain tracebacks.

    Where `rich` is installed, structlog shows every variable of every frame: half a minute of computing for a test whose
    bot fails a few times, as it is meant to.
    """
    structlog.reset_defaults()
    *others, _ = structlog.get_config()["processors"]
    last = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[*others, last])
