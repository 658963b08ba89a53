"""`merge`: a conversation goes on as another one."""

from bot.domain.command import Answer, Asked, Command
from bot.domain.conversation import Conversation, Status
from bot.domain.needs import Needs, OutgoingOf
from bot.domain.rules.at_rest import at_rest
from bot.domain.rules.merging import merged
from bot.domain.rules.preparing import draft_in
from bot.domain.sentences import Sentence, sentence


def _pair(asked: Asked) -> tuple[Conversation, Conversation] | Sentence:
    """What is merged, and into which: in a thread this one into the one named; else the first into the other."""
    if not asked.called.numbers:
        return sentence("error.merge_which")
    both = asked.about if asked.here is None or len(asked.about) > 1 else (asked.here, *asked.about)
    if len(both) != 2 or (asked.here is not None and asked.here not in both):
        return sentence("error.merge_which")
    one, into = both
    return sentence("error.merge_itself", number=one.id) if one.id == into.id else (one, into)


def _needs(asked: Asked) -> Needs:
    pair = _pair(asked)
    return () if isinstance(pair, Sentence) else [OutgoingOf(pair[0])]


def _merge(asked: Asked) -> Answer:
    pair = _pair(asked)
    if isinstance(pair, Sentence):
        return pair
    one, into = pair
    rests = at_rest(one)
    if rests is not None:
        # The row's own look is at those that are named.
        return rests
    if one.mailbox != into.mailbox:
        return sentence("error.merge_mailbox")
    if into.status is Status.SPAM:
        return sentence("error.merge_spam", number=into.id)
    if draft_in(asked.facts[OutgoingOf(one)]) is not None:
        return sentence("error.merge_draft", number=one.id)
    if into.open_draft is not None:
        # Its words would go to whoever wrote last in either.
        return sentence("error.merge_draft", number=into.id)
    return merged(one, into, actor=asked.person, now=asked.now)


MERGE = Command(
    "merge",
    "work",
    _merge,
    _needs,
    takes_several=True,
    leaves_deed=True,
    french=("fusionner",),
    tried=("join", "combine", "regrouper"),
    has_more=True,
)
