"""The subject of an answer to a notification: whether a mail client gave it, and words that its writer put into it.

What may stand before the number is a closed list: absence notes come with any word, and there is no list of those.
"""

import re
from collections.abc import Collection
from typing import Final

from bot.domain.marks import NUMBER
from bot.domain.words import bare, letters_of

_ANSWER: Final = (
    "re rep reponse aw antw antwort sv vs rif ref r odp odpoved ynt res resp respuesta resposta risposta atb ats bls "
    "odg na hl vast va vl tl rasp otvet απ σχετ απαντηση ha ответ отв отг відп відповідь השב תגובה رد "
    "回复 回覆 答复 答覆 返信 回信 회신 답장 ตอบกลับ"
).split()
"""`Re:` as clients of many languages write it, without accents. Marks of what is passed on are looked at before."""
_OUTSIDE: Final = r"(?:ext|extern|external|externe|externo|externa|esterno|esterna|exterieur|outside)"
_KIND: Final = r"(?:e-?mail|mail|courriel|message|mess|sender|source|expediteur)"
_FILTERED: Final = (
    r"(?:(?:probable|possible|suspected|potential|likely)\s+)?"
    r"(?:spam|junk|pub|publicite|pourriel|indesirable|newsletter|bulk)(?:\s+(?:probable|suspect|possible))?\s?\??"
    r"(?:\s?[:=]?\s?[#+\d.,]{1,12})?"
)
_BANNER: Final = re.compile(
    rf"\s*(?:[\[({{*_-]{{1,6}}\s*{_FILTERED}\s*[\])}}*_-]{{1,6}}|[\[(*]{{1,3}}\s*(?:{_KIND}\s+)?{_OUTSIDE}(?:\s+{_KIND})?\s*[\])*]{{1,3}}|{_OUTSIDE}(?=\s?:))\s?[:\uff1a-]?\s*"
)
"""What servers put before the subject of a mail from elsewhere, and filters before one that they take for bulk."""
_MARK: Final = re.compile(
    rf"\s*(?:{'|'.join(sorted((re.escape(bare(one)) for one in _ANSWER), key=len, reverse=True))})"
    r"(?:\s?[\[(]\d{1,3}[\])]|\^\d{1,3})?\s?\.?\s?[:\uff1a]\s*"
)
_MOST_MARKS: Final = 20
_MOST_LETTERS: Final = 300
_PUT_BEHIND: Final = re.compile(r"\s*[\[({*]{1,3}[^\[\](){}]{1,40}[\])}*]{1,3}\s*$")
"""As servers put a mark there, and programs the subject of before (`(was: …)`)."""
_LOST: Final = re.compile("[?\ufffd]")
_MOST_SHOWN: Final = 200


def words_in_subject(subject: str, mailed: Collection[str]) -> str:
    """What stands behind the number that the notification did not have there; empty: nothing.

    Args:
        mailed: subjects that it may have had, with the number or without. Empty: nothing is known of it.
    """
    found = NUMBER.search(subject[:_MOST_LETTERS])
    if found is None or not mailed:
        return ""
    # What is longer is cut off, here as in programs.
    behind = subject[found.end() : _MOST_LETTERS].strip()
    # The correspondent's own may begin with such a number, too.
    known = [one.partition(found[0])[2] or one for one in mailed]
    for said in dict.fromkeys((behind, _PUT_BEHIND.sub("", behind))):
        if any(_letters(one).startswith(_letters(said)) or _as_damaged(said, one) for one in known):
            return ""
    return behind[:_MOST_SHOWN]


def _letters(words: str) -> str:
    return bare(letters_of(words, has_signs=True))


def _as_damaged(said: str, mailed: str) -> bool:
    """Whether a program lost the letters that are no ASCII."""
    if not _LOST.search(said) and "\u00c3" not in said:
        return False
    kept, old = (re.sub(r"[^0-9a-z]", "", one.lower()) for one in (said, mailed))
    return bool(kept) and kept == old


def is_of_an_answer(subject: str, number: int) -> bool:
    """Whether the number that the notification put into its subject is there, behind at least one mark of an answer and
    nothing else but what servers add."""
    before, found, _ = subject.partition(f"[#{number}]")
    return bool(found) and is_answer_mark(before)


def is_answer_mark(before: str) -> bool:
    """Whether these are marks of an answer, at least one."""
    if len(before) > _MOST_LETTERS:
        return False
    # Some clients put the first strong letter's direction there.
    said = re.sub("[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]", "", bare(before))
    at, marks = 0, 0
    for _ in range(_MOST_MARKS):
        if (found := _MARK.match(said, at)) is not None:
            marks += 1
        elif (found := _BANNER.match(said, at)) is None:
            break
        at = found.end()
    return marks > 0 and not said[at:].strip()
