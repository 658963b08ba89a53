"""Answers that are sentences, as one message."""

from collections.abc import Sequence

from bot.domain.ids import ConversationId
from bot.domain.sentences import Sentence
from bot.text.reader import Reader
from bot.text.shown import Shown, handle, in_words, lines, link, plain


def answer(
    sentences: Sequence[Sentence],
    reader: Reader,
    *,
    number: ConversationId | None = None,
) -> Shown:
    """Sentences one under the other, with the handle of the conversation in front.

    Outside of the conversation's thread, the reader has the link that the handle leads to.
    """
    said = lines(in_words(s, reader) for s in sentences)
    if number is None or not (permalink := reader.links.get(number)):
        return handle(number) + said
    return link(plain(f"#{number}"), permalink) + plain(" · ") + said
