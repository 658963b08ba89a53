"""Whether a line turns to a colleague or to the team, as people begin what they write to somebody."""

import re
from collections.abc import Collection
from typing import Final

from bot.domain.rules.own_words import is_phone
from bot.domain.words import bare

_MOST: Final = 200
"""Letters of a line that are looked at."""
_MOST_OF_NAME: Final = 5
"""Words."""
_OPENS: Final = " \t\u00a0\u202f*_>[({<\"'«“-–—"
_TURNS: Final = frozenset(
    """salut bonjour bonsoir coucou hello hi hey yo he dear cher chere chers cheres pour a au aux for to cc cci
    copie copy attention attn att message mot question de d l la le the of toute tous all our notre my mon ma mes nos
    fyi good morning afternoon evening info hallo liebe lieber an fur moin""".split()
)
"""What stands before the name of whoever is meant: greetings, prepositions, and the small words between."""
_MOST_TURNS: Final = 5
_TEAM: Final = frozenset("equipe equipes team teams collegue collegues colleague colleagues".split())
_ALL: Final = frozenset(
    "room here channel all everyone tous toutes everybody bureau interne internal bot postroom".split()
)
"""Behind an `@` they are the room, as `_TEAM` is, or what lives in it."""
_PRONOUNS: Final = frozenset("je tu you il elle he she ils elles they".split())
_GOES_ON: Final = _PRONOUNS | frozenset(
    """t te toi jai ca cest we es vas dis fais viens prends mets reponds attends tiens sais veux dois rends peux peut
    pourrais can could please stp svp regarde regardez vois voir check look ok okay oui non merci thanks quoi pourquoi
    comment what why how let call ask tell answer reply take write""".split()
)
"""Behind a name they speak to whoever has it, or of somebody else."""
_ARTICLES: Final = frozenset("l la le the our notre toute all".split())
_ANSWERS: Final = frozenset(
    """merci mercis thanks thank thx thanx ty you ok okay oui ouais yes yep yeah non no nope d accord dac bravo
    super parfait bien vu recu entendu compris tres beaucoup much many so a lot ah oh bon alors mais si exact exactement
    great perfect nice got it sure noted note top nickel cool genial""".split()
)
"""What one answers to whoever said something."""
_ONE_S: Final = frozenset("mon ma notre my our".split())
_DEAR: Final = _ARTICLES | frozenset("cher chere chers cheres mon ma dear".split())
_SPEAKS_ON: Final = _PRONOUNS | frozenset("j on c ca i we".split())
"""Behind an answer and a name; `nous` and `te` may go on about whoever has it: `oui, Bob nous a dit …`."""
_AND: Final = frozenset(("et", "and", "ou", "or", "und", "y"))
_JOINS: Final = re.compile(r"[-'\u2019.@_]")
"""Between two words they make one word of them: `Jean-Pierre`, `bob@example.org`."""
_SPEAKS: Final = _ARTICLES | {"fyi"}
_ABOUT_THEM: Final = re.compile(
    r"(?:,\s(?:notre|our|le|la|the)\s[^,.:;!?()\n]{1,40},|\s\([^()\n]{1,40}\))?"
    r"\s(?:vous\s\w{2,20}ra\b|(?:peut|va|doit|pourra)\svous\b(?!-)|(?:can|will|could)\s(?!you\b)\w{2,20}\syou\b)",
    re.IGNORECASE,
)
"""Behind a name it tells the correspondent of whoever has it: `Bob, notre trésorier, vous enverra …`."""
_OF_ITS_TASK: Final = re.compile(
    r",\s(?:notre|our)\s(?:coll[e\u00e8]gue|tr[e\u00e9]sori[e\u00e8]re?|pr[e\u00e9]sidente?|secr[e\u00e9]taire|responsable"
    r"|direct(?:eur|rice)|coach|entra[i\u00ee]neu(?:r|se)|comptable|colleague|treasurer|chair(?:man|woman|person)?"
    r"|secretary|manager|trainer)\b[^,.:;!?()\n]{0,30},\s"
    r"(?:vous\s(?!\w{1,20}ez\b)\w{2,20}\b(?!-)"
    r"|(?:a|me|nous|has|will)\s(?!-)[^.!?\n]{0,80}\b(?:vous|votre|vos|your?)\b[^.!?\n]{0,80}(?:[.!\n]|$))",
    re.IGNORECASE,
)
"""Behind a name, with what its bearer is to the house: `Claire, notre trésorière, a bien reçu votre virement`."""
_WRITTEN_THERE: Final = re.compile(r",?\s(?:le\s|the\s)?\d{1,2}(?:er|st|nd|rd|th)?\s[^\W\d_]{3,12}\s\d{4}\s*$")
"""Behind a place it is the date of a letter: `Paris, le 3 mai 2026`."""
_BOTH_DO: Final = re.compile(r"vous \w{2,20}nt\b")
"""Behind two names: `vous attendent`."""
_TO_THEM: Final = frozenset("tu t te toi ton ta tes stp".split())
_LEADS: Final = re.compile(
    r"(?:re|dis(?:\sdonc)?|dites(?:\sdonc)?|au\sfait|d[e\u00e9]sol[e\u00e9]e?|sorry|pardon|[e\u00e9]coute|listen|say"
    r"|by\sthe\sway|btw|tiens|psst)\b[\s,]{1,9}",
    re.IGNORECASE,
)
"""Before the name of whoever is meant, or of somebody of whom a letter tells: `Dis Bob`, `Désolé, Bob est absent`."""
_TO_ONE: Final = re.compile(
    r"\s(?:(?!rendez)\w{2,20}-(?:tu|toi|moi|lui|le|la|les|leur|nous|vous|y|en|on|je)\b|(?:do|did|are|have|will|would)"
    r"\s(?:you|we|i)\b|est-ce\b|(?:qu|[jc])['\u2019]|c\sest\b|i\s|on\s(?!the\b|(?-i:[A-Z\d]))"
    r"|as\s\w{1,20}(?:u|i|\u00e9|pris|fait)\b|(?:qui|who|where|quand|when|o\u00f9)\s[^.!?]{1,150}\?)",
    re.IGNORECASE,
)
"""Behind a name as `_GOES_ON`: `Bob as-tu`, `Bob dis-lui`, `Bob do you`, `Bob qu'en penses-tu`."""
_EVERYBODY: Final = re.compile(
    r"[\W_]*(?:bonjour|bonsoir|salut|coucou|hello|hi|hey|dear|good (?:morning|evening))\s"
    r"(?:a\s)?(?:tout le monde|all|everyone|everybody|les amis|les copains|folks|guys)\s*(?:[,!.:;]|$)"
)
_WORD: Final = re.compile(r"[^\W_]+")


