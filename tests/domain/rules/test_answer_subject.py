"""The subjects of answers, and of what only looks like one."""

import pytest

from bot.domain.rules.absence_words import begins_like_absence
from bot.domain.rules.answer_subject import is_of_an_answer, words_in_subject


@pytest.mark.parametrize(
    "before",
    [
        *("Re: ", "RE: ", "re:", "Re : ", "Re\u00a0: ", "Rép : ", "RÉF: ", "Aw: ", "AW: ", "Antw: ", "Antw.: ", "Sv: "),
        *(
            "VS: ",
            "Rif: ",
            "R: ",
            "Odp: ",
            "YNT: ",
            "RES: ",
            "Re[2]: ",
            "Re(3): ",
            "Re: Re: ",
            "RE: AW: ",
            "回复：",
            "Ответ: ",
        ),
        *("[EXT] Re: ", "Re: [EXTERNAL] ", "[EXTERNE] RE: ", "[External Email] Re: ", "EXTERNAL: Re: ", "[EXT]Re:"),
        *(
            "[SPAM] Re: ",
            "Re: [SPAM] ",
            "Re: [PUB] ",
            "[PUB] RE : ",
            "***SPAM*** Re: ",
            "Re: *****SPAM***** ",
            "Re: [Newsletter] ",
        ),
        *(
            "Re: {Spam?} ",
            "[Spam 5.3] Re: ",
            "Re: [SUSPECTED SPAM] ",
            "Re: [EXTERNE] [SPAM] ",
            "[--SPAM--] Re: ",
            "Réponse : ",
        ),
        *("[Courriel externe] RE : ", "Re\u0301p : ", "\u200eRe: ", "ΑΠ: "),
    ],
)
def test_what_clients_and_servers_put_before_an_answer_s_subject_goes_on(before: str) -> None:
    assert is_of_an_answer(f"{before}[#1] Question", 1)
    assert not is_of_an_answer(f"{before}[#2] Question", 1)


@pytest.mark.parametrize(
    "before",
    [
        *("", " ", "Auto: ", "Auto : Re: ", "Re: Auto: ", "OOO: ", "Away: ", "[Out of office] ", "[Absence] Re: "),
        *("Re: [Absent] ", "Congé: ", "Conge: Re: ", "ABS: ", "AR: ", "Read: ", "Lu : ", "Vu: ", "Info: ", "[EXT] "),
        *(
            "EXTERNAL: ",
            "Absent Re: ",
            "Re ",
            "Re: absente ",
            "Oui : ",
            "Spam: ",
            "[SPAM] ",
            "[PUB] ",
            "Re: [Note] ",
            "[spam pour toi] Re: ",
            "Réponse automatique : ",
            "Re: " * 30,
        ),
    ],
)
def test_any_other_word_before_the_number_and_none_is_asked_about(before: str) -> None:
    assert not is_of_an_answer(f"{before}[#1] Question", 1)


@pytest.mark.parametrize(
    "words",
    [
        "Je suis absente jusqu’au 3 décembre. En cas d’urgence : 06 12 34 56 78.",
        "Bonjour,\n\nMerci de votre message. Je suis actuellement en congés et vous répondrai à mon retour.",
        "Bonjour, je suis absent du 3 au 10 décembre.",
        "Je ne suis pas là cette semaine.",
        "Je serai de retour le 3 décembre.",
        "I am out of the office until December 3. Call 06 12 34 56 78 if urgent.",
        "Hello,\nI’m away until Monday.",
        "Out of office",
        "Thank you for your mail. I will be on annual leave until May.",
        "Ich bin bis zum 3.12. nicht im Büro.",
        "Absente jusqu’au 3 décembre",
        "Réponse automatique : je reviens lundi",
        "Congés du 3 au 10 décembre, voir Bob.",
        "Je suis absente lundi, venez mardi",
    ],
)
def test_words_that_begin_like_an_absence_note_are_known(words: str) -> None:
    assert begins_like_absence(words)


@pytest.mark.parametrize(
    "words",
    [
        "Bonjour,\n\nc’est oui.",
        "La salle est fermée du 3 au 5 décembre.",
        "Come back on Monday, we are open.",
        "Nous ne sommes pas en mesure de vous répondre.",
        "Le cours a lieu pendant les vacances du 20 au 25.",
        "Vous pouvez être absent une fois.",
        "Oui, à lundi.\n" * 40 + "Je suis absente mardi.",
    ],
)
def test_common_letters_are_no_absence_notes(words: str) -> None:
    assert not begins_like_absence(words)


