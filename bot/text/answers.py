"""What is said in sentences."""

from collections.abc import Mapping, Sequence

from bot.domain.ids import ConversationId, UserId
from bot.domain.sentences import Sentence
from bot.text.shown import Shown, handle, in_words, lines, link, plain


def answer(
    sentences: Sequence[Sentence],
    *,
    number: ConversationId | None = None,
    permalink: str = "",
    language: str,
    names: Mapping[UserId, str],
    timezone: str,
) -> Shown:
    """Sentences one under the other, with the handle of the conversation in front.

    `permalink` makes the handle a link: for what is said outside of the thread.
    """
    said = lines(in_words(s, language=language, timezone=timezone, names=names) for s in sentences)
    if number is None or not permalink:
        return handle(number) + said
    return link(plain(f"#{number}"), permalink) + plain(" · ") + said
