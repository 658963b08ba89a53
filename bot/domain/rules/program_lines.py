"""Lines of phones, programs and companies under an answer that nobody misses: those alone that are one to their end.

The reader of mails knows more of them, by their beginnings (`bot/domain/signature_words.py`), and may be wrong: what it
leaves out and these do not know is asked about.
"""

import itertools
import re
from collections.abc import Sequence
from typing import Final

from bot.domain.patterns import pattern
from bot.domain.signature_words import DEVICE_NAMES, DISCLAIMER_START, DISCLAIMER_SURE, is_boilerplate, is_device_line
from bot.domain.words import bare

_MOST: Final = 6000
_MOST_LINES: Final = 100
_WORD: Final = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_LINK: Final = re.compile(r"[<(\[]?(?:https?://|www\.)\S+")
_SAID_IN: Final = frozenset(
    "sent written typed composed posted envoye get download obtenez telechargez obtenir".split()
)
"""First words of such lines in the languages of the team, in which people write sentences as well."""
_OF_DEVICES: Final = frozenset(
    """sent written typed composed posted from using with on via my the a an envoye de depuis partir d avec mon ma la
    le l un une application app messagerie securisee secured secure email e-mail mail courriel courrier boite box
    for pour get obtenez download telechargez obtenir wanadoo bbox gmail hotmail sur tablette ordinateur poste net
    please pls excuse forgive pardon sorry brevity typos any short so it is veuillez excuser excusez desole desolee
    brievete concision mes fautes frappe des les eventuelles erreurs plus pro max mini ultra edge note smartphone
    portable tel telephone new nouveau nouvelle yahoo search organize conquer appli webmail telecom client em m
    service box fibre t verizon 5g 4g lte""".split()
)
_THINGS: Final = frozenset("mail mobile courrier courriel email e-mail app portable net".split())
"""Names of a thing that are words of sentences as well: they alone name no program."""
_PROGRAMS: Final = frozenset(
    """sfr bouygues free gmx laposte k-9 k9 zimbra tuta tutanota infomaniak numericable mailo bluemail edison
    fairemail roundcube yahoo outlook gmail hotmail orange proton protonmail thunderbird""".split()
)
_FROM: Final = frozenset("from using with via de depuis d avec a".split())
_MINE: Final = frozenset("my mon ma".split())
_DEVICES: Final = frozenset("mobile portable telephone tel smartphone tablette ordinateur phone tablet device".split())
_KINDS_OF_MAIL: Final = frozenset("message courriel mail e-mail email".split())
_POST: Final = re.compile(r"\b(?:app|appli|application|messagerie) la poste\b")
"""`Envoyé par La Poste` says how something was sent."""
_MOTTO: Final = frozenset("yahoo mail search organize conquer recherchez organisez conquerez".split())
_MOST_DIGITS: Final = 2
"""Of the number behind a device: `iPhone 15`."""
_OF_LAW: Final = frozenset(
    """a above action addressed addressee addressees adresse adressee adresses ainsi all alteration alterations altere
    altered alteree alteres and antivirus any anyone apres are as association assurer attache attached attaches
    attachment attachments au auteur author authorisation authorised authorized autorisation autorise autorisee
    autre autres aux avant avast avertir avez avis avons ayant be been before by c can cannot caractere ce cela
    certain ces cet cette changed check checked ci ci-apres com comme communication communications company computer
    confidential confidentialite confidentiality confidentiel confidentielle confidentielles confidentiels conforme
    consider contact contain contained contains contenir content contents contenu contenue contenues contenus
    contient copie copied copier copies copy copying courriel courriels d dans de decline declinons deforme deformes
    delete deleted des destinataire destinataires destination destine destinee destinees destines destroy destroyed
    deteriore deteriores detruire detruisez detruit diffuser diffuses diffusion disclaimer disclose disclosed
    disclosing disclosure disseminate dissemination distribute distributed distributing distribution divulgation
    divulgue divulguer do document documents does doing doit doivent don donc donnees dont droit du duplication
    e-mail e-mails effacement effacer effacez electronic electronique electroniques else email emails emetteur en
    entite entity environment environnement erreur errone error est et etablis etait etant ete etes etre exclusif
    exclusive exclusively exclusivement expediteur exploites expresse expressed expressement expressly falsifie
    falsified falsifies fiabilite fichier fichiers file files for formellement forward free from garanti garantie
    garantir has have he her here hereby herein herewith him if il ils immediat immediate immediately immediatement
    impact imprimer imprimez in individual information informations informatique informer informez integrite
    intended intention interdit interdite interdites internet is it its joint jointe jointes joints l la laquelle
    law lawful le lecture legal legalement legally les leur leurs liability liable libre logiciel lui mail manager
    maniere may merci message messages might mistake mistakenly modifie modified modifies must n named ne necessaire
    necessarily necessary need needed no non nor not note notice notified notifier notify notifying nous of on only
    opinion opinions or organisation organization original other otherwise ou par part partie partielle party
    parvenu pas pense penser pensez permanently permettant permission person personne personnel personnelles
    personnels personnes persons peut peuvent piece pieces planet planete please pour pouvant pouvez prejudice
    present presente preserver preservons prevenez prevenir prie print printing prions private prive privilege
    privileged privilegiees privilegies professionnel prohibe prohibited propriete protected protection protege
    proteges publication puissent qu que quelque qui reading receive received reception recevez recipient recipients
    recu recus reliance reply represent reproduction reproduire reserve reservee reserves responsabilite responsable
    responsibility responsible retain retour return review s sa sans sauf saurait scan scanned secret securite
    sender ses seul seule seuls shall she should si signaler signalons so societe software soit sole solely someone
    son sont soumis strictement strictly subject suppression supprimer supprimez sur susceptibles system systeme
    taking tenue thank that the their them then they think this those titre to totale tous tout toute toutes
    transmettez transmettre transmis transmission transmitted un unauthorised unauthorized une unlawful unless usage
    use used utilisation utiliser verification verifie vertu veuillez via views virus virus-free viruses votre vous
    was we were which who whom will with without www y you your""".split()
)
"""Words that such notices are made of."""
_ANCHOR = pattern(r"<#[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}>?", re.IGNORECASE)
"""What Gmail makes in plain text of the empty link under Avast's lines."""
_LABEL = pattern(
    r"\W{0,12}(?:(?:avis|clause|mention) (?:de |l[ée]gale? de )?confidentialit[ée]|confidentialit[ée]"
    r"|confidential(?:ity)?(?: notice)?|(?:important|legal) notice|disclaimer"
    r"|pensez [àa] l['\u2019]environnement)\s{0,3}:\s",
    re.IGNORECASE,
)
"""What such a notice is called, above its first sentence."""
_SAYS_WHAT = pattern(r"confiden|destinat|intended|privil[eé]g|addressee|virus|environ", re.IGNORECASE)
"""Without one of them, `this message is an error, please delete it` may be what somebody wrote."""
_FEWEST: Final = 3
_NAMES_OF_TEN: Final = 1
"""So many words of ten may be names, with a capital, as of the company."""
_DIGIT = pattern(r"\d")
_OF_SERVERS = pattern(
    r"originated|external|outside (?:of )?(?:the|your|our) (?:org|comp|netw)|exp[ée]diteur|de l['\u2019]ext[ée]rieur d"
    r"|extern(?:e[nr]?|o) (?:absender|remitente)|au[ßs]+erhalb|click|clique[zr]|klicken"
    r"|attachments|pi[èe]ces jointes|esterno|externo",
    re.IGNORECASE,
)


