"""Short words without a greeting that speak of a colleague, or of the correspondent by name, as to somebody else."""

import re
from collections.abc import Collection, Sequence
from typing import Final

from bot.domain.mail import Address
from bot.domain.rules.cards import is_card
from bot.domain.rules.own_words import asks_reader, begins_with_greeting, is_closing, lines_of, names_of
from bot.domain.words import bare_words

_MOST_WORDS: Final = 9
_MOST_OF_NAME: Final = 4
"""Words."""
_TO_READER: Final = frozenset(
    """vous votre vos tu te t ton ta tes toi you your yours u merci thanks thank thx svp stp please bienvenue welcome
    """.split()
)
_JOINS: Final = frozenset("et and ou or".split())
_PIECE: Final = re.compile(r"([^\W_]+)([\W_]*)")
_TASKS: Final = frozenset(
    """voir demander appeler rappeler relancer prevenir dire repondre transmettre passer laisser confirmer verifier
    caler faire""".split()
)
"""As a first word an infinitive says what is to be done, and asks no correspondent: `voir avec Bob`."""
_BEFORE_TASK: Final = frozenset("a il faut faudra faudrait ok oui bon merci de penser pense".split())


def speaks_of_people(words: str, team: Collection[str], customers: Collection[str], writers: Sequence[Address]) -> bool:
    """Whether a line that is all that somebody wrote says what is to be done with a colleague, or tells of the
    correspondent by name, and turns to neither.

    Args:
        team, customers: names in the form in which words are compared.
    """
    lines = lines_of(words)
    if not lines or begins_with_greeting(lines[0]) or not is_card("\n".join(lines[1:]), writers):
        return False
    if any(is_closing(line, names_of(writers)) for line in lines[1:]):
        return False
    said = bare_words(lines[0])
    if len(said) > _MOST_WORDS or _turns_to_reader(said):
        return False
    return _is_of_colleague(said, team) or _is_of_customer(lines[0], said, team, customers)


def _turns_to_reader(said: list[str]) -> bool:
    return any(word in _TO_READER or asks_reader(word) for word in said)


def _is_of_colleague(said: list[str], team: Collection[str]) -> bool:
    """Whether it says what is to be done with a colleague, who ends it."""
    last = _named(said[::-1], team, is_reversed=True)
    task = next((word for word in said if word not in _BEFORE_TASK), "")
    return 0 < last < len(said) - 1 and task in _TASKS


def _is_of_customer(line: str, said: list[str], team: Collection[str], customers: Collection[str]) -> bool:
    """Whether it tells what the correspondent does (`Marie a payé`), what is to be done with them, or what a colleague
    does with them (`Bob appelle Marie`)."""
    plain = [(one[0], one[1]) for one in _PIECE.findall(line)]
    length = 0
    while more := _named(said[length:], customers):
        length += more
    if 0 < length < len(said) and len(plain) > length and not plain[length - 1][1].strip():
        return plain[length][0][:1].islower() and said[length] not in _JOINS
    is_task = next((word for word in said if word not in _BEFORE_TASK), "") in _TASKS
    begins = 1 if is_task else _named(said, team)
    return begins > 0 and any(_named(said[at:], customers) for at in range(begins, len(said)))


def _named(said: list[str], names: Collection[str], *, is_reversed: bool = False) -> int:
    """How many of the first words are one of the names; 0: none."""
    for length in range(min(_MOST_OF_NAME, len(said)), 0, -1):
        words = said[:length][::-1] if is_reversed else said[:length]
        if " ".join(words) in names:
            return length
    return 0
