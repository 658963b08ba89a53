"""Sentences and words of others as they stand in the text of a mail to a member."""

from collections.abc import Mapping
from dataclasses import replace

from bot.domain.ids import UserId
from bot.domain.marks import without_above
from bot.domain.member_mail import Passage
from bot.domain.sentences import Sentence, Value
from bot.text.files import file_names
from bot.text.markdown_mail import to_plain_text
from bot.text.shown import is_person
from bot.text.wording import say


def in_mail(one: Sentence, language: str, names: Mapping[UserId, str], timezone: str) -> str:
    """The sentence, with the names of members in place of their user ids."""
    return without_above(say(language, _named(one, names), timezone=timezone))


def passage_text(passage: Passage, heading: str, language: str) -> str:
    """The words under their heading, and the files below them."""
    words = to_plain_text(passage.words) if passage.is_markdown else passage.words
    parts = (heading, words, "\n".join(file_names(passage.files, language)))
    return without_above("\n\n".join(part for part in parts if part.strip()).rstrip())


def _named(one: Sentence, names: Mapping[UserId, str]) -> Sentence:
    return replace(one, values=tuple((place, _name(place, value, names)) for place, value in one.values))


def _name(place: str, value: Value, names: Mapping[UserId, str]) -> Value:
    if isinstance(value, Sentence):
        return _named(value, names)
    if isinstance(value, tuple):
        return tuple(_named(one, names) for one in value)
    if isinstance(value, str) and is_person(place, value, names):
        return names.get(UserId(value)) or value[1:].partition(":")[0]
    return value
