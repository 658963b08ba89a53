"""Whether words that answer what colleagues did speak to them: of the correspondent as of somebody else, to one
colleague, or of why somebody does not take what was given to them.

Their length does not tell it: `Oui, c'est possible lundi.` is as short as `Je suis débordée.`
"""

import re
from collections.abc import Collection, Sequence
from typing import Final

from bot.domain.mail import Address
from bot.domain.patterns import pattern
from bot.domain.rules.about_it import CLAUSE, one_of, speaks_of_somebody, with_names
from bot.domain.rules.cards import is_card
from bot.domain.rules.clearly_of_them import asks_colleague, tells_of_them
from bot.domain.rules.own_words import asks_reader, is_closing, lines_of, names_of
from bot.domain.words import bare_words

_MOST: Final = 4000
"""Letters that are looked at."""
_MOST_OF_CARD: Final = 12
"""Lines of which the last ones may be a signature."""
_BARE: Final = frozenset(
    """oui ouais yes yep yeah ja si ok okay oki okey k d dac daccord accord entendu compris parfait perfect non no nope
    nein sure vu merci thanks thank thx""".split()
)
"""A yes, a no, or thanks: alone it may be said to whoever did what is answered."""
_MOST_BARE: Final = 3
_GRATEFUL: Final = frozenset("merci thanks thank thx you".split())
_NO: Final = frozenset("non no nope nein".split())
_TO_THEM: Final = frozenset("vous votre vos you your yours please svp dites faites".split())
"""Of words that turn to the correspondent a third person is somebody else."""
_TO_ONE: Final = frozenset("tu te toi ton ta tes tien tienne stp".split())
_ITS_READERS: Final = pattern(
    r"\b(?:ton|ta|tes) (?:inscription|adhesion|reservation|commande|paiement|cheque|certificat|cotisation|licence"
    r"|demande|fils|fille|enfants?|place|billet)\b"
)
"""What a correspondent has; of a colleague nobody says it here."""
_OF_THINGS: Final = pattern(
    r"\b(?:(?:il|elle|ils|elles|they) "
    + one_of(
        r"(?:(?:ne |n )?(?:est|sont|sera|seront|are|were|will be) (?:deja |toujours |encore |tous |toutes |pas |all"
        r" |already |not )*(?:gratuite?|ouverte?|fermee?|complete?|complet|payante?|obligatoire|jointe?|en piece jointe"
        r"|en ligne|a rendre|a renvoyer|a remplir|valable|attached|open|closed|free|full|available|included|online))",
        "(?:commence|debute|coute|dure|finit|termine|start|begin|cost|last|open|close|take place)(?:nt|ra|ront|s)?",
        "(?:a|ont|aura|auront) lieu",
    )
    + r"|(?:received|got|have|found|enclosed|attached) them)(?:e?s)?\b"
)
"""Of a course, a form, a fee: nobody is told of by it."""
_ELIDED: Final = re.compile(r"(?<![\w'\u2019-])t['\u2019](?=\w)", re.IGNORECASE)
_TIED: Final = re.compile(r"(?<=[^\W\d_])-(?:la|le|les|lui|leur)\b(?!-)", re.IGNORECASE)
"""Behind a verb: `donne-la`; not `celle-là`."""
_ASKED: Final = re.compile(r"(?<=[^\W\d_])-(?:t-)?il\b", re.IGNORECASE)
"""Nobody is told of by it: `y a-t-il`, `faut-il`."""
_PERSON_VERB: Final = "(?:re|rap)?(?:pel|appel|connai|contact|lanc|previen|joins|joindr|bloqu|supporte)[a-z]{0,6}"
_THING_VERB: Final = (
    "(?:r?envoie|confirme|note|reserve|transmets|poste|imprime|joins|depose|valide|signe|rapporte|ramene|corrige"
    "|publie)"
)
_INFINITIVE: Final = "[a-z]{2,12}(?:er|ir|dre|ttre|oire)"
_MODAL: Final = one_of(
    "peux", "peut", "pouvons", "pourrais", "pourrait", "vais", "vas", "va", "allons", "dois", "doit", "devrais",
    "devrait", "veux", "voudrais", "faut", "faudra", "faudrait", "laisse", "laisser", "prefere",
)  # fmt: skip
_OF_HER: Final = pattern(
    r"\b"
    + one_of(
        rf"(?:je|on|nous) (?:ne )?(?:la|le|l) {_PERSON_VERB}",
        rf"NAME (?:ne )?(?:la|le|l) {_PERSON_VERB}",
        rf"{_MODAL} (?:pas |bien |plus )?(?:la|le|l) {_PERSON_VERB}",
        r"je (?:ne )?l ai (?:deja |bien )?(?:r?appelee?|eue?|jointe?|vue|relancee?|prevenue?)",
        r"(?:cette|la) (?:dame|personne|femme)|ce (?:monsieur|type|mec)|this (?:lady|guy|woman|man|person|one)",
        r"i (?:(?:do not|don t) )?know (?:them|who)",
    )
    + r"\b"
)
"""Who tells of the correspondent in such words speaks to somebody else, where nothing turns to them."""
_MAYBE_HER: Final = pattern(
    rf"\b(?:(?:je|on) (?:ne )?la(?! {_THING_VERB}\b)|{_MODAL} (?:pas |bien |plus )?la {_INFINITIVE}\b)"
)
"""So where nobody outside wrote; else it may be a room that somebody asked for: `je la garde jusqu'à mardi`."""
_BEFORE: Final = (
    "(?:(?:ok|okay|oui|yes|yeah|non|no|nope|so|donc|alors|merci|thanks|bon|ben|ah|oh|hum|euh|salut|hello|hi|hey|mais"
    "|but|et|and|please|svp|desolee?|sorry|pardon|vraiment|really|franchement|moi|la|NAME|je pense que|i think"
    "|je crois que|i guess|malheureusement|unfortunately|perso|personnellement|je regrette) )*"
)
_THIS: Final = "(?:this|that|it|these|her|him|them)(?: (?:one|conversation|case))?"
_NOT_ME: Final = pattern(
    _BEFORE
    + one_of(
        r"je (?:suis|serai) (?:deja |trop |un peu |vraiment |completement |totalement |super |tres )*"
        r"(?:deborde|surcharge|submerge|sous l eau|sous eau|charrette|overbooke|trop prise?|trop occupe)",
        r"i (?:m|am) (?:already |too |really |completely |totally |a bit |so )*"
        r"(?:swamped|overloaded|overwhelmed|snowed under|too busy|busy|full up)\b(?! (?:on|until|till|that|at|from) )",
        r"(?:pourquoi|why) (?:moi|me|a moi|toujours moi|always me|est ce (?:que c est )?moi)\b",
        r"(?:ce n est |c est )?pas a moi (?:de|d)\b|c etait (?:a moi|mon tour|pour moi)\b",
        r"(?:ce n est |c est )?pas (?:de )?(?:mon|ma|mes) (?:ressort|domaine|role|travail|boulot|tour|rayon|sujet"
        r"|competences?|truc|dossier)\b",
        r"(?:(?:it s|it is|this is|that s) )?not my (?:job|area|turn|thing|task|department|responsibility)",
        r"j ai deja (?:trop|assez|beaucoup|deux|trois|quatre|cinq|plein) (?:de )?(?:dossiers|conversations|travail"
        r"|boulot)",
        r"trop de (?:travail|boulot|dossiers)",
        r"(?:je |j )?(?:n )?(?:ai|aurai) (?:vraiment |absolument )?(?:pas|plus) (?:(?:trop |du tout )?le |assez de )?"
        r"temps",
        r"i have no time|i (?:do not|don t|won t) have (?:the |any |enough )?time",
        r"(?:moi )?je (?:ne )?(?:peux|pourrai) (?:vraiment )?(?:pas|plus) (?:m en (?:occuper|charger)|(?:prendre|gerer)"
        r" (?:ca|celui|celle))\b",
        rf"i (?:can t|cannot|can not|won t|will not|couldn t|don t want to|would rather not|prefer not to|d rather not)"
        rf" (?:take|do|handle|deal with|manage|answer|reply to|look after) {_THIS}\b",
        r"je (?:ne )?(?:veux|voudrais|souhaite) (?:pas|plus) (?:m en occuper|avoir affaire|lui|la|le|en entendre)",
        r"je (?:n )?y (?:connais|comprends) rien|i know nothing about (?:this|it)",
        r"(?:je n|j) (?:aurais|avais) (?:pas )?(?:dit|repondu)|i (?:d|would) have (?:said|answered|refused)",
        r"(?:c est|ce n est) pas moi qui\b",
        r"je (?:ne )?sais pas (?:qui (?:c est|est ce|est)|de quoi (?:il|elle) s agit)",
        r"je (?:ne )?(?:le|la|les|l) connais (?:pas|bien|deja|un peu|plus)",
        r"(?:je )?(?:ne )?(?:lui |leur )?reponds? (?:pas|plus|rien)|i m not (?:answering|replying)",
        r"i won t (?:answer|reply)\b",
    )
)
"""Why somebody does not take it, or not now: the beginning of a clause."""
_NOT_NOW: Final = pattern(
    _BEFORE
    + one_of(
        r"(?:pas|not) (?:moi|me|pour moi|for me|a moi)",
        r"pas (?:cette semaine|ce mois ci|en ce moment|maintenant|aujourd hui|ce soir|le temps|possible"
        r"|dispo(?:nible)?)",
        r"not (?:this week|now|today|at the moment|right now)|no time|no idea|(?:re)?assign(?: it)?|je refuse",
        r"(?:je )?(?:ne )?(?:peux|pourrai) (?:pas|plus)(?: (?:en ce moment|cette semaine|ce soir|aujourd hui))?",
        r"i (?:can t|cannot|can not)(?: (?:now|this week|today|right now|at the moment))?",
        r"je (?:suis|serai) (?:en conges?|en vacances|malade|absente?|en deplacement)"
        r"(?: (?:cette semaine|aujourd hui))?",
        r"je (?:ne )?(?:suis|serai) pas (?:la|dispo|disponible)(?: (?:cette semaine|aujourd hui|en ce moment))?",
        r"i (?:m|am) (?:off|away|on holiday|on leave|sick|not there|not available)(?: (?:this week|today|now))?",
        r"(?:c est qui|qui (?:est ce|c est)|who is (?:this|that|it))(?: ca)?|je passe(?: mon tour)?",
    )
    + r"(?: (?:desolee?|sorry|pour moi|for me|moi|non plus|merci|thanks|please|svp))*"
)
"""The same, where it is all that they wrote: more of it a letter has as well."""
_WHAT_TO_DO: Final = pattern(
    _BEFORE
    + one_of(
        r"(?:que dois je|qu est ce que je (?:dois|peux)|je dois)(?: (?:lui|leur))? (?:repondre|dire|faire)(?: quoi)?",
        r"on (?:lui )?(?:fait|decide|repond|dit) quoi|(?:faut|faudrait|faudra) lui repondre"
        r"|qu est ce qu on (?:fait|decide)|est ce qu on (?:accepte|refuse|rembourse)"
        r"|on (?:accepte|refuse|rembourse)",
        r"quelqu un (?:d autre )?(?:peut|pourrait|veut)(?: il)? (?:prendre le relais|le faire|la faire|me remplacer)",
        r"what (?:do|should|shall|can) (?:i|we) (?:usually |normally )?(?:say|answer|do|reply|write)",
        r"(?:do|should|shall|can) (?:we|i) (?:accept|refund|refuse|answer|reply|say yes|say no)(?: (?:this|it))?",
        r"(?:can|could|would|will) (?:someone|somebody|anyone|anybody)(?: else)? (?:take|do|answer|handle)"
        r"(?: (?:this|it))?",
        r"(?:wrong person|mauvaise personne|why did i get this|i refuse to (?:answer|take)(?: (?:this|it))?)",
        r"just say (?:yes|no)|(?:let s )?(?:discuss|talk about) (?:it |this )?(?:at the meeting|on \w+|thursday)",
    )
    + r"(?: (?:desolee?|sorry|alors|donc|d habitude|merci|thanks|please|svp))*"
)
"""What is to be done, asked or said, where it is all that they wrote."""
_ORGAN: Final = (
    "(?:bureau|ca|conseil|comite|president|presidente|tresorier|tresoriere|secretaire|treasurer|secretary|chair|board"
    "|committee)"
)
_ELSE: Final = pattern(
    _BEFORE
    + one_of(
        r"(?:c est|ce serait|ca serait|c etait|this is|it s|it is|this should be|that s) (?:plutot |plus |more |rather"
        r" )*(?:pour|a|du ressort de|le (?:role|boulot|travail|tour) de|for|up to) NAME\b"
        r"(?! (?:ou|or|qu|que|qui|le|la|les)\b)",
        rf"(?:c est|ce serait) (?:le (?:role|boulot|travail) (?:du|de la)|plutot (?:au|a la|pour l[ae])) {_ORGAN}\b",
        rf"(?:ca|cela) (?:concerne|regarde|releve)(?: plutot)? (?:le|la|du|de la|NAME)\b(?: {_ORGAN})?$",
        r"(?:plutot|rather) (?:pour|a|for|to)? ?NAME(?: non)?$|(?:pas|not) (?:pour|a|for|to) NAME",
        r"je (?:croyais|pensais|crois|pense) (?:que )?(?:c etait|c est|ce serait) (?:plutot )?(?:a |pour )?NAME",
        r"je (?:croyais|pensais) (?:que |qu )?(?:on|NAME|tu)\b|i thought (?:that )?(?:it was |this was |we |NAME\b)",
        r"(?:ce n est pas|c est pas|pas) (?:plutot )?NAME\b|(?:isn t|is) (?:this|it|that) (?:not )?(?:NAME|for NAME)",
        r"NAME (?:peut|pourrait|devrait|doit|sait|connait|s en (?:occupe|charge)|can|could|should|knows)"
        r"(?: (?:pas|le|la|lui|mieux|s en|t en|bien|mieux|take|handle|answer|do|prendre|repondre|gerer))",
        r"(?:give|pass|hand|leave|assign|send|forward) (?:it|this|that|this one|her|him|them)(?: on| over)? to NAME",
        rf"(?:better )?(?:ask|check with) (?:NAME|the {_ORGAN})$|(?:can|could|will) NAME (?:take|handle|answer|do)\b",
        rf"(?:voir|vois|voyez|a voir|demander|demandez) (?:plutot )?(?:avec|a|au) (?:le |la )?{_ORGAN}$",
        r"(?:il )?(?:faut|faudra|faudrait|on doit|on devrait|on va) (?:d abord |quand meme |peut etre |plutot |en )*"
        rf"(?:demander|parler|voir|poser la question) (?:(?:a|avec) NAME|(?:au|a la|avec le|avec la|en) {_ORGAN})\b",
        rf"(?:we (?:must|should|need to|have to)|let s) (?:first )?(?:ask|check with|talk to) (?:NAME|the {_ORGAN})",
        r"on (?:ne )?(?:devrait|doit|devra|peut|va|voulait) (?:pas|plus|jamais)(?: quand meme)? (?:la|le|l|les|lui)\b",
        r"(?:we|i) (?:shouldn t|should not|must not|mustn t|can t) (?:accept|take|answer|trust|let) (?:her|him|them)\b",
        r"(?:c est|ca sent|ca ressemble a|encore|on dirait|surement|it s|it is|this is|that s|looks like|sounds like)"
        r" (?:(?:un|une|du|de l|a|an|another|encore|surement|pas|peut etre) )*"
        r"(?:arnaque|spam|escroquerie|escroc|phishing|hameconnage|fraude|scam|troll|fraud|fake)",
        r"je (?:te|vous) (?:le |la |l |les )?(?:laisse|rends|redonne|repasse|passe|refile|transfere|reattribue)\b"
        r"(?! (?:la|le|les|un|une|du|des|votre|vos|mon|notre)\b)",
        r"(?:je )?(?:la|le|l|ca) (?:reprends|prends|garde|laisse)\b(?! jusqu)|i ll take it",
        r"NAME (?:a|avait|has) (?:deja |bien |already )*(?:repondu|ferme|pris|answered|replied)",
        r"NAME s est (?:trompe|plante)",
        r"NAME (?:knows|connait) (?:more|mieux|better|bien|le dossier)",
        r"(?:merci|thanks|thank you) (?:d avoir|de l avoir|de m avoir|for having|for) (?:deja )?(?:repondu|pris|traite"
        r"|gere|assigne|attribue|answering|replying|taking|handling|dealing)",
        r"bien (?:joue|repondu|dit)|well done|good (?:answer|job|reply)|nice answer",
        r"(?:bonne|super|belle) reponse$|bravo pour (?:ta|la) reponse",
        r"surtout pas$|pas question$|no way$|je passe mon tour\b|pas la peine de repondre|no need to answer",
        r"(?:c est |encore )?(?:un |une )?mauvaise? payeu(?:r|se)s?\b",
        r"(?:on aurait du|(?:il )?fallait(?: pas)?) (?:refuser|accepter|repondre)",
        r"we should have (?:refused|said|answered)",
        r"NAME (?:usually|normally|always) \w+|NAME handles (?:this|it|these)|(?:leave|laisse) (?:it|ca) (?:to|a) NAME",
    )
)
"""Whose it is instead, and what is to become of it: the beginning of a clause."""
_DO: Final = pattern(
    _BEFORE
    + one_of(
        r"(?:vas y|go ahead|go for it|allez y$|do it$|dis|fais|vois|prends(?! (?:note|une?|des|ton|ta|tes)\b)"
        r"|reprends|reponds|attends|mets|rends|tiens|viens|sois|ecris|transmets)\b",
        r"(?:donne|garde|laisse|passe|repasse|transfere|demande|confie|refile|rappelle|appelle|envoie|explique|propose"
        r"|relance|previens|assigne|attribue|bloque|ignore|supprime|ferme|signale) (?:plutot )?"
        r"(?:her|moi|nous|ca|celle ci|celui ci|tomber|a NAME|avec NAME|a (?:la|l|notre|mon|ma|quelqu)\b|au\b)",
        r"(?:take|keep|handle|answer|ignore|block|close) (?:her|him|them|this one)\b",
        r"(?:demande|confie|transfere) (?:plutot )?a [a-z]{2,20}$",
        r"(?:can|could|would|will) you (?:please |maybe |perhaps )*(?:take|handle|keep|answer|reply to|deal with)"
        rf" {_THIS}\b|(?:do|did|have) you (?:know|met?|seen|answered|called|talk(?:ed)? to) (?:her|him|them)\b",
        r"(?:qui|who) (?:la|le|les|knows|connait)\b",
    )
)
"""What one colleague is to do."""


