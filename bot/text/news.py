"""The news line: a line of the main timeline that tells of an answer in a thread."""

from typing import Final

from bot.domain.ids import ConversationId
from bot.domain.mail import Address
from bot.domain.sentences import sentence
from bot.text.card import newest_words, short_name, shortened, subject_words
from bot.text.lookalike import plain_name
from bot.text.reader import Reader
from bot.text.shown import Shown, bold, foreign, in_words, joined, link, plain

MAX_SUBJECT: Final = 60


def news_line(number: ConversationId, reader: Reader, *, writer: Address, subject: str, words: str) -> Shown:
    """The line `💬 #12 · Karim Haddad · Changement d’adresse : Rebonjour, …`; its number is a link to the thread."""
    handle = plain(f"#{number}")
    head = Shown(f"{handle.body} · 💬 ", f"💬 {link(handle, reader.links.get(number, '')).html} · ")
    about = shortened(plain_name(subject), MAX_SUBJECT)
    line = head + joined((bold(foreign(short_name(writer))), subject_words(about, reader)))
    said = newest_words(words, reader)
    if not said.body:
        return line
    colon = in_words(sentence("mail.colon"), reader)
    return line + colon + plain(" ") + said
