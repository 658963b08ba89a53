"""The question before a mail leaves: the same words again, or ✅, answer it."""

from dataclasses import replace
from typing import assert_never

from bot.domain import rights
from bot.domain.decision import NOTHING
from bot.domain.dialogues.dialogue import Ended, Expired, Heard, Said, Told, Turn, Wrote
from bot.domain.grants import Right
from bot.domain.letter import Letter
from bot.domain.needs import Needs
from bot.domain.question import Question, Stage, by_mail, own_file
from bot.domain.rules.asking import holds, is_same, others_changed
from bot.domain.rules.draft import GONE
from bot.domain.rules.goes_to import listed
from bot.domain.rules.preparing import draft_in
from bot.domain.rules.reply import Wish, ask, choice_of, leave, reasons, wished, work_of
from bot.domain.rules.telling import answered, tell
from bot.domain.sentences import Sentence, sentence
from bot.domain.work import Work


def needs(said: Said) -> Needs:
    """The needs of writing a letter, where the act may be the answer to the question."""
    return [work_of(said.asked)] if said.is_yes or said.letter is not None else ()


def turn(question: Question, heard: Heard) -> Turn | None:
    """The next turn of the question; None where the person said nothing to it."""
    match heard:
        case Expired():
            return Turn(_after(question))
        case Said(is_yes=True) as said:
            return _confirmed(question, said)
        case Said(letter=Letter() as letter) as said:
            return _said_again(question, said, letter)
        case Said() | Wrote() | Told() | Ended():
            # Plain talk and other commands answer nothing.
            return None
        case _ as unreachable:
            assert_never(unreachable)


def status(question: Question, *, room_encrypted: bool) -> tuple[Sentence, ...]:
    """Sentences that say what the question waits for."""
    if not question.to:
        return (sentence("dialogue.waits_for_whom"),)
    how = sentence("question.confirm_in_words" if room_encrypted else "question.confirm")
    return (sentence("dialogue.waits_to_send", to=listed((*question.to, *question.cc, *question.bcc))), how)


def _after(question: Question) -> Question | None:
    match question.stage:
        case Stage.OPEN:
            return replace(question, stage=Stage.LATE)
        case Stage.ANSWERED:
            return replace(question, stage=Stage.OVER)
        case Stage.LATE | Stage.OVER:
            return None
        case _ as unreachable:
            assert_never(unreachable)


def _confirmed(question: Question, said: Said) -> Turn:
    """The turn after ✅: the mail leaves once, if everything is as it was when the question was put."""
    asked = said.asked
    work = asked.facts[work_of(asked)]
    if question.is_used and not _is_mailed(question, work):
        return Turn(question, tell(asked, sentence("error.question_over")))
    if question.is_used:
        return Turn(question, NOTHING if asked.is_by_hand else tell(asked, sentence("error.send_twice")))
    if not rights.has(asked.instance, Right.SEND, asked.person, work.mailbox.id):
        # It was taken from them since they were asked.
        return Turn(question, tell(asked, rights.lacking(Right.SEND)))
    choice, text = choice_of(work, question), question.text
    if question.of_draft:
        draft = draft_in(work)
        if draft is None:
            return Turn(None, tell(asked, sentence("error.draft_none")))
        # Other words than those that were asked about are asked about anew.
        text = draft.text
    letter = Letter(
        question.event,
        text,
        own_file(question),
        choice,
        question.is_apart,
        question.under,
        of_draft=question.of_draft,
        enclosed=by_mail(question),
        leaves_at=question.leaves_at,
        given=question.given,
    )
    wish = wished(asked, work, letter)
    if isinstance(wish, Sentence):
        return Turn(question, tell(asked, wish))
    return _answered(question, said, work, letter, wish)


def _said_again(question: Question, said: Said, letter: Letter) -> Turn | None:
    """The turn after the same command again, wherever it was given."""
    asked = said.asked
    if [one.id for one in asked.about] != [question.conversation]:
        return None
    work = asked.facts[work_of(asked)]
    wish = wished(asked, work, letter)
    if isinstance(wish, Sentence) or not is_same(question, wish.wanted):
        return None
    if not question.is_used:
        return _answered(question, said, work, letter, wish)
    if wish.must_choose or not _is_mailed(question, work):
        return None
    # The mail is on its way: the person repeats the command, perhaps because no answer was seen yet.
    why = reasons(asked, work, letter, wish) or (sentence("question.said_already"),)
    return Turn(question, answered(asked, ask(asked, work, wish, why)))


def _answered(question: Question, said: Said, work: Work, letter: Letter, wish: Wish) -> Turn:
    """The turn of an answer: the mail leaves with the words that confirmed it; after a change we ask anew."""
    asked, is_by_word = said.asked, wish.choice is not None
    is_as_asked = not others_changed(work, asked.person, question.at)
    holds_still = is_as_asked and holds(question, wish.wanted, asked.now, by_word=is_by_word)
    if holds_still and letter.must_ask is None and not wish.must_choose:
        meant = replace(wish, wanted=replace(wish.wanted, row=question.row))
        return Turn(replace(question, stage=Stage.ANSWERED), answered(asked, leave(asked, work, meant)))
    why = reasons(asked, work, letter, wish) or (sentence("question.changed"),)
    return Turn(None, answered(asked, ask(asked, work, wish, why)))


def _is_mailed(question: Question, work: Work) -> bool:
    return any(r.row == question.row and r.state not in GONE for r in work.outgoing)
