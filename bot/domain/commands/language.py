"""`language`: the language in which the bot speaks to a person alone."""

from dataclasses import replace
from typing import Final

from bot.domain.command import Answer, Asked, Command, Right, Where, Words
from bot.domain.decision import Decision
from bot.domain.direct import Own
from bot.domain.effects import Say
from bot.domain.rules.own_times import own_set
from bot.domain.rules.telling import tell
from bot.domain.sentences import sentence
from bot.domain.words import Word

_ENGLISH: Final = Word("en", ("anglais", "english"))
_FRENCH: Final = Word("fr", ("français", "francais", "french"))
_DEFAULT: Final = Word("default", ("défaut",))


def _language(asked: Asked) -> Answer:
    match list(asked.called.words):
        case []:
            language = asked.instance.language_of(asked.person)
            return sentence("language.is", language=sentence(f"language.{language}"))
        case [(_ENGLISH.own | _FRENCH.own | _DEFAULT.own) as word]:
            value = "" if word == _DEFAULT.own else word
            return _spoken(asked, value)
        case [word, *_]:
            return sentence("error.language", word=word[:40])
        case _:
            raise AssertionError("a command has words or none")


def _spoken(asked: Asked, value: str) -> Decision:
    """Set, and said in that language where nobody else listens."""
    language = value or asked.instance.common_language
    said = tell(asked, sentence("language.set", language=sentence(f"language.{language}")))
    spoken = "" if asked.within is None else language
    effects = tuple(replace(one, language=spoken) if isinstance(one, Say) else one for one in said.effects)
    return Decision(own_set(asked, Own.LANGUAGE, value), effects)


LANGUAGE = Command(
    "language",
    "self",
    _language,
    where=Where.ROOM | Where.DIRECT,
    takes=(Words((_ENGLISH, _FRENCH, _DEFAULT)),),
    only_reads=True,
    right=Right.READ,
    french=("langue",),
    tried=("lang",),
)
