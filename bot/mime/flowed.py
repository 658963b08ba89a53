"""format=flowed (RFC 3676): soft line breaks undone, quote by quote."""

from __future__ import annotations


def unflow(text: str, *, delete_space: bool) -> str:
    """Join lines that end in a blank with the next line of the same quote depth (RFC 3676 4.2)."""
    out: list[str] = []
    held: list[str] = []
    held_depth = 0
    for line in text.split("\n"):
        content = line.lstrip(">")
        depth = len(line) - len(content)
        content = content.removeprefix(" ")
        flows = content.endswith(" ") and content != "-- "
        if held and (depth != held_depth or content == "-- "):
            out.append(_quoted("".join(held), held_depth))
            held = []
        held_depth = depth
        if flows:
            held.append(content[:-1] if delete_space else content)
        else:
            held.append(content)
            out.append(_quoted("".join(held), depth))
            held = []
    if held:
        out.append(_quoted("".join(held), held_depth))
    return "\n".join(out)


def _quoted(line: str, depth: int) -> str:
    return f"{'>' * depth} {line}" if depth else line
