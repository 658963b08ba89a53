"""First lines of an answer by mail that are what people call a command or a status, and none that is known by mail.

They are asked about: nothing of a command is ever mailed.
"""

import re
import unicodedata
from collections.abc import Collection
from typing import Final

from bot.domain.command import HYPHENS, Command, Headed, People, Text, Words
from bot.domain.commands.assign import ASSIGN, UNASSIGN
from bot.domain.commands.draft import DRAFT
from bot.domain.commands.email import EMAIL
from bot.domain.commands.forward import FORWARD
from bot.domain.commands.move import MOVE
from bot.domain.commands.note import NOTE
from bot.domain.commands.notify import NOTIFY
from bot.domain.commands.reply import REPLY
from bot.domain.commands.send import SEND
from bot.domain.commands.snooze import SNOOZE
from bot.domain.commands.status import ACTIVE, CLOSE, PENDING, SPAM
from bot.domain.commands.subject import SUBJECT
from bot.domain.commands.table import TABLE
from bot.domain.commands.tag import TAG
from bot.domain.commands.undo import UNDO
from bot.domain.commands.yes import YES
from bot.domain.rules.about_it import is_given_a_reason
from bot.domain.rules.later_words import LATER, puts_off
from bot.domain.rules.own_words import begins_with_greeting
from bot.domain.times import names_time
from bot.domain.words import bare, bare_words

