"""Whether words above the mark of a notification are an answer: words of the person's own.

Not theirs alone are a greeting, a closing phrase, their name, what stands under that, a phone line, the line of a
program or a company, and the place of a picture. What is neither clearly words of theirs nor clearly none is unsure.
"""

import re
import unicodedata
from collections.abc import Sequence
from enum import Enum, auto
from typing import Final

from bot.domain.mail import Address
from bot.domain.patterns import pattern
from bot.domain.rules.banners import is_tag
from bot.domain.rules.program_lines import is_legal_notice, is_programs
from bot.domain.signature_words import DISCLAIMER_START, DISCLAIMER_WORDS
from bot.domain.words import bare


class Own(Enum):
    """What words are."""

    NONE = auto()
    """Nobody misses them: nothing in them is the person's own."""
    UNSURE = auto()
    WORDS = auto()


_MOST_LINES: Final = 200
"""Whoever writes more says something."""
_SHORT: Final = 70
_SHORT_WORDS: Final = 8
_NAME_WORDS: Final = 4
_MOST_LETTERS: Final = 300
_EDGES: Final = " \t\u00a0\u202f*_>•|~"
_MARKS: Final = " \t\u00a0\u202f.,;:!?-\u2013\u2014\u2019'*_()\"«»"
_PICTURE = pattern(r"(?:!?\[(?:image|cid|logo|photo)\b[^\]]{0,200}\](?:\([^)]{0,400}\))?[\s,;]*){1,20}", re.IGNORECASE)
_PLACE = pattern(
    r"!?\[(?:cid:[^\]\s]{1,200}|image: ?[^\]\n]{1,200}|(?:inline image|image en ligne)\b[^\]\n]{0,100})\](?!\()",
    re.IGNORECASE,
)
"""What programs write in the text where a picture stands."""
_DELIMITER = pattern(r"(?:--|\u2014|\u2013|__|-- -)")
_RULE = pattern(r"[-_=*\u2014\u2013~ ]{3,}")
_PHONE = pattern(
    # No piece can be read in two ways: six to eighty of such pieces would be tried in every mixture of the two.
    r"(?:(?:t[eé]l(?:[eé]phone)?|phone|mob(?:ile)?|port(?:able)?|fixe|fax|cell|gsm|bureau|direct|standard|whatsapp|handy"
    r"|telefon|[tmpf])\b(?:[ .]{0,2}:)?|[\s/|+.()-]|\d){6,80}",
    re.IGNORECASE,
)
_MOST_OF_PHONE: Final = 140
"""Letters of a line with telephone numbers."""
_FEWEST_DIGITS: Final = 8
_DATE = pattern(r"[\s(]*\d{1,4}[./-]\d{1,2}[./-]\d{1,4}[\s).]*")
LINK = pattern(
    r"(?:e?-?mail|courriel|site|web|www)?[\s:]{0,3}(?:https?://\S+|www\.\S+|[^\s@]{1,64}@[\w.-]{3,200})", re.IGNORECASE
)
GREETING = pattern(
    r"(?:re-?)?(?:bonjour|bonsoir|salut|coucou|hello|hi|hey|dear|cher|chere|chers|cheres|good (?:morning|afternoon"
    r"|evening|day)|madame|monsieur|mesdames|messieurs|hallo|guten (?:tag|morgen|abend)|hola|buenos dias|ciao"
    r"|buongiorno|sehr geehrte[rs]?|liebe[rs]?)\b"
)
TO_ALL: Final = frozenset(
    """a tous toutes tout le la les monde madame monsieur mesdames messieurs et and all there everyone team mr mrs ms m
    mme mlle dr cher chere chers cheres l equipe again""".split()
)
_NO_VERBS: Final = frozenset("chez assez nez rez".split())
"""Other words that end so are verbs (`asks_reader`)."""
TITLES: Final = frozenset(
    "madame monsieur mademoiselle mr mrs ms mme mlle m docteur doctor dr maitre professeur professor sir madam".split()
)
PARTICLES: Final = frozenset("de du des d la le van von der den m mr mme mrs ms dr".split())
_CLOSING = pattern(
    r"(?:(?:tres |bien )?(?:cordialement|amicalement|sincerement|respectueusement|affectueusement)"
    r"(?: (?:votre|a vous|a toi|a tous))?|bien (?:a vous|a toi|votre)|amities"
    r"|(?:avec )?(?:mes |nos )?(?:plus )?(?:(?:cordiales|sinceres|meilleures|respectueuses|amicales) )?"
    r"(?:salutations|amities)"
    r"(?: (?:distinguees|cordiales|les meilleures|associatives|sportives))?"
    r"|(?:je vous prie d|veuillez|recevez|nous vous prions d)\b.{0,150}"
    r"(?:salutations|sentiments|consideration|respects)\b.{0,40}"
    r"|(?:tres )?bonne (?:journee|soiree|semaine|continuation|nuit|reception|lecture|fin de (?:journee|semaine|soiree))"
    r"(?: (?:a vous|a toi|a tous|a toutes|et a bientot))?"
    r"|(?:tres )?bon(?: week-?end|ne annee| we| dimanche| apres-midi)(?: a (?:vous|toi|tous|toutes))?"
    r"|(?:a|au) (?:tres )?(?:bientot|plus|plus tard|la prochaine|revoir)|cdt|cdlt|bav|slts|bises?|bisous|biz"
    r"|(?:(?:best|kind|kindest|warm|warmest|many) )?(?:regards|wishes)|(?:with )?(?:best|kind) regards|best"
    r"|yours(?: (?:truly|sincerely|faithfully|ever))?|(?:very )?sincerely(?: yours)?|cheers|all the best|take care"
    r"|have a (?:nice|good|great|lovely) (?:day|evening|week|weekend|night)|see you(?: soon| later)?"
    r"|(?:mit (?:freundlichen|besten|herzlichen) |viele |liebe |beste |schone )gru(?:ss|ß)en?|mfg|lg|vg"
    r"|(?:un |cordiales )?saludos?(?: cordiales)?|atentamente|cordiali saluti|met vriendelijke groet(?:en)?)"
)
SAYS: Final = frozenset(
    """
    merci mercis thanks thank thx oui non yes no ok okay d'accord accord dac recu received noted vu parfait super bravo
    c'est c ca cela ceci je j'ai j nous on vous tu il elle ils elles i i'm i'll we we'll you he she it they this that
    is are was were be will would can could shall should have has had do does did not est sont etait sera seront serait
    ai avons avez as a-t ont etes suis sommes peux peut pouvez pouvons pourra dois doit devez faut faudra voici voila
    ci-joint here there please svp stp ne pas n'est qui que quoi quand comment pourquoi combien what when where who why
    how if si parce because but mais also aussi donc so envoie envoyez envoye fait faites done sent see voir
    appelez call ich wir sie nicht danke ja nein ist sind si no gracias grazie
    """.split()
)
"""Words of sentences and of answers: what stands under a name has none of them."""
_BY_A_PROGRAM = pattern(
    r"(?:(?:ce |this )?(?:message|courriel|e-?mail|mail) (?:was |a ete )?)?(?:envoye|sent|gesendet|transmis|redige)e?"
    r" (?:de|depuis|via|avec|from|with|using|von|mit|a partir)\b|(?:p )?avant d'imprimer"
    r"|(?:p )?(?:please )?(?:consider|think of) the environment|(?:p )?pensez a l'environnement"
    r"|.{0,120}virus\b.{0,120}\b(?:avast|avg|norton|kaspersky|mcafee|bitdefender|antivirus)\b"
)
_MOST_OF_PROGRAM: Final = 30
"""Words, the links of a scanner among them."""
_BOARD: Final = re.compile(r"\bCA\b")
"""The board of an association; as small letters it is a word of a sentence (`ça`)."""
_BORDER: Final = re.compile(r"[^\w'\u2019-]+")


