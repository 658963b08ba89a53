"""Whether an edited message still is the letter that was made of it: the same command, about the same, to the same.

One rule: an edit changes words, and a time that is named anew. Whatever else reads differently takes the letter back.
"""

from bot.domain.command import Called, Reading, Talk
from bot.domain.conversation import MailRecord, OutState
from bot.domain.given import Given
from bot.domain.rules.beginning import is_headed_so
from bot.domain.rules.draft import newcomers_to_choose, recipients
from bot.domain.rules.whole import passes_on
from bot.domain.sentences import Sentence, sentence
from bot.domain.work import Work


def given_in(reading: Reading, before: Given) -> Given:
    """The message as it reads after the edit; of before is what it is about."""
    if not isinstance(reading, Called):
        return before
    return Given(
        reading.command.name, before.about, bool(reading.numbers), reading.choice, is_timed=reading.at is not None
    )


def words_now(reading: Reading, given: Given) -> str | Sentence:
    """The words for the correspondent; or why the message is not that letter any more."""
    match reading:
        case Talk(body):
            return sentence("reply.taken_back") if given.command else body
        case Called(command=command, text=text) if command.text is not None and command.text.is_mailed:
            # Plain talk that is sent is an answer.
            is_same = command.name == given.command or (not given.command and command.is_answer)
            is_about_it = all(one == given.about for one in reading.numbers)
            is_told_so = bool(reading.numbers) or not given.is_numbered
            return text if is_same and is_about_it and is_told_so else sentence("edited.other")
        case _:
            return sentence("reply.taken_back")


def not_the_same(reading: Reading, given: Given | None, record: MailRecord, work: Work) -> Sentence | None:
    """Why the letter that the message names now is another one than the mail. Else None.

    `given` is the message as it was; None where that is not known, and no option is missed.
    """
    if not isinstance(reading, Called):
        return None
    if given is None and reading.command.is_answer and _begins(record, work):
        return sentence("edited.other")
    if reading.heading is not None and not is_headed_so(record, reading.heading, work):
        return sentence("edited.other")
    if not _is_for_the_same(reading, given, record, work):
        return sentence("edited.options")
    was_timed = given is not None and given.is_timed and record.leaves_at is not None
    is_to_wait = was_timed and record.state is not OutState.HELD
    return sentence("edited.options") if is_to_wait and reading.at is None else None


def _begins(record: MailRecord, work: Work) -> bool:
    """Whether the mail, of a command that nobody knows any more, passes another one on, or is the first to somebody."""
    return passes_on(record) or not (record.in_reply_to or work.conversation.mails)


def _is_for_the_same(called: Called, given: Given | None, record: MailRecord, work: Work) -> bool:
    """Whether the option that is said, or said no more, leaves the mail to those whom it goes to already."""
    if called.choice == (given.choice if given is not None else None):
        return True
    if called.choice is None and newcomers_to_choose(work):
        return False
    whom = recipients(work, called.choice)
    return (whom.to, whom.cc, whom.bcc) == (record.to, record.cc, record.bcc)