def is_to_colleagues(
    words: str, team: Collection[str], writers: Sequence[Address], *, is_after_mail: bool = False
) -> bool:
    """Whether words may be for whoever did what they answer.

    Args:
        team: names of colleagues, in the form in which words are compared.
        is_after_mail: somebody outside has just written as well, and is `tu`, or asked about somebody: what may be said
            to them, too, is none.
    """
    lines = _without_card(lines_of(words[:_MOST]), writers)
    text = _ASKED.sub("", _TIED.sub(" her", "\n".join(lines)))
    said = bare_words(text)
    whole = " ".join(with_names(said, team))
    if _is_bare(said) or _NOT_NOW.fullmatch(whole) or _WHAT_TO_DO.fullmatch(whole):
        return True
    clauses = [" ".join(with_names(bare_words(one), team)) for line in text.split("\n") for one in CLAUSE.split(line)]
    if any(one.match(clause) for clause in clauses for one in (_NOT_ME, _ELSE, _DO)):
        return True
    if any(map(asks_colleague, clauses)):
        return True
    turns = any(word in _TO_THEM or asks_reader(word) for word in said)
    is_of_her = not turns and any(map(_OF_HER.search, clauses))
    if is_after_mail:
        return is_of_her or (not turns and any(map(tells_of_them, clauses)))
    left = [_OF_THINGS.sub(" ", _ITS_READERS.sub(" ", clause)).split() for clause in clauses]
    if _ELIDED.search(text) or any(_TO_ONE & set(clause) for clause in left):
        return True
    return is_of_her or (not turns and (any(map(speaks_of_somebody, left)) or any(map(_MAYBE_HER.search, clauses))))


def _is_bare(said: list[str]) -> bool:
    """Whether it is nothing but a yes, a no, or thanks by itself: `Oui, d'accord.`; not `Ok, merci !`."""
    if not said:
        return False
    is_thanked = bool(_GRATEFUL & set(said)) and not _GRATEFUL.issuperset(said)
    return len(said) <= _MOST_BARE and _BARE.issuperset(said) and (not is_thanked or bool(_NO & set(said)))


def _without_card(lines: list[str], writers: Sequence[Address]) -> list[str]:
    """Without the signature at their end, and closing phrases."""
    names = names_of(writers)
    first = max(1, len(lines) - _MOST_OF_CARD)
    end = next((at for at in range(first, len(lines)) if is_card("\n".join(lines[at:]), writers)), len(lines))
    return [line for at, line in enumerate(lines[:end]) if not (at and is_closing(line, names))]