@pytest.mark.parametrize(
    "subject",
    [
        "Re: [#1] Question d’été", "Re: [#1] question d'ete", "Re: [#1]", "[#1] Question d’été", "Re: [#1] Question", "Re: [#1] Question d’été [EXT]",
        "Re: [#1] Question d’été (was: autre)", "Re: [#1]  Question\td’été", "Re: [#1] Question d…",
    ],
)  # fmt: skip
def test_the_subject_of_the_notification_has_no_words_of_its_reader(subject: str) -> None:
    for mailed in ("[#1] Question d’été", "Question d’été"):
        assert words_in_subject(subject, (mailed,)) == ""


@pytest.mark.parametrize(
    ("subject", "words"),
    [
        ("Re: [#1] Question d’été - plutôt mardi", "Question d’été - plutôt mardi"),
        ("Re: [#1] OUI pour lundi", "OUI pour lundi"),
        ("Re: [#1] Question d’été ?? non", "Question d’été ?? non"),
        ("Re: [#1] 👍 Question d’été", "👍 Question d’été"),
        ("Re: [#1] Question d’été : 18 h", "Question d’été : 18 h"),
    ],
)
def test_words_that_somebody_put_into_it_are_known(subject: str, words: str) -> None:
    assert words_in_subject(subject, ("[#1] Question d’été",)) == words
    assert words_in_subject(subject, ()) == ""


def test_letters_that_a_program_lost_are_none() -> None:
    assert words_in_subject("Re: [#1] Question d?t?", ("[#1] Question dété",)) == ""


def test_a_subject_that_begins_with_such_a_number_by_itself_is_no_word_of_the_reader() -> None:
    for mailed in ("[#1] [#55] Panne", "[#55] Panne"):
        assert words_in_subject("Re: [#1] [#55] Panne", (mailed,)) == ""
    assert words_in_subject("Re: [#1] 1", ("[#1] Panne",)) == "1"


@pytest.mark.parametrize(
    "words",
    [
        "This mailbox is no longer monitored.",
        "Cette boîte mail n'est plus relevée.",
        "Cette adresse n’est plus utilisée, merci d'écrire à alice@nouveau.example.",
        "I have left the company. Please contact bob@home.example.",
        "I no longer work here.",
        "OOO until 12/12.",
        "Je consulte mes mails une fois par jour, merci de votre patience.",
        "Mailbox full. Your message was not delivered.",
        "Your message couldn't be delivered to alice@home.example.",
        "Delivery has failed to these recipients or groups:",
        "Le message n'a pas pu être distribué.",
        "This message was created automatically by mail delivery software.",
        "Votre message a été lu le 23/11/2026.",
        "Accusé de réception : votre message a été lu le 23/11/2026.",
        "Nous avons bien reçu votre demande sous le numéro 4711. Merci de ne pas répondre à ce message.",
        "Your message has been received. We will get back to you within 48 hours. Ticket #4711.",
        'Alice Martin would like to recall the message, "[#1] Question".',
        "Alice Martin souhaiterait rappeler le message « [#1] Question ».",
        "👍 Alice Martin reacted via Gmail",
        "Alice a réagi via Gmail 👍",
        "Undeliverable: Question",
        "Ce message a été envoyé automatiquement, merci de ne pas y répondre.",
    ],
)
def test_words_of_a_program_are_known_without_a_header(words: str) -> None:
    assert begins_like_absence(words)
    assert begins_like_absence(f"Bonjour,\n\n{words}")


@pytest.mark.parametrize(
    "words",
    [
        "Pas besoin de répondre à ce mail, merci.",
        "No reply needed, thanks!",
        "J'ai changé d'adresse mail : alice@nouveau.example.",
        "Votre dossier a bien été reçu.",
        "Votre demande a bien été reçue, nous revenons vers vous lundi.",
        "Nous avons bien reçu votre message, merci.",
        "Envoyez le chèque en recommandé avec accusé de réception.",
        "Le colis n'a pas pu être remis, il est à l'accueil.",
        "Your parcel was not delivered.",
        "La boîte aux lettres est devant la salle.",
        "Our mailbox is at the gate.",
        "Je consulte le bureau et vous réponds.",
        "I left the keys at the office.",
        "J'ai quitté la réunion à 18 h.",
        "Je lis votre message et vous réponds demain.",
        "Your request has been received, thank you Marie.",
        "I have read your message.",
        "J'ai lu votre message.",
        "Nous vous rappelons le message du bureau : cotisation avant le 3.",
        "Votre adresse mail n'est pas la bonne ?",
        "Is your mailbox full?",
        "Our delivery failed, sorry: the van broke down.",
        "Vous pouvez répondre à ce message.",
        "Elle ne travaille plus ici.",
        "Les mails partent automatiquement le lundi.",
        "Merci de ne pas répondre trop tard.",
    ],
)
def test_what_somebody_says_of_mails_and_addresses_is_no_program_s(words: str) -> None:
    assert not begins_like_absence(words)
