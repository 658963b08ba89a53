"""What is clearly said to a colleague, also where the correspondent has just written: what whoever wrote has done or is
like, what the one colleague is to do, or has done.

A letter says `tu` and `elle` as well (`Tu peux venir mardi.`, `Oui, elle commence mardi.`); none of this.
"""

from typing import Final

from bot.domain.patterns import pattern
from bot.domain.rules.about_it import one_of

_THEY: Final = "(?:elle|il|she|he|they)"
_EVER: Final = (
    "(?:(?:deja|encore|toujours|jamais|pas|plus|bien|aussi|donc|vraiment|tellement|trop|tres|si|un peu|already|still"
    "|never|always|again|really|so|very|just|now|not|too) )*"
)
_ABOUT: Final = (
    "(?:(?:re)?prendre|gerer|traiter|repondre|garder|r?appeler|contacter|joindre|relancer|fermer|clore|cloturer"
    "|donner (?:a|au)|passer a|laisser|confier|bloquer|refuser|accepter|rembourser|prevenir|dire|expliquer|transferer"
    "|assigner|attribuer|occuper|charger|demander|ecrire)"
)
_ABOUT_DONE: Final = (
    "(?:oublie|repondu|ferme|clos|pris|accepte|refuse|assigne|attribue|annule|dit|ecrit|vu|lu|note|traite|fait(?! d)"
    "|mis)"
)
_OF_THEM: Final = pattern(
    r"\b"
    + one_of(
        rf"{_THEY} (?:ne |n )?(?:m|me|nous)(?! (?:faut|faudra|faudrait|reste|restera|manque|est|semble|parait)\b)",
        rf"{_THEY} {_EVER}(?:doit|devait|owes?|owed) {_EVER}(?:us|money|les|son|sa|ses|de l|[0-9])",
        rf"{_THEY} (?:n )?(?:a|avait|has|have|had|ve) {_EVER}(?:paye|regle|ecrit|repondu|r?appele|telephone|demande"
        r"|dit|annule|resilie|insiste|menti|sa reponse|paid|written|called|asked|answered|replied|said|cancelled"
        r"|complained|lied)",
        rf"{_THEY} (?:n )?{_EVER}(?:a|has|have|hasn t|haven t) {_EVER}(?:oublie|forgotten|paid)",
        rf"{_THEY} never (?:pays?|answers?)",
        r"(?:je|on|nous) (?:ne |n )?(?:lui|leur) (?:ai|a|avons|reponds?|dis|dit|disons|ecris|donne|fais|fait|propose)",
        r"(?:accorde|donne|propose|refuse|offre) (?:plutot )?her|give (?:her|him)",
        rf"{_THEY} (?:n )?(?:est|etait|is|was|are|were|s|re) {_EVER}(?:penible|impoli|furieu|fache|desagreable"
        r"|insupportable|agressi|bizarre|relou|gonfle|chiant|adherente?|rude|a pain|annoying|angry|difficult|a nuisance"
        r"|waiting)[a-z]*",
        rf"{_THEY} {_EVER}(?:attend|attendait|insiste|ment|exagere|abuse|veut|voudrait|reclame|waits|wants?|keeps"
        r"|wrote|called|said|asked)",
        r"(?:call|ask|tell|answer|know|met|called|asked|told|answered|(?:write|wrote|reply|talk|talked) to)"
        r" (?:her|him)",
        r"(?:encore|toujours) (?:elle|lui)$|(?:her|him) again",
    )
    + r"\b"
)
_YOURS: Final = pattern(
    r"\b"
    + one_of(
        r"tu (?:ne )?(?:peux|pourrais|pourras|veux|voudrais|dois|devrais|vas|saurais|aurais pu|aurais du)"
        rf" {_EVER}(?:(?:la|le|les|l|lui|leur|t en|m en) )?{_ABOUT}",
        rf"(?:peux|pourrais|veux|vas|dois) tu {_EVER}(?:(?:la|le|les|l|lui|leur|t en|m en) )?{_ABOUT}",
        rf"(?:tu (?:ne |n )?(?:(?:la|le|l|les|lui|leur) )?(?:as|avais|aurais)|as tu) {_EVER}{_ABOUT_DONE}",
        r"tu (?:ne )?(?:lui|leur|t en|t es)|tu (?:ne )?(?:la|le|l) (?:connais|gardes?|reprends?|prends?|laisses?"
        r"|fermes?|geres?|donnes?|rappelles?|appelles?)",
        r"tu (?:ne )?(?:connais|reponds|geres|fermes)|(?:pourquoi|why) tu|tu aurais du|je prefere que tu",
        r"(?:d accord avec|vas y|comme) toi|c est toi qui|a toi de|tu en (?:penses|dis)|qu en (?:penses|dis) tu",
        r"why did you|(?:did|have) you (?:close|assign|take|tell|answer)[a-z]*",
    )
    + r"\b"
)


def tells_of_them(clause: str) -> bool:
    """Whether a clause tells of whoever wrote, where nothing turns to them.

    Args:
        clause: its words as they are compared, with `NAME` for a colleague's.
    """
    return _OF_THEM.search(clause) is not None


def asks_colleague(clause: str) -> bool:
    """Whether a clause tells one colleague what they are to do about it, or have done; likewise."""
    return _YOURS.search(clause) is not None
