"""Footers that providers, programs and companies put under a mail ask nothing; sentences that look like them are kept."""

import pytest

from bot.domain.stories.by_mail import Spoken, all_words
from tests.domain.rules.test_answer_words import read, said

LETTER = "Bonjour Marie,\n\nc'est oui pour lundi.\n\nAlice"
FOOTERS = """
Envoyé depuis mon mobile SFR|Envoyé depuis l'application SFR Mail|Envoyé depuis SFR Mail|Envoyé depuis ma messagerie SFR
Envoyé depuis mon mobile Bouygues Telecom|Envoyé de mon mobile Bouygues|Envoyé depuis mon mobile Free
Envoyé depuis la messagerie Free|Envoyé depuis Free Mail|Envoyé depuis l'application Mail Orange|Envoyé de mon mobile Orange
Envoyé à partir de l'application Orange Mail|Envoyé de l'application La Poste|Envoyé depuis l'application laposte.net
Envoyé depuis mon Android avec l'app GMX Mail|Envoyé depuis l'application GMX Mail|Envoyé avec l'application mobile GMX
Sent from my Android phone with GMX Mail. Please excuse my brevity.|Gesendet mit der WEB.DE Mail App
Diese Nachricht wurde von meinem Android Mobiltelefon mit GMX Mail gesendet.|Envoyé avec K-9 Mail
Von meinem Android-Gerät mit WEB.DE Mail gesendet|Envoyé avec Infomaniak Mail|Envoyé via Zimbra|Envoyé avec Edison Mail
Envoyé de mon appareil Android avec Courriel K-9 Mail. Veuillez excuser ma brièveté.
Envoyé depuis mon appareil Android avec K-9 Mail. Veuillez excuser ma brièveté.
Sent from my Android device with K-9 Mail. Please excuse my brevity.|Envoyé depuis Yahoo Mail pour iPhone
Envoyé depuis Yahoo Mail sur Android|Envoyé depuis Yahoo Mail. Obtenir l’application|Sent from Yahoo Mail. Get the app
Yahoo Mail : Recherchez, organisez, conquérez|Yahoo Mail: Search, Organize, Conquer|Envoyé à partir d’Outlook pour iOS
Télécharger Outlook pour Android|Get Outlook for Android<https://aka.ms/AAb9ysg>|Obtenez Outlook pour iOS
Envoyé à partir de Courrier pour Windows 10|Envoyé à partir de Courrier pour Windows|Sent from Mail for Windows
Envoyé depuis mon appareil Galaxy|Envoyé de mon Galaxy S23 Ultra|Envoyé depuis mon smartphone Samsung Galaxy.
Sent from my Verizon, Samsung Galaxy smartphone|Envoyé avec BlueMail|Get BlueMail for Android|Sent with BlueMail
Envoyé de mon iPhone 15 Pro|Envoyé depuis mon mobile|Envoyé de mon portable|Sent from my mobile|Sent from my phone
Message envoyé depuis mon téléphone|Message envoyé de mon téléphone portable|Envoyé depuis mon ordinateur
Envoyé de mon mobile, veuillez excuser les fautes de frappe|Envoyé depuis mon téléphone, désolée pour la brièveté
Virus-free.www.avast.com|Virus-free. www.avast.com|Garanti sans virus. www.avast.com|Virus-free.www.avg.com
This email has been checked for viruses by Avast antivirus software.
Pensez à l'environnement : n'imprimez ce mail que si nécessaire.
"""
NOTICES = """
Ce message et ses pièces jointes sont confidentiels et destinés exclusivement à leur destinataire. Si vous recevez ce message par erreur, merci de le détruire.
CONFIDENTIALITY NOTICE: This email and any attachments are confidential and intended solely for the addressee.
Ce message et toutes les pièces jointes (ci-après le "message") sont établis à l'intention exclusive de ses destinataires et sont confidentiels. Si vous recevez ce message par erreur, merci de le détruire et d'en avertir immédiatement l'expéditeur. Toute utilisation de ce message non conforme à sa destination, toute diffusion ou toute publication, totale ou partielle, est interdite, sauf autorisation expresse. L'internet ne permettant pas d'assurer l'intégrité de ce message, nous déclinons toute responsabilité au titre de ce message, s'il a été altéré, déformé ou falsifié.
Ce courriel et les documents qui lui sont joints peuvent contenir des informations confidentielles ou ayant un caractère privé. S'ils ne vous sont pas destinés, nous vous signalons qu'il est strictement interdit de les divulguer, de les reproduire ou d'en utiliser de quelque manière que ce soit le contenu. Si ce message vous a été transmis par erreur, merci d'en informer l'expéditeur et de supprimer immédiatement de votre système informatique ce courriel ainsi que tous les documents qui y sont attachés.
Ce message et ses pieces jointes peuvent contenir des informations confidentielles ou privilegiees et ne doivent donc pas etre diffuses, exploites ou copies sans autorisation. Si vous avez recu ce message par erreur, veuillez le signaler a l'expediteur et le detruire ainsi que les pieces jointes. Les messages electroniques etant susceptibles d'alteration, Orange decline toute responsabilite si ce message a ete altere, deforme ou falsifie. Merci.
This message and its attachments may contain confidential or privileged information that may be protected by law; they should not be distributed, used or copied without authorisation. If you have received this email in error, please notify the sender and delete this message and its attachments. As emails may be altered, Orange is not liable for messages that have been modified, changed or falsified. Thank you.
Les informations contenues dans ce message sont confidentielles et peuvent contenir des informations privilégiées. Si vous n'êtes pas le destinataire de ce message, merci de le détruire et d'en avertir l'expéditeur.
This email and any files transmitted with it are confidential and intended solely for the use of the individual or entity to whom they are addressed. If you have received this email in error please notify the system manager. If you are not the intended recipient you are notified that disclosing, copying, distributing or taking any action in reliance on the contents of this information is strictly prohibited.
The information contained in this message is confidential and may be legally privileged. The message is intended solely for the addressee(s). If you are not the intended recipient, you are hereby notified that any use, dissemination, or reproduction is strictly prohibited and may be unlawful. If you are not the intended recipient, please contact the sender by return e-mail and destroy all copies of the original message.
IMPORTANT NOTICE: This email is confidential. If you are not the intended recipient, please delete it.
AVIS DE CONFIDENTIALITÉ : Ce courriel et ses pièces jointes sont confidentiels et destinés à leur seul destinataire. Si vous l'avez reçu par erreur, veuillez le supprimer.
Confidentialité : ce message est destiné exclusivement à la personne à laquelle il est adressé. Si vous l'avez reçu par erreur, merci de le détruire et de prévenir l'expéditeur.
Cet e-mail est confidentiel. Toute diffusion est interdite sans l'autorisation de son auteur. Merci de le supprimer si vous n'en êtes pas le destinataire.
Ce message peut contenir des données à caractère personnel confidentielles. Merci de ne pas le diffuser sans autorisation et de le supprimer s'il vous est parvenu par erreur.
Confidential: this message is intended for the addressee only. If received in error please delete it.
"""
ADDED = [*FOOTERS.strip().replace("\n", "|").split("|"), *NOTICES.strip().split("\n")]


