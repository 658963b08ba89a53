"""Lines of phones, programs and companies under an answer that nobody misses: those alone that are one to their end.

The reader of mails knows more of them, by their beginnings (`bot/domain/signature_words.py`), and may be wrong: what it
leaves out and these do not know is asked about.
"""

import re
from collections.abc import Sequence
from typing import Final

from bot.domain.patterns import pattern
from bot.domain.signature_words import DEVICE_NAMES, DISCLAIMER_START, is_boilerplate, is_device_line
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
    for pour get obtenez download telechargez obtenir free sfr bouygues la-poste laposte wanadoo bbox gmail hotmail
    k-9 k9 please pls excuse forgive pardon sorry brevity typos any short so it is veuillez excuser excusez desole
    brievete concision mes fautes frappe des les eventuelles erreurs plus pro max mini ultra edge note smartphone
    portable tel telephone new nouveau nouvelle yahoo search organize conquer""".split()
)
_THINGS: Final = frozenset("mail mobile courrier email e-mail".split())
"""Names of a thing that are words of sentences as well: they alone name no program."""
_OF_LAW: Final = frozenset(
    """a above action addressed addressee addressees adresse adressee adresses ainsi all altere altered and
    antivirus any anyone are as association attached attachment attachments au author autorisation autorise
    autorisee autre autres aux avant avast avertir avez avis avons be been before by c can cannot ce cela
    ces cet cette check checked ci com comme communication communications company computer confidential
    confidentialite confidentiality confidentiel confidentielle confidentielles confidentiels consider
    contain contained contains contenir content contents contenu contenue contenues contenus contient copie
    copier copies copy copying courriel courriels d dans de decline delete deleted des destinataire
    destinataires destine destinee destinees destines destroy destroyed detruire detruisez detruit diffuser
    diffusion disclaimer disclose disclosed disclosure disseminate dissemination distribute distributed
    distribution divulgation divulgue divulguer do document documents does doing don donnees dont du
    duplication e-mail e-mails effacement effacer effacez electronic electronique else email emails emetteur
    en entite entity environment environnement erreur errone error est et etait etes etre exclusif exclusive
    exclusively exclusivement expediteur expressed expressement expressly falsifie fiabilite fichier
    fichiers file files for formellement forward free from garanti garantie garantir has have he her here
    hereby herein herewith him if il immediat immediate immediately immediatement impact imprimer imprimez
    in individual information informations informer informez integrite intended intention interdit interdite
    interdites internet is it its joint jointe jointes joints l la le lecture legal legalement legally les
    leur leurs liability liable libre logiciel mail may merci message messages might mistake mistakenly
    modifie must n named ne necessaire necessarily necessary need needed no non nor not note notice notifier
    notify nous of on only opinion opinions or organisation organization other otherwise ou par part partie
    partielle party pas pense penser pensez permanently permission person personne personnel personnelles
    personnels personnes persons peut peuvent piece pieces planet planete please pour pouvez prejudice
    present presente preserver preservons prevenir prie print printing prions private prive privilege
    privileged professionnel prohibe prohibited propriete protected protege proteges puissent qu que qui
    reading receive received reception recipient recipients recu recus reliance reply represent reproduction
    reserve reservee reserves responsabilite responsable responsibility responsible retain retour review s
    sa sans saurait scan scanned secret securite sender ses seul seule seuls shall she should si signaler so
    societe software soit sole solely someone son sont soumis strictement strictly subject suppression
    supprimer supprimez sur system systeme taking tenue that the their them then think this those titre to
    totale tous tout toute toutes transmettez transmettre transmis transmission transmitted un unauthorised
    unauthorized une unless usage use used utilisation utiliser verifie vertu veuillez via views virus votre
    vous was we were which who whom will with without www you your""".split()
)
"""Words that such notices are made of."""
_ANCHOR = pattern(r"<#[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}>?", re.IGNORECASE)
"""What Gmail makes in plain text of the empty link under Avast's lines."""
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
    if not is_device_line(line):
        return False
    words = [bare(word) for word in _WORD.findall(_LINK.sub(" ", line).replace("\u2019", " ").replace("'", " "))]
    if not words or words[0] not in _SAID_IN:
        return True
    named = [word for word in words if word not in _THINGS and DEVICE_NAMES.search(word) is not None]
    return bool(named) and all(
        word in _OF_DEVICES
        or word in named
        or DEVICE_NAMES.search(word)
        or (len(word) < _FEWEST + 2 and _is_model(word))
        for word in words
    )


def is_legal_notice(lines: Sequence[str]) -> bool:
    """Whether these lines, but for what programs added among them, are a company's or a scanner's notice to their end,
    and tell nothing of anything else."""
    paragraph = " ".join(line for line in lines[:_MOST_LINES] if not is_programs(line))
    said = _LINK.sub(" ", paragraph[:_MOST])
    if len(lines) > _MOST_LINES or len(paragraph) > _MOST:
        return False
    if not DISCLAIMER_START.match(said) or not is_boilerplate(paragraph):
        return False
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
