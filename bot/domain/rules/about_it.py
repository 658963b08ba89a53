"""Lines of an answer by mail that speak of the conversation itself, as people of a team do among each other: whether it
may be closed and why, who takes it. A correspondent knows nothing of a conversation.

A line is read as words without accents and marks, in which `CLOSE` stands for the names of what ends a conversation and
`CLOSED` for what it is then, and `NAME` for the name of a colleague.
"""

import itertools
import re
from collections.abc import Collection
from typing import Final

from bot.domain.patterns import pattern
from bot.domain.words import bare_words

_MOST_OF_NAME: Final = 4
"""Words."""
_MOST: Final = 300
"""Letters of a line that are looked at."""
_CLOSED: Final = frozenset("fermes fermez fermons clot clotures cloturez cloturons archivez archivons".split())
"""Forms of the names that are none of them by themselves."""
CLAUSE: Final = re.compile(r"[.,;:!?()\u2026\u2013\u2014]+| - ")
"""What stands between clauses."""


def one_of(*forms: str) -> str:
    return f"(?:{'|'.join(forms)})"


_IT: Final = one_of(
    "(?:this|it|that|ca|cela|ceci)(?: one)?",
    "(?:(?:the|this|that|la|le|cette|ce) )?(?:conversation|ticket|thread|case|dossier|fil|discussion)(?: [0-9]+)?",
    "(?:celui|celle)(?: ci| la)",
)
_THEM: Final = "(?:her|him|them)"
_WHO: Final = "(?:her|him|them|NAME|[a-z]{2,20})"
_TO_WHOM: Final = " a (?:NAME|[a-z]{2,20})"
"""Perhaps by name."""
_SOMEONE: Final = "(?:someone|somebody|anyone|anybody|one of you)"
_QUELQU_UN: Final = "(?:quelqu ?un|qqn|l un d entre vous|l un de vous)"
_BEFORE: Final = (
    "(?:(?:ok|okay|oui|yes|non|no|so|donc|alors|merci|thanks|bon|salut|hello|hi|hey|please|svp|stp|je pense qu"
    "|je pense que|i think|i guess|mais|but|and|et|est ce qu|est ce que|maybe|peut etre) )*"
)
_POLITE: Final = (
    "(?: (?:please|pls|kindly|svp|stp|s il te plait|s il vous plait|merci|thanks|thank you|now|maintenant|donc|then"
    "|alors|too|aussi|pour moi|for me|de mon cote))*"
)
_CAN: Final = "(?:can|could|should|may|might|must)"
_PEUT: Final = "(?:peux|peut|pouvez|pouvons|pourrais|pourrait|pourriez|pourra|pourras)"
_DOIT: Final = "(?:dois|doit|devez|devons|devrait|devrais|va|vas|vais|allez|allons|veux|voudrais)"
_AS: Final = "(?:CLOSED?|done|resolved|spam|duplicate|resolue?|traitee?|reglee?|doublon|indesirable|attente|pending)"
_CLOSING_IT: Final = pattern(
    _BEFORE
    + one_of(
        rf"(?:tu|on|je|nous|qui|{_QUELQU_UN}) (?:ne )?{_PEUT}(?: il)?(?: pas)?(?: le| la)? CLOSE(?: {_IT})?",
        rf"vous (?:ne )?{_PEUT}(?: pas)? CLOSE(?: {_IT})?",
        rf"{_PEUT} (?:tu|vous|on|je|t on|nous)(?: le| la)? CLOSE(?: {_IT})?",
        rf"tu {_DOIT}(?: le| la)? CLOSE(?: {_IT})?",
        rf"(?:on|je|vous|nous) {_DOIT} CLOSE {_IT}",
        rf"(?:il )?(?:faut|faudra|faudrait)(?: il)?(?: le| la)? CLOSE(?: {_IT})?",
        rf"(?:(?:bon|bonne|pret|prete) a|ok pour|merci de|je te laisse) CLOSE(?: {_IT})?|a CLOSE {_IT}",
        rf"(?:tu|on|vous|{_QUELQU_UN}) {_PEUT}(?: le| la)? (?:mettre|passer|marquer)(?: {_IT})?(?: en| comme)? {_AS}",
        rf"(?:you|u|we|i|who|{_SOMEONE}) {_CAN}(?: now| just| please| also| probably)? CLOSED?(?: {_IT})?",
        rf"(?:{_CAN}|will|would|shall|do) (?:you|u|we|i|{_SOMEONE})(?: please)? CLOSED?(?: {_IT})?",
        rf"(?:you|we|i|{_SOMEONE}) (?:ll|will|have to|need to|want to|m going to|re going to) CLOSED? {_IT}",
        rf"(?:you|we|i|{_SOMEONE}) {_CAN} mark(?: {_IT})?(?: as)? {_AS}",
        rf"{_SOMEONE} (?:please |to )?CLOSED?(?: {_IT})?|(?:let ?s|(?:ready|good|ok|fine) to) CLOSED?(?: {_IT})?",
        rf"(?:{_IT} )?(?:{_CAN}(?: now)?|to|ready to) be CLOSED?",
        rf"(?:{_IT} )?(?:peut|doit|pourrait|devrait|va|a) etre CLOSED?",
        rf"(?:i m|im|i am|we re|we are|i|we|i ve|ive|we ve|just|feel free to) CLOSED? {_IT}",
        rf"(?:j ai|on a|nous avons|je|nous|vous|tu|on) CLOSED? {_IT}|(?:pense|pensez) a CLOSE(?: {_IT})?",
        rf"(?:qui|tu) CLOSED?|CLOSED? (?:{_IT}|le|la)",
        rf"(?:ne )?(?:surtout )?pas (?:encore )?CLOSE(?: {_IT})?|ne (?:le |la )?CLOSED pas(?: {_IT})?",
        rf"(?:don ?t|do not)(?: yet)? CLOSED?(?: {_IT})?(?: yet)?",
    )
    + _POLITE
)
"""That somebody may end it, has ended it, or is not to."""
_TAKING_IT: Final = pattern(
    _BEFORE
    + one_of(
        r"qui (?:s ?en (?:occupe|charge)|est dessus|(?:lui |leur )?repond)",
        rf"qui (?:le |la )?(?:prend|prends|gere|traite)(?: {_IT})?|qui suit {_IT}",
        r"qui (?:peut|veut|va|pourrait)(?: bien)? s ?en (?:occuper|charger)",
        rf"qui (?:peut|veut|va|pourrait)(?: bien)? (?:le |la |lui )?(?:prendre|gerer|traiter|repondre)"
        rf"(?: {_IT}|{_TO_WHOM})?",
        rf"{_QUELQU_UN} (?:peut|pourrait|veut|voudrait)(?: il)?(?: bien)? s ?en (?:occuper|charger)",
        rf"{_QUELQU_UN} (?:peut|pourrait|veut|voudrait)(?: il)?(?: bien)? (?:le |la |lui )?(?:prendre|gerer|traiter"
        rf"|repondre)(?: {_IT}|{_TO_WHOM})?",
        rf"tu t ?en (?:occupes|charges)|tu (?:le |la )?(?:prends|geres)(?: {_IT})?|(?:tu lui reponds|je lui reponds)",
        rf"(?:tu {_PEUT}|{_PEUT} tu|tu veux(?: bien)?) t ?en (?:occuper|charger)",
        rf"(?:tu {_PEUT}|{_PEUT} tu|tu veux(?: bien)?) (?:le |la |lui )(?:prendre|gerer|traiter|repondre)",
        rf"(?:tu {_PEUT}|{_PEUT} tu|tu veux(?: bien)?) (?:prendre|gerer|traiter) {_IT}",
        rf"who (?:takes|(?:is |s )taking|(?:will |ll |can |could )take|wants|handles|(?:is |s )handling"
        rf"|(?:can|will) handle|deals with|(?:is |s )dealing with|looks after|takes care of)(?: (?:care of )?{_IT})?",
        r"(?:a toi de|je te laisse) (?:lui |leur )?repondre|je te (?:le |la |l )(?:assigne|attribue|confie)",
        rf"who (?:is|s) on {_IT}|nobody (?:takes|is on) {_IT}|personne ne (?:s en occupe|(?:lui )?repond|est dessus)",
        rf"who (?:answers|replies|(?:is |s )answering|(?:can|will) answer)(?: (?:to )?(?:{_THEM}|{_IT}))?",
        rf"(?:can|could|will|would) (?:{_SOMEONE}|NAME)(?: please)?"
        rf" (?:take|handle|answer|reply|reply to|deal with|take care of)(?: (?:{_IT}|{_WHO}))?",
        rf"{_SOMEONE} (?:please|to|can|could|should) (?:take|handle|answer|reply to|deal with|take care of)"
        rf"(?: (?:{_IT}|{_WHO}))?",
        rf"(?:can|could) (?:you|we|u) (?:answer|reply to) {_THEM}",
        r"on (?:lui |leur )?(?:repond|dit) quoi|qu ?est ce qu ?on (?:lui |leur )?(?:repond|dit)",
        r"que (?:lui|leur) repondre",
        rf"what (?:do|should|shall|can) we (?:answer|reply|say|tell)(?: to)?(?: {_THEM})?",
        rf"what (?:do|should|shall|can) i (?:answer|reply|say|tell)(?: to)? {_THEM}",
        r"je (?:lui|leur) (?:repond|reponds|dis|dit) quoi|qu ?est ce que je (?:lui|leur) (?:reponds|dis)",
        r"je (?:ne )?sais pas (?:quoi|que) (?:lui |leur )(?:repondre|dire)",
        rf"i (?:do not|don ?t) know what to (?:answer|say|reply|tell)(?: to)? {_THEM}",
    )
    + _POLITE
)
"""Who takes it, and what is to be answered."""
_IMPERATIVE: Final = "(?:reponds?|repondez|repondons)"
_ANSWERING_THEM: Final = pattern(
    _BEFORE
    + one_of(
        rf"{_IMPERATIVE} (?:lui|leur)",
        "(?:il )?(?:faut|faudra|faudrait) (?:lui|leur) repondre",
        rf"(?:on )?(?:ne )?(?:lui|leur) {_IMPERATIVE} (?:pas|rien)",
        rf"(?:on )?(?:ne )?{_IMPERATIVE} (?:pas|rien) a"
        r" (?:elle|lui|eux|cette (?:personne|dame|femme)|ce (?:monsieur|type))",
        "(?:don ?t |do not )?(?:answer (?:her|him)|reply to (?:her|him|them))",
        "NAME (?:tu|t|peux tu|pourrais tu|can you|could you|do you|will you)",
    )
    + r"\b"
)
"""That somebody is to answer the correspondent, or not to, and what; or it is said to a colleague: the first words of a
clause."""
_HOW: Final = "(?:repondre|dire|ecrire|demander|expliquer|proposer|envoyer|confirmer)"
_TELLING_THEM: Final = pattern(
    _BEFORE
    + one_of(
        r"(?:dis|dites|disons|ecris|ecrivez|explique|expliquez|confirme|confirmez) (?:lui|leur)"
        r" (?:que?|oui|non|ok|d accord|c est)",
        r"tell (?:her|him|them) (?:that|yes|no|ok|it|we|she|he|they)",
        rf"(?:(?:il )?(?:faut|faudra|faudrait)|on (?:devrait|doit|peut|pourrait|va)) (?:lui|leur) {_HOW}",
        r"je l ai (?:appelee?|rappelee?|eue?|jointe?)",
    )
    + r"\b"
)
"""The same, in words that a letter has as well, which tells of somebody else."""
_THEN_CLOSE: Final = pattern(rf"{_BEFORE}CLOSE(?: {_IT})?{_POLITE}")
_ASKED_OF_ALL: Final = pattern(
    rf"{_BEFORE}{_QUELQU_UN} (?:s ?en (?:occupe|charge)|(?:le |la )?(?:prend|gere|suit)(?: {_IT})?|(?:lui )?repond)"
    rf"{_POLITE}"
)
"""Only as a question: who is told that somebody does it reads no talk."""
_ALONE: Final = pattern(
    "(?:(?:ok|okay|c est bon) )?"
    + one_of(
        rf"on CLOSED?{_POLITE}",
        r"(?:moi )?je (?:m ?en (?:occupe|charge)|m ?y colle|suis dessus)",
        r"(?:moi )?je (?:vais|peux|veux bien) m ?en (?:occuper|charger)",
        rf"(?:moi )?je (?:le |la )?(?:prends|prend|gere)(?: {_IT})?|jm ?en (?:occupe|charge)|c est pour moi",
        rf"i ?(?:ll|will|can|m going to|am going to) (?:take|handle|deal with|take care of|look after) {_IT}",
        rf"(?:i ?m |i am )?(?:on|taking|handling) {_IT}|i ?(?:ve )?got this|i take (?:care of )?{_IT}",
        rf"(?:ne pas|pas besoin de|inutile de) (?:lui |leur )?repondre{_POLITE}",
        r"on (?:ne )?repond pas|pas de reponse|rien a faire|nothing to do",
        r"no (?:answer|reply|response|action) (?:is )?(?:needed|required|necessary)|(?:do not|don ?t) (?:answer|reply)",
        r"(?:(?:c est|ceci est) (?:du |un )?|(?:this|it) (?:is|s) |looks like )spam|(?:not for|pas pour) (?:us|nous)",
        r"(?:a )?class(?:er|e|ee)(?: sans suite)?|sans suite|a ignorer|ignor(?:er|e)(?: (?:this|it|ca))?",
        r"je (?:ne )?sais pas (?:quoi|que) repondre|i (?:do not|don ?t) know what to (?:answer|reply)",
        rf"(?:bloque|bloquez|bloquer|block|ban) (?:le|la|les|her|him|them|cette (?:adresse|personne)|{_IT})",
        r"(?:c est|this is|it ?s|it is) (?:pour|for) NAME(?: ca)?",
        rf"(?:je |tu |on |a )?(?:passer?|passes|donner?|transmets|transmettre|confier?|fai(?:s|t|re) suivre)"
        rf"(?: la main| {_IT}| le| la)? a NAME",
        r"(?:deja |already )?(?:vu avec|(?:traitee?|reglee?|repondu) par|(?:done|answered|handled) by) NAME",
        r"qui (?:connait|est) (?:cette (?:personne|dame)|ce monsieur)",
        r"c est qui(?: cette (?:personne|dame)| ce monsieur)?",
        r"on (?:la|le) connait|who is (?:she|he)|do we know (?:her|him)",
        rf"je laisse (?:{_QUELQU_UN}|NAME|[a-z]{{2,20}}) (?:lui |leur )?repondre",
        r"(?:deja|already) (?:repondu|traitee?|answered|replied(?: to)?|dealt with|handled)",
        r"(?:pas de|aucune) reponse (?:necessaire|requise|a (?:faire|donner))",
        r"(?:on en (?:re)?(?:parle|discute)|a (?:voir|discuter|evoquer|traiter))(?: [a-z]{4,9})? (?:au|en|a la|avec le)"
        r" (?:prochaine? )?(?:ca|bureau|conseil|comite|reunion)",
        r"(?:(?:c est|ceci est) un |(?:this|it) (?:is|s) a )?(?:test|essai)",
        r"(?:doublon|duplicate|dupe)(?: (?:de|du|of|avec|with) [0-9]+)?",
    )
)
"""What a letter may say as well, in more words: `on ferme à 18 h`, `je m'en occupe et vous rappelle`."""

