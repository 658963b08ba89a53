"""`subject`, and the subject of later answers: cases."""

import pytest

from bot.domain.conversation import Conversation
from bot.domain.effects import SubmitMail
from bot.domain.happening import What
from bot.domain.subjects import MOST_LETTERS, is_other, with_subject
from tests.domain.commands.cases import given, is_marked, other, saved, told, world
from tests.domain.deciding import conversation

RENAMED = conversation(subject="Devis", mailed_subject="Question")


@pytest.mark.parametrize(
    ("body", "before", "after"),
    [
        ("!subject Devis de mai", conversation(), ("Devis de mai", "Question")),
        ('!subject "Devis de mai"', conversation(), ("Devis de mai", "Question")),
        ("!objet « Devis »", conversation(), ("Devis", "Question")),
        ("!subject #1 Facture #12", conversation(), ("Facture #12", "Question")),
        ("!subject Devis\n de mai", conversation(), ("Devis de mai", "Question")),
        ("!subject Facture", RENAMED, ("Facture", "Question")),
        ("!subject question", conversation(), ("question", "Question")),
        ("!subject Question", RENAMED, ("Question", None)),
        ("!subject Question", conversation(), None),
        ("!subject Devis", RENAMED, None),
        ("!subject Devis", conversation(subject=""), ("Devis", "")),
    ],
)
def test_it_is_shown_and_the_mail_s_own_is_kept(
    body: str, before: Conversation, after: tuple[str, str | None] | None
) -> None:
    decision = given(body, there=(before,))
    found = [(one.subject, one.mailed_subject) for one in saved(decision)]
    assert (found, is_marked(decision)) == ([] if after is None else [after], True)
    assert [one.what for one in decision.happened] == ([] if after is None else [What.SUBJECT_CHANGED])


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("!subject", "error.subject_which"),
        ('!subject ""', "error.subject_which"),
        ("!subject " + "x" * (MOST_LETTERS + 1), "error.subject_long"),
        ("!subject #9 x", "error.no_such_conversation"),
        ("!subject #1 #2 x", "error.only_one"),
    ],
)
def test_what_is_no_subject_is_told(body: str, why: str) -> None:
    decision = given(body, there=(conversation(), other(2)))
    assert (told(decision), saved(decision)) == ([why], [])


@pytest.mark.parametrize(
    ("before", "answered", "leaves"),
    [
        (conversation(), "Re: Autre chose", "Re: Autre chose"),
        (conversation(), "", "Question"),
        (RENAMED, "Re: Question", "Devis"),
        (RENAMED, "Re: Autre chose", "Devis"),
    ],
)
def test_answers_bear_it_whatever_the_mail_says_that_they_answer(
    before: Conversation, answered: str, leaves: str
) -> None:
    house = world()
    house.conversation = before
    house.says_subject(answered)
    effects = given("!reply Bonjour", there=(before,), within=house).effects
    (record,) = [effect.draft.record for effect in effects if isinstance(effect, SubmitMail)]
    assert record.subject == leaves
    assert record.in_reply_to == ("m1@example.org",) and record.references[-1] == "m1@example.org"


@pytest.mark.parametrize(
    ("subject", "new"),
    [("Re: Question", False), ("AW: re: devis", False), ("Devis", False), ("Facture", True), ("", True)],
)
def test_a_mail_under_either_subject_is_about_the_same(subject: str, new: bool) -> None:
    assert is_other(subject, RENAMED) == new


def test_given_and_taken_back_it_is_as_before() -> None:
    assert with_subject(with_subject(conversation(), "Devis"), "Question") == conversation()