LINES: Final = (CLOSE, PENDING, ASSIGN, SNOOZE)
"""Commands that a first line may be."""
MOST_WORDS: Final = 4
"""A line of more words that begins like a command is a sentence of the letter."""
_OVER: Final = frozenset(
    """ferme fermee clos close cloture cloturee cloturer archive archivee archiver closed closing suspendre
    suspendu""".split()
)
"""What people say of a conversation alone."""
ENDS: Final = frozenset(bare(name) for name in (CLOSE.name, *CLOSE.french)) | frozenset(
    one for one in _OVER if one.endswith(("er", "re"))
)
ENDED: Final = _OVER - ENDS
_STATUSES: Final = _OVER | frozenset(
    """ouvert ouverte actif en-cours a-traiter resolu resolue resolved traite traitee waiting on-hold en-veille assigner
    assigne attribue confie desassigner deleted supprime supprimee""".split()
)
"""Names of what a conversation may be, and what people call the commands, beside the names that these have."""
_TAKEN: Final = frozenset(
    """moi mine a-moi pour-moi c'est-pour-moi c-est-pour-moi prends je-prends je-le-prends je-la-prends fait faite fini
    finie termine terminee done""".split()
)
"""What people say of a conversation to their team: that it is theirs, or over."""
_CALLED: Final = frozenset(
    """poubelle corbeille trash mute solved ouvrir rouvre ne-plus-suivre stop-following relire valider pour-relecture
    for-review""".split()
)
"""What else people call a command, or what it makes, or what they want of colleagues who read a draft."""
_OF_STATUS: Final = (
    frozenset(bare(name) for row in (*LINES, ACTIVE, SPAM, UNDO) for name in (*row.names, *row.tried)) | _STATUSES
) - _TAKEN
_MEANT: Final = (
    frozenset(bare(name) for row in TABLE if row not in (YES, NOTE) for name in row.names)
    | _OF_STATUS
    | _TAKEN
    | _CALLED
)
_BESIDE: Final = frozenset(
    """je j me m i le la l the it a to moi toi lui myself please svp stp pls mettre mets marquer
    mark as comme dossier conversation ticket en ok okay put mise this signaler mail""".split()
)
"""Words around such a name that make it no sentence."""
OWN_NAMES: Final = frozenset(bare(name) for row in LINES for name in (row.name, *row.french))
"""Other names of theirs are plain words."""
_WAITS: Final = frozenset(bare(name) for name in (PENDING.name, *PENDING.french))
_VERBS: Final = (OWN_NAMES | ENDS) - _WAITS
_SORRY: Final = frozenset(
    """desole desolee desoles desolees sorry helas malheureusement unfortunately navre navree navres le la les on the
    et and au aux du to until jusqu jusque from de des en in""".split()
)
"""Behind what a place is they make it a letter's, as a day does: `fermé, désolé`."""
_A_WHILE: Final = re.compile(
    r"[^\W_]+\s?:\s?(?:environ|about|~)?\s?\d{1,3}(?:\s?(?:[-\u2013]|à|to)\s?\d{1,3})?\s?(?:min|mins|minutes?|h|heures?|hours?)",
    re.IGNORECASE,
)
"""How long somebody waits, and no status: `Attente : 20 minutes.`"""
_SHORTEST_MISSED: Final = 5
LINE_WORDS: Final = frozenset(
    word
    for word in OWN_NAMES | _OVER | LATER | {bare(name) for row in (*LINES, UNDO) for name in (*row.tried, *row.names)}
    if len(word) >= _SHORTEST_MISSED and word.isalpha()
)
"""What is known by a slip of the fingers, too (`slips.py`). Of shorter ones too many words are one letter away."""
SHORT_WORDS: Final = frozenset(
    name for row in TABLE if row not in (YES, NOTE) for name in map(bare, row.names) if 2 < len(name) < _SHORTEST_MISSED
) | {"tags"}
"""Names of which two letters swapped are known (`slips.swapped`)."""
_HEAD: Final = re.compile(
    r"(?P<head>[^,;:.!()\n]{1,40}?)[ \t\u00a0\u202f]*(?:[,;:.!](?!\d)|[ \u00a0][(\u2013\u2014-](?=\D))"
)
"""What stands before the first mark."""
_WAITS_FOR: Final = re.compile(
    r"(?:mis[e]? )?en attente (?:de |d['\u2019])(?P<whom>.{1,40})|waiting (?:for|on) (?P<who>.{1,40})", re.IGNORECASE
)
_MOST_NAMES: Final = 2
_ROWS: Final = {bare(name): row for row in TABLE if row not in (YES, NOTE) for name in row.names} | {
    "assigner": ASSIGN,
    "assigne": ASSIGN,
    "desassigner": UNASSIGN,
    "tags": TAG,
}
_TOLD_TO: Final = {
    f"{bare(name[:-2])}e": row
    for row in TABLE
    if row not in (NOTE, SEND)
    for name in row.french
    if name.endswith(("er", "rir")) and " " not in name
}
"""The French names as one says them to somebody: `transfère à Bob`."""
_BY_ITSELF: Final = {bare(one): NOTIFY for word in NOTIFY.words if word.own in ("digest", "quiet") for one in word.said}
"""Words behind the name that people take for one."""
_OF_PLACES: Final = (TAG, MOVE)
"""What follows is a tag, or a mailbox: any word."""
_NAMES_STATUS: Final = frozenset("status statut state etat".split())
"""Before a colon and what a conversation may be."""
_OF_LETTERS: Final = (REPLY, DRAFT)
_MOST_PLACES: Final = 3
_IS: Final = frozenset(
    """attached enclosed joint jointe ci sent envoye envoyee recu recue received follows suit trouve perdu closed
    version planning ready pret prete""".split()
)
"""Behind such a name they say what has become of the thing."""
_TO: Final = frozenset(("to", "a", "with", "avec", "into", "dans"))
_TASK: Final = re.compile(r"(?:à|a|to) (?=[^\W\d_]{4,})", re.IGNORECASE)
"""Before the name it says that the command is to be done: `à fusionner avec #3`."""
_BEFORE_NUMBER: Final = frozenset("le la the ticket conversation dossier".split())
_SENT_LATER: Final = frozenset("later plus-tard tard plus".split())
_POLITE: Final = frozenset("please svp stp pls merci thanks".split())
_ADDRESS: Final = re.compile(
    rf"[+{HYPHENS}<]{{0,2}}[^\s@<>]{{1,64}}@[\w-]{{1,63}}(?:\.[\w-]{{1,63}}){{1,8}}[>,;]{{0,2}}"
)
_PERSON: Final = re.compile(r"@[\w.:-]{1,100},?")
_NUMBER: Final = re.compile(r"#\d{1,12},?")
_ENDS: Final = (".", "!", "?", "\u2026")
_EDGES: Final = " \t\u00a0\u202f*_"
_ANSWERED: Final = re.compile(r"réglée?s?[ \u00a0\u202f]?[.!]*|traitée?s?[ \u00a0\u202f]?[.!]+", re.IGNORECASE)
"""What a correspondent is answered; `régler` is no command, and with a mark `Traité.` is a sentence."""


def is_nearly_a_line(words: str, team: Collection[str] = (), *, is_last: bool = False) -> bool:
    """Whether the line, which is the first of the words, is what people call a command or a status.

    Args:
        team: names of colleagues, as `rules/team_names.py` gives them.
        is_last: it stands below a letter, where one word may be a signature (`L'équipe`), or end the letter (`Fait.`).
    """
    lines = [line for line in words.split("\n") if line.strip()]
    if len(lines) != 1:
        return False
    (line,) = lines
    return (
        puts_off(line, _BESIDE)
        or _is_name(line, _OF_STATUS if is_last else _MEANT)
        or _is_before_a_mark(line)
        or is_given_a_reason(line, _VERBS, ENDED | _WAITS, _BESIDE, team)
        or _waits_for(line, team)
        or _is_called(line)
    )


