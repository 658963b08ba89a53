"""Reactions: an emoji on a mail, sent as a mail of its own."""

from __future__ import annotations

import json
import re
from typing import Final

from bot.domain.mail import Mail
from bot.domain.patterns import pattern
from bot.domain.words import emoji_in
from bot.mime.charset import decode
from bot.mime.parts import Part

GMAIL: Final = "text/vnd.google.email-reaction+json"
"""developers.google.com/workspace/gmail/reactions/format"""
_MOST_BYTES: Final = 4096
_OUTLOOK: Final = pattern(
    r"(?P<before>[^\w\s]\S{0,15}\s{1,3})?(?P<name>[^\n]{1,120}?)\s(?:"
    r"reacted to your (?:message|e-?mail)|a réagi à votre (?:message|e-?mail)"
    r"|hat auf Ihre (?:Nachricht|E-Mail) reagiert"
    r"|(?:ha reaccionado|reaccionó) a(?:l| su| tu) mensaje|ha reagito al (?:tuo|suo) messaggio"
    r"|reagiu à sua mensagem|heeft (?:op )?uw bericht (?:ge)?reageerd"
    r")\s{0,3}[:.]?\s{0,3}(?P<after>\S{1,16})?",
    re.IGNORECASE,
)


def read_reaction(root: Part, *, mail: Mail, text: str) -> str:
    """The emoji of a mail that is nothing but a reaction; empty for any other mail."""
    for part in root.walk():
        if part.children:
            continue
        if part.content_type == GMAIL:
            return _of_gmail(part)
        if part.disposition.value == "reaction":  # RFC 9078 2
            return emoji_in(decode(part.body(_MOST_BYTES)).split("\n")[0])
    return _of_outlook(mail, text)


def _of_gmail(part: Part) -> str:
    try:
        found = json.loads(part.body(_MOST_BYTES))
    except (ValueError, RecursionError):
        return ""
    emoji = found.get("emoji") if isinstance(found, dict) else None
    return emoji_in(emoji) if isinstance(emoji, str) else ""


def _of_outlook(mail: Mail, text: str) -> str:
    """Outlook marks it nowhere: an answer whose first line says that its sender has reacted, with the emoji."""
    if not mail.in_reply_to or not mail.from_ or len(text) > 4000:
        return ""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    names = (mail.from_[0].name.casefold(), mail.from_[0].address.casefold())
    for count in (1, 2):
        said = _OUTLOOK.match(" ".join(lines[:count])[:300])
        if said is not None and said["name"].strip().casefold() in names:
            if emoji := emoji_in(said["before"] or "") or emoji_in(said["after"] or ""):
                return emoji
    return ""
