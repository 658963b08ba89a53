"""A colleague is called by any word of the name that the room shows, and a letter that has such a word leaves."""

from dataclasses import replace

import pytest

from bot.domain.ids import UserId
from bot.domain.mail import Address, Mail
from bot.domain.rules.team_names import names_of_team
from bot.domain.stories.by_mail import Spoken, Unclear, spoken
from tests.domain.stories.test_by_mail import NOW, PARIS
from tests.fakes.chat import ALICE, BOT
from tests.fakes.house import MAILBOX

MARIE = Address("Marie Durand", "marie@example.org")


def called(*members: tuple[str, str], other: Address = MARIE, writer: str = "Alice Martin") -> frozenset[str]:
    every = ((ALICE, writer), (BOT, "bot"), *((UserId(user), shown) for user, shown in members))
    return names_of_team(every, writer=ALICE, bot=BOT, others=(other,), mailbox=MAILBOX)


@pytest.mark.parametrize(
    ("user", "shown", "names"),
    [
        ("@bdurand:x", "DUVAL Bob", {"bob", "duval"}),
        ("@bdurand:x", "Bob Duval", {"bob", "duval"}),
        ("@x:x", "M. Bob Duval", {"bob"}),
        ("@x:x", "Dr Bob Duval", {"bob"}),
        ("@tresorier:x", "Trésorier (Bob)", {"bob"}),
        ("@bob.duval:x", "Nounours", {"bob", "duval", "bob duval", "nounours"}),
        ("@bob2:x", "", {"bob", "bob2"}),
        ("@x:x", "Mon Asso - Bob", {"bob", "mon asso bob"}),
        ("@x:x", "Bob | Mon Asso", {"bob"}),
        ("@x:x", "Bob 🎾 (Tennis)", {"bob"}),
        ("@x:x", "DUVAL Jean-Luc", {"jean luc", "duval"}),
        ("@x:x", "Jean-Luc Duval", {"jean luc", "jean", "duval"}),
        ("@x:x", "Le Bureau", {"le bureau"}),
        ("@x:x", "Bob O’Neil", {"bob", "o neil"}),
        ("@x:x", "Élodie", {"elodie"}),
    ],
)
def test_each_word_of_a_name_is_one(user: str, shown: str, names: set[str]) -> None:
    assert names <= called((user, shown))


@pytest.mark.parametrize(
    ("user", "shown", "word"),
    [
        ("@x:x", "Trésorier (Bob)", "tresorier"),
        ("@tresorier:x", "Bob", "tresorier"),
        ("@x:x", "Mon Asso - Bob", "mon"),
        ("@x:x", "Mon Asso - Bob", "asso"),
        ("@x:x", "Bob Durand", "durand"),
        ("@x:x", "DURAND Bob", "durand"),
        ("@x:x", "Bob Martin", "martin"),
        ("@x:x", "Jean-Marie Duval", "marie"),
        ("@x:x", "Bob de la Tour", "la"),
        ("@x:x", "M. Bob", "m"),
        ("@x:x", "Super Bob", "super"),
    ],
)
def test_titles_tasks_the_house_and_whoever_else_has_it_are_nobody_s(user: str, shown: str, word: str) -> None:
    found = called((user, shown))
    assert word not in found and ("bob" in found) is ("Bob" in shown)


def test_a_mailbox_of_the_name_of_a_person_takes_nobody_s_away() -> None:
    every = ((ALICE, "Alice"), (UserId("@x:x"), "Bob Duval"))
    for name in ("Bob", "Bob Duval"):
        mailbox = replace(MAILBOX, name=name)
        assert "bob" in names_of_team(every, writer=ALICE, bot=BOT, others=(), mailbox=mailbox)


TEAM = called(
    ("@bduval:x", "DUVAL Bob"),
    ("@tresorier:x", "Trésorier (Carl)"),
    ("@x:x", "Mon Asso - Zoé"),
    ("@president:x", "Présidente"),
    ("@t:x", "Léa Petit (Tennis)"),
    ("@p:x", "Max | Paris"),
)


def asked(words: str, writer: str = "Alice Martin") -> bool:
    mail = Mail(from_=(Address(writer, "alice@home.example"),), text=words, visible_text=words)
    found = spoken(mail, NOW, PARIS, team=TEAM)
    assert isinstance(found, Unclear) or found == Spoken(words)
    return isinstance(found, Unclear)


