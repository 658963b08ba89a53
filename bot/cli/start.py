"""The entry point `postroom`: reading a mail starts without the library of the command line, which takes longer."""

from __future__ import annotations

import contextlib
import gc
import os
import sys
from collections.abc import Sequence


def main() -> None:
    """Run the command that the process was started with.

    A command is done when it ends, and all is closed. Python would then take the modules apart one by one: a third of a
    second where a whole bot is loaded, and as long as reading ten mails where a mail was read.
    """
    if sys.argv[1:2] != ["run"]:
        # The loaded modules stay: a search for garbage in them is in vain. `run`, which lives long, sees to it itself.
        gc.set_threshold(20_000, 20, 20)
    if _is_plain_parse(sys.argv[1:]):
        status = _parse(sys.argv[2:])
        sys.stderr.flush()
        os._exit(status)
    from bot.cli.main import main as command_line

    try:
        command_line()
    except SystemExit as ended:
        if isinstance(ended.code, int) and _is_all_written():
            os._exit(ended.code)
        raise


def _is_all_written() -> bool:
    """Whether everything that was said has left; a stream may be closed, or missing."""
    try:
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.flush()
    except (OSError, ValueError):
        return False
    return True


def _is_plain_parse(words: Sequence[str]) -> bool:
    """Whether the command is `parse FILE…` with no option but `--json`; the library reads all others."""
    files = [word for word in words[1:] if word != "--json"]
    return words[:1] == ["parse"] and bool(files) and all(word == "-" or word[:1] != "-" for word in files)


def _parse(words: Sequence[str]) -> int:
    from bot.cli.parse import parse_all

    with contextlib.suppress(AttributeError, ValueError, OSError):
        sys.stderr.reconfigure(errors="replace")  # type: ignore[union-attr]
    try:
        status = parse_all(
            [word for word in words if word != "--json"], as_json="--json" in words, unreadable=_say_unreadable
        )
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read it has seen enough; the interpreter would complain when it flushes at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return 1
    return status


def _say_unreadable(file: str, reason: str) -> None:
    from bot.cli.main import say_unreadable

    say_unreadable(file, reason)


if __name__ == "__main__":
    main()
