"""Words that begin like an absence note, which a program may have sent with nothing in its head that says so.

They hold what is for colleagues: a private number, who is ill. What only may be one waits for its writer.
"""

import re
from typing import Final

from bot.domain.patterns import pattern
from bot.domain.words import bare

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
    r"|injoignables?|pas\s+(?:la|disponibles?|joignables?|presente?s?|au\s+bureau)|hors\s+du\s+bureau|de\s+retour"
    r"|away|back\s+(?:in|on|at)|out\s+of\s+(?:the\s+|my\s+)?office|ooo|on\s+(?:\w+\s+){0,2}(?:leave|holidays?|vacation)|unavailable"
    r"|not\s+(?:available|in\s+the\s+office|at\s+work|working)|travell?ing|off\s+(?:work|sick)"
    r"|abwesend|im\s+urlaub|nicht\s+(?:im\s+buro|da|erreichbar)|auser\s+haus|ausser\s+haus"
    r"|ausente|de\s+vacaciones|fuera\s+de\s+la\s+oficina|assente|in\s+ferie|fuori\s+ufficio|de\s+ferias|fora"
    r"|afwezig|met\s+(?:vakantie|verlof)|niet\s+(?:aanwezig|op\s+kantoor))\b"
)
_ABSENT: Final = pattern(
    rf"\b{_PERSON}{_FAR}{_AWAY}"
    r"|\b(?:actuellement|currently|bin|derzeit)\s+(?:absente?|en\s+conges?|away|out\s+of|on\s+leave|abwesend)"
    r"|\bout[\s-]of[\s-](?:the[\s-])?office\b|\b(?:absente?s?|en\s+conges?|en\s+vacances|away)\b"
    r"[^.!?\n]{0,30}?\b(?:jusqu|du\s+\d|until|till?\b|from\s+\d|bis\b)"
    r"|\b(?:conges?|absence)\b[^.!?\n]{0,30}?\b(?:jusqu|du\s+\d|until|till\b)"
    r"|\b(?:message|reponse|reply|response|answer|antwort)\s+(?:d'absence|automatique|automatische?)"
    r"|\bauto(?:matic|mated|matische)?[\s-]*(?:reply|response|answer|antwort|reponse|message)"
    r"|\b(?:annual|maternity|paternity|parental|sick)\s+leave\b|\babwesenheit|\bnicht\s+im\s+buro\b|\bconge\s+(?:maternite|parental|maladie)"
    r"|\blimited\s+access\s+to\s+(?:my\s+)?e?-?mail",
)


_MAILBOX: Final = (
    r"(?:mailbox|inbox|e-?mail(?:\s+(?:address|account))?|boite(?:\s+(?:mail|e-?mail|de\s+reception|aux\s+lettres))?"
    r"|adresse(?:\s+(?:mail|e-?mail|electronique))?|messagerie)"
)
_MAIL: Final = r"(?:message|e-?mail|mail|courriel)"
_OF_A_PROGRAM: Final = pattern(
    # What has become of the mailbox, or of who had it.
    rf"\b(?:this|my)\s+{_MAILBOX}\s+(?:is|was)\s+(?:no\s+longer|not)\s+(?:being\s+)?(?:monitored|used|in\s+use|active|checked|read)"
    rf"|\b(?:cette|mon|ma)\s+{_MAILBOX}\s+n'est\s+(?:plus|pas)\s+(?:relevee?|consultee?|utilisee?|surveillee?|active|lue)\b"
    r"|\bi\s+(?:have\s+left\s+the\s+(?:company|organi[sz]ation)|no\s+longer\s+work\s+(?:here|at|for)\b)"
    r"|\bje\s+ne\s+travaille\s+plus\s+(?:ici|chez|pour|a)\b|\bj'ai\s+quitte\s+(?:la\s+societe|l'entreprise)\b"
    r"|\bje\s+(?:ne\s+)?(?:consulte|releve|lis)\s+(?:mes|mon|ma)\s+\w+\s+(?:qu'?\s?)?(?:une\s+fois|deux\s+fois|rarement)"
    r"|\bi\s+(?:only\s+)?check\s+(?:my\s+)?e?-?mails?\s+(?:only|once|twice)"
    # What has become of a mail.
    rf"|\b{_MAILBOX}\s+(?:is\s+|est\s+)?(?:full|pleine)\b|\bdelivery\s+(?:has\s+)?failed\s+to\b|\bmail\s+delivery\s+(?:failed|(?:sub)?system)\b|\bundeliver(?:able|ed)\b|\bdelivery\s+status\b"
    rf"|\b{_MAIL}\s+(?:was\s+not|(?:has\s+not|could\s+not|couldn't)\s+be(?:en)?)\s+delivered"
    rf"|\b{_MAIL}\s+n'a\s+pas\s+(?:pu\s+etre\s+|ete\s+)(?:distribue|delivre|remis|transmis)"
    rf"|\bvotre\s+{_MAIL}\s+a\s+ete\s+(?:lu|ouvert)\s+le\s+\d|\byour\s+{_MAIL}\s+was\s+(?:read|opened)\s+on\s+\d"
    rf"|\b(?:would\s+like\s+to\s+recall|souhait\w+\s+rappeler)\s+(?:the|le)\s+{_MAIL}\b"
    # That a program wrote.
    rf"|\b(?:this|ce)\s+{_MAIL}\s+(?:was|is|a\s+ete|est)\s+(?:\w+\s+)?(?:automatically|automatiquement)"
    rf"|\b(?:ne\s+pas|do\s+not|don't)\s+(?:repondre|reply)\s+(?:directement\s+|directly\s+)?(?:a|to)\s+(?:ce|cet|this)\s+(?:automated\s+)?{_MAIL}"
    r"|\byour\s+(?:message|request|e-?mail)\s+has\s+been\s+received\b[^\n]{0,80}\b(?:ticket|reference|case|within\s+\d)"
    r"|\breacted\s+(?:via\s+gmail|to\s+your\s+message)|\ba\s+reagi\s+(?:via\s+gmail|a\s+votre\s+message)"
    r"|\booo\s+until\b",
)
"""What a program says of itself, of a mailbox or of the way of a mail: no correspondent is told it by hand."""
_SENTENCE_END: Final = re.compile(r"[.!?;\n]")


def begins_like_absence(words: str) -> bool:
    """Whether the first words say that their writer is away, in the manner of a note that a program sends, or that a
    program wrote them."""
    said = bare(words[: 2 * _BEGINNING])[:_BEGINNING].replace("\u2019", "'")
    shown = re.sub(r"[ \t\u00a0\u202f]+", " ", said)
    # Who asks in the same sentence is no program: `je ne suis pas disponible mardi, mercredi vous irait ?`. One that
    # asks in another (`une urgence ?`) may be.
    return any(not _asks(shown, one.end()) for one in (*_ABSENT.finditer(shown), *_OF_A_PROGRAM.finditer(shown)))


def _asks(shown: str, end: int) -> bool:
    """Whether the sentence that goes on there is a question."""
    ends = _SENTENCE_END.search(shown, end)
    return ends is not None and ends[0] == "?"