@pytest.mark.parametrize("name", ["Bob", "bob", "Carl", "Zoé", "zoe", "Léa", "Duval", "Présidente"])
@pytest.mark.parametrize(
    "words", ["{}, elle ment", "Salut {}, elle ment", "@{} elle ment", "Pour {} : elle ment", "Oui.\n\n{} : elle ment"]
)
def test_who_is_turned_to_by_one_of_them_is_a_colleague(words: str, name: str) -> None:
    assert asked(words.format(name))


@pytest.mark.parametrize(
    "words",
    [
        "Bob et Carl : elle ment", "Bob et Carl vous en pensez quoi ?", "Bob et Carl elle ment", "Bob et Zoé, elle ment", "Bob et Carl",
        "La présidente : elle ment", "Paris, elle ment", "Max, le 3 mai elle ment",
    ],
)  # fmt: skip
def test_it_is_one_beside_another_or_behind_an_article_as_well(words: str) -> None:
    assert asked(words)


@pytest.mark.parametrize(
    "words",
    [
        "Bob j'ai eu Marie au téléphone, elle ment", "Bob on fait quoi ?", "Bob ok pour toi ?", "Bob as-tu répondu ?", "Bob dis-lui oui",
        "Bob c'est pour toi", "Bob qu'en penses-tu ?", "Bob do you know her?", "Bob did you call her?", "Bob what do we say?",
        "Dis Bob, elle ment", "Re Bob, elle ment", "Au fait Bob, elle ment", "Désolé Bob, elle ment", "Je pense qu'elle ment, Bob.",
        "Zoé je pense qu'elle ment", "Carl jai vu", "Bob as reçu son chèque ?", "bob I think she lies", "Bob call her back", "Bob réponds-lui",
        "Bob qui s'en occupe ?", "Bob what about her?", "Bob why not?", "Bob non", "Bob pourquoi pas", "Dis donc Bob, elle ment",
        "By the way Bob, she lies", "Sorry Bob, she lies", "Elle ment, Bob", "Elle ment, Bob !", "On lui répond quoi, Carl ?",
        "ok pour moi, Bob tu confirmes ?", "Tu t'en occupes Bob ?", "Can Bob handle this?", "C'est pour Carl.",
        "passe à Bob", "je passe la main à Léa", "fait suivre à Bob", "Vu avec Bob", "Déjà traité par Carl",
        "Je laisse Bob répondre.", "Elle doit encore 30 €\net je pense qu'elle ment, Bob.", "She lies, @bob", "Tu regardes, Zoé ?", "Bob est-ce qu'on répond ?",
    ],
)  # fmt: skip
def test_what_goes_on_to_a_colleague_without_a_mark_is_asked_about(words: str) -> None:
    assert asked(words)