def own_words(text: str, writers: Sequence[Address], *, is_behind: bool = False) -> Own:
    """What the words are. Behind a command (`is_behind`) they say something for sure, or nobody knows."""
    raw = text.split("\n")
    lines = lines_of(text)
    if len(lines) > _MOST_LINES:
        return Own.WORDS
    names = names_of(writers)
    own: list[str] = []
    is_signed = has_card = is_greeted = is_unsure = is_ruled = False
    for at, line in enumerate(lines):
        if _DELIMITER.fullmatch(line):
            if own or "-- " in raw:
                # RFC 3676 4.3
                break
            # Typed, perhaps, as a rule above words of the letter.
            is_signed = is_ruled = True
            continue
        if is_added(line, lines[at:]):
            continue
        if DISCLAIMER_START.match(line) and DISCLAIMER_WORDS.search(line):
            is_unsure = True
        elif not own and _is_greeting(line):
            is_greeted = True
        elif is_closing(line, names) or is_name(line, names):
            is_signed = True
        elif is_phone(line):
            has_card = True
        elif not (is_signed and (_is_short(line) or LINK.fullmatch(line) or _has_number(line))):
            own.append(line)
    if not own:
        # A number by itself may be what the correspondent asked for.
        is_unsure = is_unsure or (has_card and not (is_signed or is_greeted))
        return Own.UNSURE if is_unsure else Own.NONE
    if is_ruled or _may_be_programs(own):
        return Own.UNSURE
    if is_behind or has_card:
        is_said = any(says(line) for line in own)
        return Own.WORDS if is_said or (is_greeted and not has_card) else Own.UNSURE
    return Own.WORDS