def _is_name(line: str, meant: Collection[str]) -> bool:
    """Whether the line is nothing but such a name, with what people put around it."""
    said = bare_words(line)
    if len(said) > MOST_WORDS or _ANSWERED.fullmatch(unicodedata.normalize("NFC", line.strip(_EDGES))):
        return False
    if not said:
        return set(line.strip(_EDGES)) == {"?"}
    if "-".join(said) in meant:
        return True
    left = [word for word in said if word not in _BESIDE and not word[:1].isdigit()]
    # `À plus tard` is a farewell.
    return "-".join(left) in meant and (len(left) == 1 or said[0] != "a")


def _is_before_a_mark(line: str) -> bool:
    """Whether the name of one of these commands, or of what it makes of a conversation, stands before a comma or the
    like: `close, merci`, `fermé, elle a payé`."""
    found = _HEAD.match(line.strip(_EDGES))
    left = [word for word in bare_words(found["head"]) if word not in _BESIDE] if found is not None else []
    if found is None or len(left) != 1:
        return False
    if left[0] in OWN_NAMES:
        return not tells_how_long(line)
    behind = bare_words(line.strip(_EDGES)[found.end() :])
    if left[0] in SPAM.names:
        return len(behind) <= MOST_WORDS
    return left[0] in _OVER and len(behind) <= MOST_WORDS and not (behind and all(map(_is_of_letter, behind)))


def tells_how_long(line: str) -> bool:
    """Whether it says how long somebody waits, and names no status."""
    said = line.strip(f"{_EDGES}.!")
    return _A_WHILE.fullmatch(said) is not None and bare_words(said)[0] in _WAITS


def _is_of_letter(word: str) -> bool:
    """Whether the word says that one is sorry, or when a place is closed."""
    return word in _SORRY or word[:1].isdigit() or names_time(word)


def _waits_for(line: str, team: Collection[str]) -> bool:
    """Whether it says that the conversation waits for a colleague, or for somebody by name."""
    found = _WAITS_FOR.fullmatch(line.strip(_EDGES).rstrip("."))
    if found is None:
        return False
    whom = (found["whom"] or found["who"]).split()
    is_named = len(whom) <= _MOST_NAMES and all(word[:1].isupper() for word in whom)
    return is_named or " ".join(bare_words(" ".join(whom))) in team


def _is_called(line: str) -> bool:
    """Whether the name of a command begins it, and what follows is what that command takes, and is no sentence."""
    line = re.sub(r"\s", " ", line.strip(_EDGES))
    first, _, rest = (_TASK.sub("", line, count=1) if _TASK.match(line) else line).partition(" ")
    name, has_colon = bare(first.rstrip(":")), first.endswith(":") or rest.lstrip(_EDGES).startswith(":")
    said = rest.strip(_EDGES).removeprefix(":").split()
    if has_colon and name in _NAMES_STATUS:
        return len(said) <= _MOST_NAMES and _is_name(" ".join(said), _OF_STATUS | _TAKEN)
    told_to = None if first.rstrip(":").lower().endswith("é") else _TOLD_TO.get(name)
    row = _ROWS.get(name) or _BY_ITSELF.get(name) or told_to
    if row is None or not said:
        return False
    behind = said[1:] if bare(said[0]) in _TO else said
    numbers = [word for word in behind if bare(word) not in _BEFORE_NUMBER]
    if numbers and all(_NUMBER.fullmatch(word) for word in numbers):
        return row.numbers is not None
    if row is SEND and (names_time(rest) or _SENT_LATER.issuperset(map(bare, said))):
        return True
    return _takes(row, said, has_colon=has_colon)


def _takes(row: Command, said: list[str], *, has_colon: bool) -> bool:
    known = {one for word in row.words for one in word.said}
    behind = said[1:] if bare(said[0]) in _TO else said
    is_sentence = said[-1].endswith(_ENDS) or bool(_IS & set(bare_words(" ".join(said))))
    if row in _OF_LETTERS and (has_colon or begins_with_greeting(" ".join(said))):
        return True
    takes_address = row is not EMAIL and any(isinstance(one, Words | Headed | Text) for one in row.takes)
    if takes_address and behind and _ADDRESS.fullmatch(behind[0]):
        return all(_ADDRESS.fullmatch(word) or bare_words(word)[:1] in [[one] for one in _POLITE] for word in behind)
    if any(isinstance(one, People) for one in row.takes) and behind and _PERSON.fullmatch(behind[0]):
        return True
    if has_colon:
        return row is TAG and len(said) <= _MOST_PLACES and not is_sentence
    if known and all(bare(word) in known for word in said):
        return True
    if row in (*_OF_LETTERS, SUBJECT):
        return len(said) <= _MOST_NAMES and behind == said and not is_sentence
    if row in (FORWARD, ASSIGN):
        return len(behind) == 1 and not is_sentence
    return row in _OF_PLACES and len(said) <= _MOST_PLACES and not is_sentence
