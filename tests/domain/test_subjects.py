"""Subjects: the marks of answers and forwards that mail clients write."""

import pytest

from bot.domain.subjects import is_passed_on, subject_of_forward

FORWARDS = ("Fwd: x", "FW: x", "TR : x", "WG: x", "RV: x", "转发：x", "[list] Fwd: x", "Doorst: x", "I: x")


@pytest.mark.parametrize("subject", FORWARDS)
def test_a_forward_says_so_in_the_words_of_its_client_and_is_not_marked_twice(subject: str) -> None:
    assert is_passed_on(subject) and subject_of_forward(subject) == subject


@pytest.mark.parametrize("subject", ["Re: Fwd: x", "x", "Forward planning", "Travel: x", ""])
def test_what_only_looks_like_a_forward_gets_the_mark(subject: str) -> None:
    assert not is_passed_on(subject) and subject_of_forward(subject) == f"Fwd: {subject}".strip()
