"""Makes what a mail says unable to act in a room: no ping, no live link into Matrix."""

JOINER = "\u2060"
"""WORD JOINER: invisible, and breaks `@room` and Matrix ids for every client."""


def inert_text(s: str) -> str:
    """The same words, in which no client finds `@room`, a user id, an alias or a room id."""
    return s.replace("@room", f"@{JOINER}room")


def inert_html(html: str) -> str:
    """The same for safe HTML; links into Matrix become text."""
    return html.replace("@room", f"@{JOINER}room")