@pytest.mark.parametrize("footer", ADDED)
def test_under_a_letter_it_asks_nothing(footer: str) -> None:
    found = said(read(text=f"{LETTER}\n\n{footer}"))
    assert isinstance(found, Spoken) and found.text in (LETTER, f"{LETTER}\n\n{footer}")


@pytest.mark.parametrize("footer", ADDED)
def test_under_a_command_nothing_of_it_leaves_and_nothing_is_asked(footer: str) -> None:
    found = said(read(text=f"close\n\n{footer}"))
    assert isinstance(found, Spoken) and (found.text, found.line) == ("", "!close")


@pytest.mark.parametrize("footer", ADDED)
def test_by_itself_it_is_no_letter(footer: str) -> None:
    assert not isinstance(said(read(text=footer)), Spoken)


@pytest.mark.parametrize(
    "sentence",
    [
        "Envoyé par mail.", "Envoyé par La Poste.", "Envoyé par la poste hier", "Envoyé sur votre boîte Gmail",
        "Sent to your Gmail", "Envoyé depuis la mairie", "Envoyé via Bob", "Message envoyé.", "Message envoyé par Bob.",
        "Mail envoyé à la mairie", "Envoyé de ma part", "Sent by post", "Sent from Orange on Monday", "Envoyé de Lyon.",
        "Envoyé avec mon mobile lundi", "Envoyé de mon mobile : 06 12 34 56 78", "Envoyé depuis mon mobile, code 4321 A",
        "Envoyé sur ton mobile", "Envoyé à Orange lundi", "Envoyé de mon portable à 18 h", "Sent with my certificate",
        "Yahoo Mail est en panne.", "Envoyé avec le mail de Bob", "Envoyé en mail",
        "Ce courriel contient les pièces jointes à imprimer, merci de supprimer le courriel reçu par erreur.",
        "Ce message est une erreur, merci de le supprimer et de ne pas le diffuser.",
        "Attention : merci de supprimer le message confidentiel reçu par erreur et de ne pas le diffuser.",
        "Confidentialité : vous pouvez supprimer les documents reçus lundi par erreur, ils sont confidentiels.",
        "Ce message confidentiel est destiné à Paul Durand, merci de le détruire en cas d'erreur.",
    ],
)  # fmt: skip
def test_a_sentence_that_looks_like_one_is_asked_about_or_leaves(sentence: str) -> None:
    assert sentence in all_words(read(text=f"{LETTER}\n\n{sentence}"))
