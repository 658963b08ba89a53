"""Whether a line turns to a colleague: an answer that is said to one of them, or to the correspondent about one."""

import pytest

from bot.domain.rules.turned_to import turns_to

TEAM = frozenset(("bob", "bob durand", "carl"))


@pytest.mark.parametrize(
    "line",
    [
        "Merci Bob !", "Merci Bob", "OK Bob", "Ok Bob.", "Oui Bob, elle ment", "Non Bob", "Thanks Bob!", "Thank you Bob", "Thanks a lot, Bob!",
        "Merci beaucoup Bob, elle ment encore", "Merci, Bob !", "D’accord Bob", "Bravo Bob !", "Super Bob", "Yes Bob: she lies",
        "Merci Bob et Carl", "Merci cher Bob", "Oui Bob je m’en occupe", "Ok Bob on fait ça", "Oui Bob elle ment", "No Bob, she lies",
        "Merci @bob", "Oui, Bob, elle ment", "Merci l’équipe !", "Thanks team!", "Merci Bob Durand !", "Bien vu Bob", "Bien reçu, Bob.",
        "Oui Bob - elle ment", "Merci Bob, tu peux répondre ?", "Noted Bob, thanks",
    ],
)  # fmt: skip
def test_an_answer_to_a_colleague_turns_to_them(line: str) -> None:
    assert turns_to(line, TEAM)


@pytest.mark.parametrize(
    "line",
    [
        "Merci Marie !", "Oui, Bob vous attend lundi.", "Oui, Bob sera là.", "Non, Bob ne sera pas là", "Oui Bob nous a prévenus",
        "Oui, Bob te rappelle lundi.", "Yes, Bob can meet you on Monday.", "Yes, Bob will call you", "Merci à Bob pour tout", "Merci", "Oui",
        "Oui, Bob, notre trésorier, vous enverra le reçu.", "Oui, Bob (notre trésorier) vous enverra le reçu.", "Ok pour lundi",
        "Merci pour tout, Bob vous rappellera", "Oui, Bob-Olivier est là", "Oui : Bob peut vous recevoir", "Oui, Bob : 06 12 34 56 78",
        "Thank you for your mail", "Merci à l’équipe du club", "Non merci", "Oui oui", "",
    ],
)  # fmt: skip
def test_an_answer_to_the_correspondent_does_not(line: str) -> None:
    assert not turns_to(line, TEAM)


@pytest.mark.parametrize(
    "line",
    [
        "Bonjour, notre collègue Bob vous rappellera jeudi.",
        "Mon collègue Bob vous appellera demain matin.",
        "Notre collègue vous rappellera.",
        "My colleague Bob will call you tomorrow.",
        "Bob, notre trésorier, vous envoie le reçu.",
        "Bob, notre trésorier, a bien reçu votre virement.",
        "Bob, notre trésorier, me confirme que votre chèque a bien été encaissé.",
        "Bob, our treasurer, has received your payment.",
    ],
)
def test_who_tells_the_correspondent_of_a_colleague_turns_to_nobody(line: str) -> None:
    assert not turns_to(line, TEAM)


@pytest.mark.parametrize(
    "line",
    [
        "Chers collègues, elle vous appellera demain.",
        "Mon cher collègue, il faut la rappeler.",
        "Mon collègue Bob, tu la rappelles ?",
        "Bob, notre client, a reçu votre mail.",
        "Bob, notre trésorier, tu lui envoies le reçu ?",
        "Bob, notre trésorier, a-t-il reçu votre mail ?",
        "Bob, la salle, vous avez la clé ?",
    ],
)
def test_who_turns_to_a_colleague_with_such_words_does_all_the_same(line: str) -> None:
    assert turns_to(line, TEAM)