def is_programs(line: str) -> bool:
    """Whether a phone or a program added the whole line."""
    if _ANCHOR.fullmatch(line):
        return True
    words = [bare(word) for word in _WORD.findall(_LINK.sub(" ", line).replace("\u2019", " ").replace("'", " "))]
    is_known = is_device_line(line)
    if is_known and (not words or words[0] not in _SAID_IN):
        return True
    if words[:2] == ["yahoo", "mail"]:
        return len(words) > _FEWEST and _MOTTO.issuperset(words)
    words = words[1:] if words[:1] and words[0] in _KINDS_OF_MAIL else words
    return len(words) > 1 and words[0] in _SAID_IN and _names_device(words, is_known=is_known)


def _names_device(words: list[str], *, is_known: bool) -> bool:
    """Whether the words, by which people begin sentences as well, name a device or a program, and nothing else.

    Args:
        is_known: the reader of mails cuts them off.
    """
    named = {word for word in words if word not in _THINGS and DEVICE_NAMES.search(word) is not None}
    is_from = words[1] in _FROM
    is_mine = is_from and words[2:3] != [] and words[2] in _MINE and bool(_DEVICES & set(words))
    is_program = is_from and (bool(_PROGRAMS & set(words)) or _POST.search(" ".join(words)) is not None)
    if not ((is_known and named) or is_mine or is_program):
        return False
    return all(
        word in _OF_DEVICES
        or word in named
        or word in _PROGRAMS
        or DEVICE_NAMES.search(word)
        or (len(word) < _FEWEST + 2 and _is_model(word))
        or (word.isdigit() and len(word) <= _MOST_DIGITS and before in named)
        for before, word in itertools.pairwise(("", *words))
    )


def is_legal_notice(lines: Sequence[str]) -> bool:
    """Whether these lines, but for what programs added among them, are a company's or a scanner's notice to their end,
    and tell nothing of anything else."""
    paragraph = " ".join(line for line in lines[:_MOST_LINES] if not is_programs(line))
    said = _LINK.sub(" ", paragraph[:_MOST])
    if len(lines) > _MOST_LINES or len(paragraph) > _MOST:
        return False
    if not (DISCLAIMER_START.match(said) and is_boilerplate(paragraph)):
        return False
    if not (_SAYS_WHAT.search(paragraph) or DISCLAIMER_SURE.search(paragraph)):
        return False
    said = _LABEL.sub("", said, count=1) if _LABEL.match(said) else said
    if _DIGIT.search(said) or re.search(r":\s+\S", said):
        return False
    words = _WORD.findall(said.replace("\u2019", " ").replace("'", " "))
    unknown = [word for word in words if bare(word) not in _OF_LAW]
    return 10 * len(unknown) <= _NAMES_OF_TEN * len(words) and all(word[:1].isupper() for word in unknown)


def is_servers(words: str) -> bool:
    """Whether a banner that begins like a server's names what such ones warn of."""
    return _OF_SERVERS.search(words) is not None


def _is_model(word: str) -> bool:
    return any(letter.isdigit() for letter in word) and any(letter.isalpha() for letter in word)
