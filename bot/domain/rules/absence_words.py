"""Words that begin like an absence note, which a program may have sent with nothing in its head that says so.

They hold what is for colleagues: a private number, who is ill. What only may be one waits for its writer.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from bot.domain.mail import Address
from bot.domain.patterns import pattern
from bot.domain.words import bare, bare_words

_BEGINNING: Final = 400
"""Letters: an absence note says so at once, below thanks for the message."""
_FAR: Final = r"[^.!?\n]{0,40}?\b"
"""A few words of the same sentence: `je suis actuellement`, `I will be`."""
_PERSON: Final = (
    r"(?:(?:je|nous|on)\s+(?:ne\s+|n')?(?:suis|sera[is]?|serons|sommes|est)|i\s?(?:'?m|am|'?ll\s+be|will\s+be)"
    r"|we\s?(?:'?re|are|'?ll\s+be|will\s+be)|ich\s+bin|estoy|estare|sono|saro|estou|estarei|ik\s+ben)\b"
)
_AWAY: Final = (
    r"(?:absente?s?|en\s+(?:conge|vacances|deplacement|arret|rtt|formation|mission|weekend|week-end)s?|indisponibles?"
    r"|injoignables?|hospitalisee?s?|deconnectee?s?\s+(?:jusqu|du\s+\d)"
    r"|pas\s+(?:la|disponibles?|joignables?|presente?s?|au\s+bureau)|hors\s+du\s+bureau|de\s+retour"
    r"|away|back\s+(?:in|on|at)|out\s+of\s+(?:the\s+|my\s+)?office|ooo|on\s+(?:\w+\s+){0,2}(?:leave|holidays?|vacation)|unavailable"
    r"|not\s+(?:available|in\s+the\s+office|at\s+work|working)|travell?ing|off\s+(?:work|sick)"
    r"|abwesend|im\s+urlaub|nicht\s+(?:im\s+buro|da|erreichbar)|auser\s+haus|ausser\s+haus"
    r"|ausente|de\s+vacaciones|fuera\s+de\s+la\s+oficina|assente|in\s+ferie|fuori\s+ufficio|de\s+ferias|fora"
    r"|afwezig|met\s+(?:vakantie|verlof)|niet\s+(?:aanwezig|op\s+kantoor))\b"
)
_ANSWERS: Final = (
    r"\b(?:(?:vous\s+|y\s+|te\s+)?(?:repondrai|repondrons|recontacterai|lirai|traiterai)|reviendrai\s+vers|prendrai\s+connaissance"
    r"|(?:i|we)\s?(?:'ll|will|shall)\s+(?:\w+\s+)?(?:reply|respond|answer|read|get\s+back\s+to|be\s+in\s+touch)"
    r"|will\s+(?:reply|respond|answer))\b"
)
_ONCE_BACK: Final = (
    r"(?:\b(?:des|a|apres)\s+mon\s+retour\b|\bquand\s+je\s+(?:serai\s+de\s+retour|rentrerai)\b"
    r"|\b(?:when|once|as\s+soon\s+as|after)\s+i(?:'?m|\s+am|\s+get|\s+come|\s+return)(?:\s+back)?\b"
    r"|\b(?:on|upon|after)\s+my\s+(?:return|next\s+working\s+day)\b)"
)
_NOT_OF_OTHERS: Final = r"(?<!\best )(?<!\bsera )(?<!\bsont )(?<!\bseront )(?<!\bis )(?<!\bare )(?<!\bbe )"
_UNTIL: Final = r"[^.!?\n]{0,30}?\b(?:jusqu|du\s+\d|until|till?\b|from\s+\d|bis\b)"
_AWAY_UNTIL: Final = rf"\b(?:absente?s?|en\s+conges?|en\s+vacances|away)\b{_UNTIL}"
_ABSENT: Final = pattern(
    rf"\b{_PERSON}{_FAR}{_AWAY}"
    r"|\b(?:actuellement|currently|bin|derzeit)\s+(?:absente?|en\s+conges?|away|out\s+of|on\s+leave|abwesend)"
    rf"|\bout[\s-]of[\s-](?:the[\s-])?office\b|{_NOT_OF_OTHERS}{_AWAY_UNTIL}"
    r"|(?<!\ben\s)\b(?:conges?|absence)\b[^.!?\n]{0,30}?\b(?:jusqu|du\s+\d|until|till\b)"
    r"|\b(?:message|reponse|reply|response|answer|antwort)\s+(?:d'absence|automatique|automatische?)(?!\s+(?:que\s|qui\s+vous|you\b))"
    r"|\bauto(?:matic|mated|matische)?[\s-]*(?:reply|response|answer|antwort|reponse|message)"
    r"|\b(?:annual|maternity|paternity|parental|sick)\s+leave\b|\babwesenheit|\bnicht\s+im\s+buro\b|\bconge\s+(?:maternite|parental|maladie)"
    # Who cannot read mails, or answers once they are back.
    r"|\b(?:limited|no)\s+access\s+to\s+(?:my\s+)?e?-?mail|\b(?:not|don't|won't)\s+have\s+(?:any\s+)?access\s+to\s+(?:my\s+)?e?-?mail"
    r"|\b(?:pas|plus|sans|peu)\s+(?:d')?acces\s+a\s+(?:mes|mon|ma|nos|notre)\s+(?:e-?mails?|mails?|messages?|messagerie|courriels?|boite)"
    rf"|\b(?:sans|pas\s+de|aucun|aucune|no)\s+(?:reseau|connexion|internet|signal){_FAR}(?:jusqu|until|till|du\s+\d)"
    rf"|{_ANSWERS}{_FAR}{_ONCE_BACK}|{_ONCE_BACK}{_FAR}{_ANSWERS}"
    rf"|\bon\s+(?:holidays?|vacation|leave){_FAR}(?:until|till|from\s+\d|back)\b"
    r"|\babsente?\s+(?:pour\s+le\s+moment|actuellement)",
)


_MAILBOX: Final = (
    r"(?:mailbox|inbox|e-?mail(?:\s+(?:address|account))?|boite(?:\s+(?:mail|e-?mail|de\s+reception|aux\s+lettres))?"
    r"|adresse(?:\s+(?:mail|e-?mail|electronique))?|messagerie)"
)
_MAIL: Final = r"(?:message|e-?mail|mail|courriel)"
_HOUSE: Final = (
    r"(?:la\s+(?:societe|structure|mairie|maison)|l'(?:entreprise|association|organisation|equipe|etablissement)"
    r"|ce\s+service)"
)
_LEFT: Final = pattern(
    r"^[ \t]*(?:\w+\W{1,2}){1,4}?"
    r"(?:(?:a\s+quitte|ne\s+travaille\s+plus|ne\s+fait\s+plus\s+partie"
    r"|n'est\s+plus\s+(?:en\s+poste|salariee?|employee?|a\s+la|a\s+l'|chez|dans))\b"
    r"|(?:est|etait)\s+(?:decedee?|absente?|en\s+(?:conges?|vacances|arret))\b"
    r"|(?:has\s+left|no\s+longer\s+works|is\s+no\s+longer\s+(?:with|at|employed)|has\s+passed\s+away|is\s+(?:away|on\s+leave|out\s+of))\b)",
    re.MULTILINE,
)
"""What is said of somebody by name, who left."""
_IN_NO_ANSWER: Final = pattern(
    # Away, and when they are back.
    rf"{_AWAY_UNTIL}|\b{_MAILBOX}\s+(?:is\s+|est\s+)?(?:full|pleine)\b"
    r"|\b(?:mon|my)\s+absence\b|\b(?:de|mon)\s+retour\b|\b(?:my\s+return|be\s+back|am\s+back|get\s+back\s+on|next\s+working\s+day)\b"
    r"|\b(?:mes|de|en|on)\s+(?:conges?|vacances|vacation|holidays?|leave)\b"
    r"|\b(?:en\s+cas\s+d'|pour\s+toute\s+)urgence\b|\b(?:for|in)\s+(?:any\s+|an\s+)?(?:urgent\s+matters?|emergenc)"
    r"|\btemps\s+partiel\b|\bpart[\s-]time\b|\bje\s+ne\s+travaille\s+(?:pas|que)\b|\bi\s+(?:only\s+|do\s+not\s+|don't\s+)work\b"
    r"|\bje\s+(?:ne\s+)?(?:consulte|releve|lis)\s+(?:mes|mon|ma)\b|\bi\s+(?:only\s+)?(?:check|read)\s+(?:my\s+)?e?-?mails?\b"
    # That the mail came, or goes on.
    rf"|\b(?:votre|your)\s+(?:{_MAIL}|demande|request)\s+(?:a\s+(?:bien\s+)?ete\s+(?:\w+\s+)?(?:recue?|transmise?|transferee?|enregistree?)|has\s+been\s+(?:\w+\s+)?(?:received|forwarded|registered))"
    rf"|\b(?:(?:bien\s+)?recu\s+(?:votre|ton)|received\s+your)\s+(?:{_MAIL}|demande|request)\b[^\n]{{0,80}}\b(?:repond|traite|delai|heures|reply|respond|answer|shortly|hours|soon)"
    r"|\b(?:en\s+cours\s+de\s+traitement|being\s+processed)\b|^(?:lu|read)\W*$|^j'aime\s+[\"\u201c\u00ab]"
    # That nobody is there now, or reads: closed until a day, what a phone answers while its owner drives.
    rf"|\b(?:fermee?s?|closed)\b{_UNTIL}|\bje\s+conduis\b|\bi\s?'?a?m\s+driving\b"
    r"|\bje\s+suis\s+en\s+(?:reunion|rendez-vous)\b|\b(?:i\s?'?m|i\s+am)\s+in\s+a\s+meeting\b"
    r"|\bje\s+reviens\s+vers\s+vous\b|\bget\s+back\s+to\s+you\s+(?:shortly|soon|as\s+soon)\b"
    # A reaction: a picture, and no smiley that was typed.
    r"|\A[^\w!-~\u2026]{1,20}\Z"
    # Who left, or is found elsewhere.
    r"|\b(?:a\s+quitte|ne\s+travaille\s+plus|ne\s+fait\s+plus\s+partie|est\s+decedee?|no\s+longer\s+works?|has\s+left|passed\s+away)\b"
    rf"|\b(?:nouvelle\s+adresse|nouveau\s+mail|change\s+d'adresse|new\s+(?:e?-?mail\s+)?address|changed\s+(?:my\s+)?e?-?mail)\b",
    re.MULTILINE,
)
"""What a program says as well as somebody; only the latter quotes what they answer."""
_OF_A_PROGRAM: Final = pattern(
    # What has become of the mailbox, or of who had it.
    rf"\b(?:this|my)\s+{_MAILBOX}\s+(?:is|was)\s+(?:no\s+longer|not)\s+(?:being\s+)?(?:monitored|used|in\s+use|active|checked|read)"
    rf"|\b(?:cette|mon|ma)\s+{_MAILBOX}\s+n'est\s+(?:plus|pas)\s+(?:relevee?|consultee?|utilisee?|surveillee?|active|lue)\b"
    r"|\bi\s+(?:have\s+left\s+the\s+(?:company|organi[sz]ation)|no\s+longer\s+work\s+(?:here|at|for)\b)"
    rf"|\bje\s+(?:ne\s+travaille\s+plus\s+(?:ici|chez|pour|a)|ne\s+fais\s+plus\s+partie\s+d\w*\W?\s?{_HOUSE})\b"
    rf"|\bj'ai\s+quitte\s+{_HOUSE}\b|^changement\s+d'adresse\b|\bcette\s+{_MAILBOX}\s+sera\s+(?:\w+\s+)?(?:supprimee|desactivee|fermee)\b"
    r"|\bje\s+(?:ne\s+)?(?:consulte|releve|lis)\s+(?:mes|mon|ma)\s+\w+\s+(?:qu'?\s?)?(?:une\s+fois|deux\s+fois|rarement)"
    r"|\bi\s+(?:only\s+)?check\s+(?:my\s+)?e?-?mails?\s+(?:only|once|twice)"
    # What has become of a mail.
    rf"|(?<!\bvotre\s)(?<!\byour\s)\b{_MAILBOX}\s+(?:is\s+|est\s+)?(?:full|pleine)\b|\bdelivery\s+(?:has\s+)?failed\s+to\b|\bmail\s+delivery\s+(?:failed|(?:sub)?system)\b|\bundeliver(?:able|ed)\b|\bdelivery\s+status\b"
    rf"|(?<!\bmy\s)\b{_MAIL}\s+(?:was\s+not|(?:has\s+not|could\s+not|couldn't)\s+be(?:en)?)\s+delivered"
    rf"|(?<!\bmon\s)\b{_MAIL}\s+n'a\s+pas\s+(?:pu\s+etre\s+|ete\s+)(?:distribue|delivre|remis|transmis)"
    rf"|\bvotre\s+{_MAIL}\s+a\s+ete\s+(?:lu|ouvert)\s+le\s+(?:\w+\s+)?\d"
    rf"|\byour\s+{_MAIL}\s+was\s+(?:read|opened)\s+on\s+(?:\w+,?\s+)?\d"
    rf"|^votre\s+{_MAIL}\s+a\s+(?:bien\s+)?ete\s+(?:lu|ouvert)\s+par\s+[\w-]+(?:\s+[\w-]+){{0,2}}[\s.!]*$"
    rf"|^your\s+{_MAIL}\s+(?:was|has\s+been)\s+(?:read|opened)\s+by\s+[\w-]+(?:\s+[\w-]+){{0,2}}[\s.!]*$"
    rf"|\b(?:would\s+like\s+to\s+recall|souhait\w+\s+rappeler)\s+(?:the|le)\s+{_MAIL}\b"
    # That a program wrote.
    rf"|\b(?:this|ce)\s+{_MAIL}\s+(?:was|is|a\s+ete|est)\s+(?:\w+\s+)?(?:automatically|automatiquement)"
    rf"|\b(?:ne\s+pas|do\s+not|don't)\s+(?:repondre|reply)\s+(?:directement\s+|directly\s+)?(?:a|to)\s+(?:ce|cet|this)\s+(?:automated\s+)?{_MAIL}"
    r"|\byour\s+(?:message|request|e-?mail)\s+has\s+been\s+received\b[^\n]{0,80}\b(?:ticket|reference|case|within\s+\d)"
    rf"|\ba\s+(?:lu|ouvert)\s+votre\s+{_MAIL}\s+(?:le|du)\s+\d|\b(?:read|opened)\s+your\s+{_MAIL}\s+on\s+\w+,?\s+?\w*\s?\d"
    r"|^(?:accuse|confirmation)\s+de\s+(?:reception|lecture)\W*$|^read\s+receipt\W*$"
    rf"|^(?:\w+\s+){{0,3}}(?:liked|loved|disliked|laughed\s+at|emphasized|questioned)\s+(?:your\s+{_MAIL}\b|[\"\u201c\u00ab])"
    rf"|^(?:\w+\s+){{0,3}}a\s+(?:aime|adore)\s+(?:votre\s+{_MAIL}\b\W*$|[\"\u201c\u00ab])"
    r"|\breacted\s+(?:via\s+gmail|to\s+your\s+message)|\ba\s+reagi\s+(?:via\s+gmail|a\s+votre\s+message)"
    r"|\booo\s+until\b",
)
"""What a program says of itself, of a mailbox or of the way of a mail: no correspondent is told it by hand."""
_SENTENCE_END: Final = re.compile(r"[.!?;\n]")


def begins_like_absence(words: str, writers: Sequence[Address] = (), *, quotes_nothing: bool = False) -> bool:
    """Whether the first words say that their writer is away, in the manner of a note that a program sends, or that a
    program wrote them.

    Args:
        writers: whose mail it is: a house says of them by name that they left.
        quotes_nothing: nothing of what it answers stands in the mail, as in that of a program.
    """
    said = bare(words[: 2 * _BEGINNING])[:_BEGINNING].replace("\u2019", "'")
    shown = re.sub(r"[ \t\u00a0\u202f]+", " ", said)
    # Who asks in the same sentence is no program: `je ne suis pas disponible mardi, mercredi vous irait ?`. One that
    # asks in another (`une urgence ?`) may be.
    return any(not _asks(shown, one.end()) for one in _found(shown, writers, quotes_nothing=quotes_nothing))


def _found(shown: str, writers: Sequence[Address], *, quotes_nothing: bool) -> Iterator[re.Match[str]]:
    yield from _ABSENT.finditer(shown)
    yield from _OF_A_PROGRAM.finditer(shown)
    if quotes_nothing:
        yield from _IN_NO_ANSWER.finditer(shown)
    names = {word for one in writers for word in bare_words(one.name)}
    yield from (one for one in _LEFT.finditer(shown) if names.intersection(bare_words(one[0])))


def _asks(shown: str, end: int) -> bool:
    """Whether the sentence that goes on there is a question."""
    ends = _SENTENCE_END.search(shown, end)
    return ends is not None and ends[0] == "?"