_STRONG: Final = frozenset("because cause cuz coz car parce puisque".split())
_JOINS: Final = _STRONG | frozenset(
    """as since if when once unless until till after before without and then or comme si quand lorsque des apres avant
    sans vu jusqu et puis ou pour que""".split()
)
"""What joins a command and why, or when, it is to be."""
_OF_THEM: Final = frozenset("she he her him they them elle elles ils lui eux".split())
"""Whoever speaks so of somebody speaks to somebody else."""
_OF_CASES: Final = frozenset(
    """duplicate dupe doublon spam resolved resolue resolu solved fixed regle reglee traite traitee answered answer
    reply replying answering repondu repondre reponse suite paid obsolete""".split()
)
_THEY: Final = frozenset("she he they elle il ils elles".split())
_HAS: Final = frozenset("a n ne avait ment".split())
"""Behind `il` they make it a person."""
_IMPERSONAL: Final = frozenset(
    """y n ne faut faudra faudrait reste restait restera restent est etait sera serait manque manquait manquera suffit
    suffira pleut pleuvra s vaut vaudrait fait fera semble parait convient existe arrive peut""".split()
)
"""Behind `il` they tell of nobody."""
_OBJECTS: Final = frozenset("this it that ca cela le la".split())
_MOST_BEFORE: Final = 3


