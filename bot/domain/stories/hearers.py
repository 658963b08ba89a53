"""Who is told of what happened, for each medium, as far as a snapshot knows people and what they chose."""

from collections.abc import Callable, Collection
from functools import partial

from bot.domain.choices import Choice, Medium
from bot.domain.conversation import Conversation
from bot.domain.happening import Heard, What
from bot.domain.ids import UserId
from bot.domain.rules.told import told_of, told_of_answer
from bot.domain.snapshots import Snapshot
from bot.domain.stories.known import choices_of, own_choices_of, people_of

Hearers = tuple[UserId, ...]
_BY_LINES = (What.TALKED, What.NAMED)
"""Whoever would be mentioned sees the words, or has a line already that names them (`rules/naming.py`)."""
ToldBy = Callable[[Medium], Hearers]


def of_act(
    snapshot: Snapshot,
    what: What,
    actor: UserId | None,
    *,
    before: Conversation,
    after: Conversation,
    members: Collection[UserId] | None = None,
    named: Collection[UserId] = (),
    theirs: Collection[UserId] = (),
) -> ToldBy:
    """Who is told of an act. Nobody is mentioned for talk, which stands where they would be; but whoever chose to be
    told of it apart, and cannot be by now, is.

    Args:
        members: of the room where the conversation is; None: those that the snapshot knows.
    """
    choices, present = choices_of(snapshot), people_of(snapshot) if members is None else members

    def told_by(medium: Medium) -> Hearers:
        def told(by: Medium, chosen: Collection[Choice]) -> Hearers:
            return told_of(
                what,
                actor=actor,
                before=before,
                after=after,
                choices=chosen,
                members=present,
                medium=by,
                named=named,
                theirs=theirs,
            )

        found = told(medium, choices)
        if what not in _BY_LINES or medium is not Medium.MENTION:
            return found
        if what is not What.TALKED or not found:
            return ()
        own = own_choices_of(snapshot)
        apart = {who for by in (Medium.DIRECT, Medium.EMAIL) for who in told(by, own)}
        return tuple(who for who in found if who in apart)

    return told_by


def of_answer_by(snapshot: Snapshot, about: Conversation, mail: Heard) -> ToldBy:
    """Who is told of a mail in a conversation: for its ring, and for all that tells of it."""
    theirs = () if mail.returned_to is None else (mail.returned_to,)
    return partial(told_of_answer, about, choices_of(snapshot), people_of(snapshot), writer=mail.member, theirs=theirs)
