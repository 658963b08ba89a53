"""An answer that waits in a conversation which goes on as another one: what came, or was answered, there since."""

from bot.domain.conversation import THROWN_AWAY, Direction, MailRecord, OutState
from bot.domain.decision import NOTHING, Decision, together
from bot.domain.rules.draft import GONE
from bot.domain.rules.scheduling import held_back
from bot.domain.sentences import sentence
from bot.domain.work import Work


def is_overtaken(work: Work, record: MailRecord) -> bool:
    """Whether somebody wrote to one of those as which it goes on, or nobody wants to see the last of them."""
    if work.onward and work.onward[-1].conversation.status in THROWN_AWAY:
        return True
    shown = [each for one in work.onward for each in one.shown]
    return any(mail.direction is Direction.IN and at > record.date for mail, at in shown)


def parted(work: Work) -> Decision:
    """What waits in it as it goes on by itself again, where somebody wrote to one of those as which it went on: that
    mail stays there, and its words may not fit any more.
    """
    held = [one for one in work.outgoing if (one.is_scheduled or one.waits_for_word) and is_overtaken(work, one)]
    if not held:
        return NOTHING
    why = sentence("merge.held", number=int(work.onward[-1].conversation.id))
    return together(held_back(work.conversation, one, why) for one in held if one.state is not OutState.HELD)


def answered_onward(work: Work, record: MailRecord) -> bool:
    """Whether somebody else of the house has answered there."""
    shown = [each for one in work.onward for each in one.shown]
    return any(_is_answer(mail, record) and at > record.date for mail, at in shown)


def is_unseen_onward(work: Work, record: MailRecord) -> bool:
    """Whether the person who works has not seen there what was written since, by whomever."""
    return any(
        at > record.date and (one.seen_at is None or at > one.seen_at)
        for one in work.onward
        for mail, at in one.shown
        if mail.direction is Direction.IN or _is_answer(mail, record)
    )


def _is_answer(mail: MailRecord, record: MailRecord) -> bool:
    if mail.direction is not Direction.OUT or mail.state in GONE or mail.author == record.author:
        return False
    # What waits for a time or a word has told nobody anything yet.
    return not (mail.is_scheduled or mail.waits_for_word)
