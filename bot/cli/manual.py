"""The man page and the completion of shells, made from the commands: `python -m bot.cli.manual FOLDER` writes them.

They lie in contrib/share, as they are installed under a prefix; a test keeps them as the commands are.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import click
from click.shell_completion import get_completion_class

from bot.cli.main import cli
from bot.cli.said import say
from bot.domain.sentences import sentence

_COMPLETION: Final = {
    "bash": "bash-completion/completions/postroom",
    "zsh": "zsh/site-functions/_postroom",
    "fish": "fish/vendor_completions.d/postroom.fish",
}
_STATUSES: Final = (
    ("0", "Done; of run: ended by SIGTERM or Ctrl-C."),
    ("1", "What was asked for is not so, or was refused."),
    ("2", "The command line cannot be read."),
    ("65", "The database file is damaged."),
    ("69", "A service that it cannot do without is not usable."),
    ("70", "A fault of its own; the log says where."),
    ("73", "The disk takes nothing."),
    ("78", "A mistake in the configuration."),
)


def files() -> dict[str, str]:
    """By their path below `share`: the man page, and the completion of each shell."""
    found = {"man/man1/postroom.1": man_page()}
    for shell, path in _COMPLETION.items():
        made = get_completion_class(shell)
        assert made is not None
        found[path] = made(cli, {}, "postroom", "_POSTROOM_COMPLETE").source()
    return found


def man_page() -> str:
    """man(7), in English."""
    return "".join(f"{line}\n" for line in _man())


def _man() -> Iterator[str]:
    yield '.TH POSTROOM 1 "" "Postroom" "User Commands"'
    yield ".SH NAME"
    yield r"postroom \- a shared inbox for teams, in their Matrix room"
    yield ".SH SYNOPSIS"
    yield r".B postroom"
    yield r"[\-\-version] [\-\-help] \fICOMMAND\fR [\fIOPTION\fR]... [\fIARGUMENT\fR]..."
    yield ".SH DESCRIPTION"
    yield _roff(say(sentence("cli.help.group"), "en"))
    yield ".SH COMMANDS"
    with click.Context(cli, info_name="postroom") as context:
        yield from _commands(cli, context)
    yield ".SH EXIT STATUS"
    for status, words in _STATUSES:
        yield ".TP"
        yield f".B {status}"
        yield _roff(words)
    yield ".SH FILES"
    yield ".TP"
    yield ".I /etc/postroom/config.yaml"
    yield "The configuration, by convention. Each key is explained in config.yaml.example."
    yield ".TP"
    yield ".I /var/lib/postroom"
    yield "The data of the service, by convention."


def _commands(group: click.Group, context: click.Context) -> Iterator[str]:
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        with click.Context(command, info_name=name, parent=context) as inner:
            words = inner.command_path.removeprefix("postroom ")
            usage = " ".join(command.collect_usage_pieces(inner))
            yield ".TP"
            yield rf"\fB{_roff(words)}\fR {_roff(usage)}"
            yield _roff(command.get_short_help_str(1000))
            for option in command.get_params(inner):
                record = option.get_help_record(inner)
                if isinstance(option, click.Option) and record is not None and "--help" not in option.opts:
                    yield ".br"
                    yield rf"\fB{_roff(record[0])}\fR: {_roff(record[1])}"
            if isinstance(command, click.Group):
                yield from _commands(command, inner)


def _roff(text: str) -> str:
    """Plain words: what the language would read as its own is escaped."""
    safe = text.replace("\\", r"\e").replace("-", r"\-")
    return rf"\&{safe}" if safe.startswith((".", "'")) else safe


def write(folder: Path) -> None:
    """Write each file below the folder."""
    for path, text in files().items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