LETTERS = [
    # Who gets it, and people of the same name.
    "Bonjour Marie,\n\nc'est oui.", "Marie, c'est oui.", "Durand, c'est bien votre nom ?", "Madame Durand, c'est oui.",
    "Bonjour Madame Duval,\n\nvotre place est gardée.", "Monsieur Duval, votre place est gardée.", "Chère Madame Petit,\n\nc'est oui.",
    "M. Duval a appelé, c'est oui.", "La famille Duval vient lundi.", "Les Duval viennent lundi.",
    "Dear Mrs Petit,\n\nyes.", "Dear Mr Duval,\n\nMonday is fine.", "Hello Marie,\n\nBob will call you on Monday.",
    "Mme Petit : 06 12 34 56 78", "Duval : 06 12 34 56 78", "Bob et Carl vous attendent lundi.",
    # Tasks.
    "Trésorier : Paul Simon, 06 12 34 56 78", "Trésorier, c'est un travail d'une heure par semaine.", "Le trésorier vous enverra le reçu.",
    "Tresorier depuis 2019, il connaît tout.", "Treasurer: Paul Simon", "Président : Paul Simon\nTrésorier : Luc Noir",
    "Notre trésorier est absent lundi.", "La présidente vous remercie.", "Bureau : 3 rue du Port", "Secrétaire : à élire.",
    "Bonjour Monsieur le Président,\n\nnous viendrons.", "Madame la Présidente,\n\nnous viendrons.", "Membre, vous payez 40 €.",
    "Admin, comptabilité, accueil : tout est au premier étage.", "Contact : 06 12 34 56 78", "Coach : Paul, lundi et mardi",
    # The house.
    "Mon Asso vous remercie.", "Mon Asso, 3 rue du Port", "Asso, club ou école : c'est le même tarif.", "L'asso est fermée lundi.",
    "L’association Mon Asso vous remercie de votre don.", "Mon adresse : 3 rue du Port", "Mon numéro, le voici : 06 12 34 56 78",
    "Mon Asso est ouverte, à lundi !", "Chez Mon Asso, tout le monde est bénévole.",
    # Sections, places, ordinary words.
    "Tennis : lundi 18 h\nYoga : mardi 19 h", "Tennis, oui ; yoga, non.", "Le tennis, c'est lundi.", "Pour le tennis, c'est lundi.",
    "Au tennis, venez en baskets.", "Paris, le 3 mai 2026\n\nMadame,\n\nc'est oui.", "Paris, 3 May 2026\n\nDear Marie,\n\nyes.",
    "Paris est loin.", "Paris sera notre prochaine sortie.", "Petit rappel : la salle ferme à 20 h.", "Petit à petit, cela avance.",
    "Petite question : venez-vous lundi ?", "Bonne nouvelle, c'est oui !", "Super, merci !", "Parfait, à lundi.", "Juste, il manque un chèque.",
    "Maximum douze personnes.", "Merci, et à lundi.", "Entendu, à lundi.", "Oui, à lundi.",
    # Of colleagues.
    "Bob vous appelle lundi.", "Bob et Carl seront là.", "Bob a votre chèque.", "Carl est absent lundi.", "Bob, notre trésorier, vous enverra le reçu.",
    "Zoé will call you on Monday.", "Léa Petit : 06 12 34 56 78", "Bob peut vous recevoir lundi.", "Bob is away on Monday.", "Voyez avec Bob, il est là lundi.",
    "Bob passe lundi.", "Bob on Monday, Carl on Tuesday.", "Bob on the left is our coach.", "Bob nous a dit que c'est possible.",
    "Bob m'a dit que c'est oui.", "Bob s'en occupe et vous rappelle.", "Bob l'a reçu, merci.", "Bob n'est pas là lundi.", "Bob me dit oui.",
    "Bob lui a répondu hier.", "Bob en a parlé au maire.", "Bob a-t-il appelé Marie ?", "Bob J. Duval vous recevra.", "Bob C. vous recevra.",
    "Bob as our treasurer keeps the list.", "Bob will see you on Monday.", "Bob has your cheque.", "Bob and Carl will be there.", "Bob envoie le reçu lundi.",
    "Désolée, Bob est absent.", "Désolé, Bob n'est pas là lundi.", "Au fait, Bob est là lundi.",
    "Demandez à notre trésorier, Bob.", "Venez avec votre fils et le coach, Bob.", "Vous verrez Carl, Zoé, Bob.", "C'est avec mon collègue, Bob.",
    "Please ask our treasurer, Bob.", "À bientôt, Bob", "Vous connaissez mon voisin, Carl ?", "Présents : Carl, Bob", "Tell your coach, Bob.",
    "C'est Zoé qui gère.", "Bob s'en occupe.", "Can Bob meet you on Monday?", "Le colis est pour Carl.", "Vu avec Bob : c'est oui, venez lundi.",
    # Who signs.
    "Oui, à lundi.\n\nAlice", "Oui, à lundi.\n\nA. Martin", "Oui, à lundi.\n\nMartin Alice\nTrésorière\n06 12 34 56 78",
    "Oui, à lundi.\n\nCordialement,\n\nAlice Martin\nPrésidente de Mon Asso",
]  # fmt: skip


@pytest.mark.parametrize("words", LETTERS)
def test_a_letter_with_such_a_word_leaves(words: str) -> None:
    assert not asked(words)


def test_the_letters_are_many() -> None:
    assert len(set(LETTERS)) >= 60


def test_a_writer_of_a_colleague_s_name_signs_with_it() -> None:
    assert not asked("Oui, à lundi.\n\nBob", writer="Bob Noir")
    assert asked("Oui, à lundi.\n\nBob\nelle ment", writer="Bob Noir")