def _may_be_programs(lines: list[str]) -> bool:
    """Whether all of it may be the line of a program that is not known (`is_programs`), or a scanner's."""
    said = bare(" ".join(lines)).replace("\u2019", "'")
    said = re.sub(r"<?https?://\S+|\[image:[^\]]{0,60}\]", " ", said).strip()
    return len(said.split()) <= _MOST_OF_PROGRAM and _BY_A_PROGRAM.match(said) is not None


def names_only(text: str, writers: Sequence[Address]) -> bool:
    """Whether nothing stands there but the writer's name, and what no person wrote."""
    lines, names = lines_of(text), names_of(writers)
    return all(
        _DELIMITER.fullmatch(line) or is_added(line, lines[at:]) or is_name(line, names)
        for at, line in enumerate(lines)
    )


def without_pictures(text: str) -> str:
    """Without what a program wrote in the place of pictures; they go along as files."""
    if not _PLACE.search(text):
        return text
    lines = [(line, _PLACE.sub("", line)) for line in text.split("\n")]
    kept = (" ".join(left.split()) if left != line else line for line, left in lines if left.strip() or left == line)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()


def without_programs(text: str) -> str:
    """Without the lines that a phone or a program added."""
    return "\n".join(line for line in text.split("\n") if not is_programs(_clean(line))).strip()


def lines_of(text: str) -> list[str]:
    """The lines that say something, without what is drawn around them."""
    return [line for line in map(_clean, text.split("\n")) if line]


def _clean(line: str) -> str:
    shown = "".join(letter for letter in line if unicodedata.category(letter) != "Cf")
    return " ".join(shown.strip(_EDGES).split())


def is_typed_rule(line: str) -> bool:
    """Whether it may be a signature's delimiter that somebody typed, or a rule in the letter."""
    return _DELIMITER.fullmatch(line) is not None


def names_of(writers: Sequence[Address]) -> tuple[tuple[str, ...], ...]:
    """The names of the writers as words, and what stands before the @ of their addresses."""
    found = [one.name for one in writers] + [one.address.partition("@")[0].partition("+")[0] for one in writers]
    return tuple(words for name in found if (words := _words(name.replace(".", " ").replace("_", " "))))


def _words(line: str) -> tuple[str, ...]:
    return tuple(bare(word) for word in _BORDER.split(line.replace("\u2019", "'")) if word.strip("-'"))


def is_added(line: str, following: Sequence[str]) -> bool:
    """Whether no person wrote the line: the place of a picture, a rule, a program's, a server's or a company's."""
    if _PICTURE.fullmatch(line) or _RULE.fullmatch(line) or is_programs(line) or is_tag(line):
        return True
    return DISCLAIMER_START.match(line) is not None and is_legal_notice(following)