def is_talk_of_it(
    line: str,
    ends: Collection[str],
    ended: Collection[str],
    team: Collection[str] = (),
    *,
    is_first: bool = False,
    is_all: bool = False,
) -> bool:
    """Whether a line speaks of the conversation to the team.

    Args:
        ends: what people call it to end the conversation, in the form in which words are compared.
        ended: what they call what it is then.
        team: names of colleagues, likewise.
        is_first: nothing but a greeting stands above it; one of its clauses is enough.
        is_all: it is all that they wrote, but for a signature.
    """

    def said(words: str) -> str:
        return " ".join(
            "CLOSE" if one in ends else "CLOSED" if one in ended or one in _CLOSED else one
            for one in with_names(bare_words(words), team)
        )

    whole = said(line[:_MOST])
    if _is_talk(whole) or (is_all and (_ALONE.fullmatch(whole) or _TELLING_THEM.match(whole))):
        return True
    if line.rstrip(" *_\t\u00a0\u202f").endswith("?") and _ASKED_OF_ALL.fullmatch(whole):
        return True
    if not is_first:
        return False
    clauses = [said(one) for one in CLAUSE.split(line[:_MOST])]
    if speaks_of_them(line[:_MOST]) and any(map(_THEN_CLOSE.fullmatch, clauses[1:])):
        return True
    return _goes_on(whole.split()) or any(_is_talk(one) or _ANSWERING_THEM.match(one) for one in clauses)


