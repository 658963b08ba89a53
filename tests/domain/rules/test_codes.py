"""What an answer to a mail with a code is known by."""

from dataclasses import replace

import pytest

from bot.domain.mail import Address, Attachment, Mail, Nature
from bot.domain.rules.codes import is_answer_to_code, is_person_s_answer, says_something
from bot.domain.sentences import sentence
from bot.text.wording import say

CODE = "01234567"
MARIE = (Address("Marie", "marie@example.org"),)
PAPER = Attachment("papier.pdf", "application/pdf", 10, False, "", "a" * 64)


def answer(text: str = "Je n'ai rien demandé.", subject: str = f"Re: {CODE} is your code", *files: Attachment) -> Mail:
    return Mail(from_=MARIE, subject=subject, text=text, visible_text=text, attachments=files)


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("before", ["Re: ", "RE : ", "[EXTERNAL] Re: ", "Re: Re: ", "AW: "])
def test_its_subject_is_known_in_each_language(language: str, before: str) -> None:
    subject = before + say(language, sentence("email.code_subject", code=CODE))
    assert is_answer_to_code(Mail(subject=subject))
    assert is_answer_to_code(Mail(subject=subject), {CODE})
    assert not is_answer_to_code(Mail(subject=subject), {"76543210"})


@pytest.mark.parametrize(
    "subject",
    ["", CODE, f"{CODE} is your code", f"Fwd: {CODE} is your code", f"Re: {CODE}", f"Re: 9{CODE} is your code",
     f"Re: {CODE} is your code?", f"Re: cancel! {CODE} is your code", "x" * 100_000 + f"{CODE} is your code"],
)  # fmt: skip
def test_any_other_is_none(subject: str) -> None:
    assert not is_answer_to_code(Mail(subject=subject))


@pytest.mark.parametrize("text", ["", CODE, f"Bonjour,\n\n{CODE}\n\nMarie", "Marie", "-- \nMarie", f"> {CODE}"])
def test_an_answer_says_nothing_by_the_code_a_greeting_and_a_signature(text: str) -> None:
    assert not says_something(answer(text))


@pytest.mark.parametrize("text", ["Non", f"Le voici : {CODE}", "76543210", "Annulez ma commande."])
def test_everything_else_is_words(text: str) -> None:
    assert says_something(answer(text))


def test_a_file_says_something_and_a_mail_as_a_file_does_not() -> None:
    assert says_something(answer("", f"Re: {CODE} is your code", PAPER))
    assert not says_something(answer("", f"Re: {CODE} is your code", replace(PAPER, filename="code.eml")))


@pytest.mark.parametrize(
    "program_s",
    [
        {"is_auto_reply": True},
        {"is_bounce": True},
        {"is_feedback_report": True},
        {"nature": Nature.ABSENCE},
        {"nature": Nature.REACTION},
        {"nature": Nature.READ},
    ],
)
def test_a_list_s_headers_make_no_program_of_a_person_and_others_do(program_s: dict[str, object]) -> None:
    written = replace(answer(), is_bulk=True)
    assert is_person_s_answer(written)
    assert not is_person_s_answer(replace(written, **program_s))  # type: ignore[arg-type]