def _is_greeting(line: str) -> bool:
    small = bare(line)
    found = GREETING.match(small)
    if found is None or len(small) != len(line):
        return found is not None and found.end() == len(small.rstrip(_MARKS))
    rest = [word for word in _BORDER.split(line[found.end() :].replace("'", " ").replace("\u2019", " ")) if word]
    return len(rest) <= _NAME_WORDS + 1 and all(
        bare(word) not in SAYS and (bare(word) in TO_ALL or word[:1].isupper()) for word in rest
    )


def begins_with_greeting(words: str) -> bool:
    """Whether words begin as a letter does."""
    return GREETING.match(bare(words)) is not None


def asks_reader(word: str) -> bool:
    """Whether a word asks its reader for something: `apportez`. Without accents."""
    return word.endswith("ez") and word not in _NO_VERBS


def greets_by_name(line: str) -> bool:
    """Whether a line is a greeting, with a name or a title in it: one of several people, or of a team, has none."""
    found = GREETING.match(bare(line))
    if found is None or not _is_greeting(line):
        return False
    said = bare(line[found.end() :]).replace("\u2019", " ").replace("'", " ")
    rest = [word for word in _BORDER.split(said) if word]
    return any(word not in TO_ALL or word in TITLES for word in rest)


def greets_somebody(text: str) -> bool:
    """Whether a line greets somebody by name: however little stands below it, it is a letter and no signature."""
    return any(map(greets_by_name, lines_of(text)))


def is_closing(line: str, names: tuple[tuple[str, ...], ...]) -> bool:
    """A closing phrase, with nothing or a name behind it."""
    if len(line) > _MOST_LETTERS:
        return False
    small = bare(line.replace("\u2019", " ").replace("'", " ")).strip(_MARKS)
    found = _CLOSING.match(small)
    if found is None:
        return False
    behind = small[found.end() :]
    if behind[:1] not in ("", " ", ","):
        return False
    rest = behind.strip(_MARKS)
    return not rest or any(rest.split() == list(name) for name in names) or is_name(rest.title(), names)


def is_name(line: str, names: tuple[tuple[str, ...], ...]) -> bool:
    """The writer's name, as it stands in their address, or its first word with capitals behind it."""
    words = _words(line.strip(_MARKS))
    if not 0 < len(words) <= _NAME_WORDS or line.rstrip().endswith(("?", "!", ":")):
        return False
    counted = [word for word in words if word not in PARTICLES and len(word) > 1]
    if not counted or any(word in SAYS for word in counted):
        return any(tuple(words) == name for name in names)
    if any(set(counted) <= set(name) for name in names):
        return True
    shown = [word for word in _BORDER.split(line.strip(_MARKS)) if word and bare(word) not in PARTICLES]
    return any(counted[0] == name[0] for name in names) and all(word[:1].isupper() for word in shown)


def is_phone(line: str) -> bool:
    """A telephone number, with or without what it is of; no date."""
    if len(line) > _MOST_OF_PHONE:
        return False
    digits = sum(letter.isdigit() for letter in line)
    if digits < _FEWEST_DIGITS or _PHONE.fullmatch(line) is None:
        return False
    return (_DATE.fullmatch(line) is None and line.lstrip("(")[:1] in "+0") or line[:1].isalpha()


def _has_number(line: str) -> bool:
    """A line as they stand under a name: a title and a company beside a phone number."""
    digits = sum(letter.isdigit() for letter in line)
    return digits >= _FEWEST_DIGITS and len(line) <= 2 * _SHORT and not SAYS & set(_words(line))


def _is_short(line: str) -> bool:
    """A line as they stand under a name: a title, a place, a company."""
    return (
        len(line) <= _SHORT and len(line.split()) <= _SHORT_WORDS and not (line.endswith(("?", "!", ":")) or says(line))
    )


def says(line: str) -> bool:
    """Whether it is part of a sentence, or an answer of one word."""
    words = _words(_BOARD.sub("", line))
    if any(word in SAYS or word.partition("'")[0] in ("j", "n", "c", "qu", "s") for word in words):
        return True
    return len(words) > _SHORT_WORDS or (len(words) > 2 and line.endswith((".", "!", "?", "…")))