def with_names(words: list[str], team: Collection[str]) -> list[str]:
    """The words, with one for each name of a colleague."""
    found: list[str] = []
    at = 0
    while at < len(words):
        name = next((n for n in range(_MOST_OF_NAME, 0, -1) if " ".join(words[at : at + n]) in team), 0)
        found.append("NAME" if name else words[at])
        at += min(name, len(words) - at) or 1
    return found


def _is_talk(said: str) -> bool:
    said = said.removeprefix("NAME ").removesuffix(" NAME")
    return _CLOSING_IT.fullmatch(said) is not None or _TAKING_IT.fullmatch(said) is not None


def _goes_on(words: list[str]) -> bool:
    """Whether such words are followed by why, or when."""
    for at, word in enumerate(words):
        if at and word in _JOINS:
            before, is_of_them = " ".join(words[:at]), _is_of_them(words[at:])
            if _is_talk(before) and (word in _STRONG or is_of_them):
                return True
            if is_of_them and _ALONE.fullmatch(before):
                return True
    return False


def is_given_a_reason(
    line: str, verbs: Collection[str], states: Collection[str], beside: Collection[str], team: Collection[str]
) -> bool:
    """Whether the name of a command, or of what it makes, begins a line, and what follows says why or when it is to be
    done: `close because …`, `fermé, elle …`.

    Args:
        verbs: names of commands, in the form in which words are compared.
        states: names of what they make of a conversation.
        beside: small words around such a name.
        team: names of colleagues.
    """
    words = bare_words(line[:_MOST])
    before = 0
    while before < min(len(words), _MOST_BEFORE) and words[before] in beside and words[before] not in verbs:
        before += 1
    name, rest = "".join(words[before : before + 1]), words[before + 1 :]
    while rest and rest[0] in _OBJECTS:
        rest = rest[1:]
    if not rest or (name not in verbs and name not in states):
        return False
    if rest[0] in _STRONG and name in verbs:
        return True
    return rest[0] in _JOINS | _THEY and (_is_of_them(rest) or bool(set(rest) & set(team)))


def speaks_of_them(words: str) -> bool:
    """Whether words speak of the correspondent, or of somebody, to somebody else."""
    return _is_of_them(bare_words(words))


def speaks_of_somebody(said: list[str]) -> bool:
    """The same of words in the form in which they are compared, of a third person alone: `elle a payé`, `call her`."""
    found = (one == "il" and then not in _IMPERSONAL for one, then in itertools.pairwise(said))
    return bool(_OF_THEM & set(said)) or any(found)


def begins_with_them(words: list[str]) -> bool:
    """Whether words, in the form in which they are compared, tell of the correspondent: `elle a …`, not `il faut …`."""
    return bool(words) and words[0] in _THEY and (words[0] != "il" or (len(words) > 1 and words[1] in _HAS))


def _is_of_them(words: list[str]) -> bool:
    """Whether the words speak of the correspondent, or of what becomes of conversations."""
    is_he = any(one == "il" and then in _HAS for one, then in itertools.pairwise(words))
    return is_he or bool((_OF_THEM | _OF_CASES) & set(words))