def turns_to(line: str, team: Collection[str]) -> bool:
    """Whether it begins with a colleague's name or a word for the team, as one turns to somebody: `Bob, …`,
    `Salut Bob …`, `(Bob) …`, `@bob`, `Bonjour l'équipe`.

    Args:
        team: names in the form in which words are compared, a blank between the words of one.
    """
    start = line[:_MOST].lstrip(_OPENS)
    if (leads := _LEADS.match(start)) is not None:
        start = start[leads.end() :].lstrip(_OPENS)
    is_set_off = line[:_MOST].lstrip(" \t\u00a0\u202f*_>")[:1] in tuple("[({")
    found = list(_WORD.finditer(start))
    words = [bare(one[0]) for one in found]
    if start.startswith("@") and words and words[0] in _TEAM | _ALL:
        return True
    if _is_answered(start, found, words, team):
        return True
    for at in range(min(len(words), _MOST_TURNS + 1)):
        is_called = "@" in start[found[at - 1].end() if at else 0 : found[at].start()]
        is_turned = (
            is_called or is_set_off or (at > 0 and not _gap(start, found, at - 1).strip(" \t\u00a0\u202f'\u2019"))
        )
        length = _named(words[at:], team)
        if length and not (at or is_called or is_set_off) and _tells_of(start, found[length - 1].end(), words):
            return False
        if length and at and words[at - 1] in _ONE_S and _tells_of_theirs(start, found, words, at + length, team):
            return False
        if length and at and words[at - 1] in _ARTICLES and _SPEAKS.issuperset(words[:at]):
            # Whoever speaks of the team, or for it: `L'équipe vous remercie`, `La présidente viendra`.
            is_turned = is_called or is_set_off
        if length and (is_turned or _is_set_apart(start, found, words, at + length, team)):
            return True
        if words[at] not in _TURNS:
            return False
    return False


def greets_everybody(line: str) -> bool:
    """Whether it greets several people as those whom one knows: `Hi all, …`; `Bonjour à tous` begins a letter, too."""
    return _EVERYBODY.match(bare(line[:_MOST])) is not None


def _is_answered(start: str, found: list[re.Match[str]], words: list[str], team: Collection[str]) -> bool:
    """Whether thanks, a yes or a no is said to one of them: `Merci Bob !`, `Oui Bob, elle ment`; not about one of them:
    `Oui, Bob vous attend`."""
    at = next((at for at, word in enumerate(words) if word not in _ANSWERS), 0)
    named = next((one for one in range(at, len(words)) if words[one] not in _DEAR), 0)
    length = _named(words[named:], team) if 0 < at <= named <= _MOST_TURNS else 0
    if not length:
        return False
    end = named + length
    gap = _gap(start, found, end - 1)
    if "@" in _gap(start, found, named - 1):
        return True
    if gap.lstrip().startswith("(") or _tells_of(start, found[end - 1].end(), words):
        return False
    if words[named] not in _TEAM and not gap.strip() and end < len(words) and words[end] in _SPEAKS_ON:
        return True
    return _is_set_apart(start, found, words, end, team)


def _tells_of(start: str, end: int, words: list[str]) -> bool:
    """Whether what stands behind a name is their number, or tells the correspondent of them, or it is where and when
    the letter was written."""
    behind = start[end:]
    if _WRITTEN_THERE.match(behind):
        return True
    if is_phone(behind.strip(" \t\u00a0\u202f:-\u2013")):
        return True
    is_of_them = _ABOUT_THEM.match(behind) or _OF_ITS_TASK.match(behind)
    return is_of_them is not None and not _TO_THEM & set(words)


def _tells_of_theirs(start: str, found: list[re.Match[str]], words: list[str], end: int, team: Collection[str]) -> bool:
    """Whether the correspondent is told of somebody of the house: `Bonjour, notre collègue Bob vous rappellera`."""
    is_joined = not _gap(start, found, end - 1).strip()
    named = _named(words[end:], team) if is_joined else 0
    return _tells_of(start, found[end + named - 1].end(), words)


def _named(words: list[str], team: Collection[str]) -> int:
    """How many of the first words are the name of a colleague, or the word for the team; 0: none."""
    for length in range(min(_MOST_OF_NAME, len(words)), 0, -1):
        if " ".join(words[:length]) in team:
            return length
    return int(bool(words) and words[0] in _TEAM)


def _gap(start: str, found: list[re.Match[str]], at: int) -> str:
    """What stands between that word and the next."""
    return start[found[at].end() : found[at + 1].start()] if at + 1 < len(found) else start[found[at].end() :]


def _is_set_apart(start: str, found: list[re.Match[str]], words: list[str], end: int, team: Collection[str]) -> bool:
    """Whether what stands behind a name says that somebody is spoken to: punctuation, nothing, `Bob et Carl`."""
    gap = _gap(start, found, end - 1)
    if end == len(words) or (gap.strip() and not _JOINS.fullmatch(gap)):
        return True
    if words[end] in _AND and (second := _named(words[end + 1 :], team)):
        behind = end + 1 + second
        is_to_both = words[behind : behind + 1] == ["vous"] and not _BOTH_DO.match(" ".join(words[behind:]))
        return is_to_both or _is_set_apart(start, found, words, behind, team)
    if gap.strip() or words[0] in _TEAM or not _named(words[:end], team):
        return False
    rest = start[found[end - 1].end() :]
    return words[end] in _GOES_ON or _TO_ONE.match(rest) is not None
