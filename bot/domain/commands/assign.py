"""`assign`, `unassign`, and ✋: the conversation gets an assignee, or loses them."""

from bot.domain.command import Answer, Asked, Command, Numbers, People
from bot.domain.conversation import Conversation, EventKind, Status
from bot.domain.decision import Decision, together
from bot.domain.effects import Say
from bot.domain.ids import UserId
from bot.domain.rules import moves
from bot.domain.sentences import Sentence, sentence


def _assign(asked: Asked) -> Answer:
    who = _meant(asked)
    return who if isinstance(who, Sentence) else together(_given(asked, one, who) for one in asked.about)


def _meant(asked: Asked) -> UserId | Sentence:
    """The person meant: a pill, a full id, `me`, or `@name` if exactly one member has that local part."""
    people = [asked.person] if asked.is_by_hand else list(asked.called.people)
    for name in asked.called.names:
        member = asked.member_named(name)
        if member is None:
            return sentence("error.who_is_that", name=name[:60])
        people.append(member)
    # A client writes the name beside the pill.
    people = list(dict.fromkeys(people))
    if len(people) != 1:
        return sentence("error.assign_whom")
    if people[0] not in asked.members:
        return sentence("error.not_in_room", who=people[0])
    if people[0] == asked.instance.bot:
        return sentence("error.assign_bot")
    return people[0]


def _given(asked: Asked, conversation: Conversation, who: UserId) -> Decision:
    assigned = moves.assign(conversation, who, actor=asked.person, now=asked.now)
    if who == asked.person or conversation.assignee == who:
        return assigned
    told = sentence("assign.told", who=asked.person, subject=conversation.subject)
    say = Say(asked.room, (told,), kind=EventKind.NOTICE, conversation=conversation.id, mention=(who,))
    return assigned + Decision((), (say,))


def _unassign(asked: Asked) -> Answer:
    return together(moves.assign(one, None, actor=asked.person, now=asked.now) for one in asked.about)


ASSIGN = Command(
    "assign",
    "work",
    _assign,
    takes=(People(), Numbers()),
    takes_several=True,
    leaves_deed=True,
    selects=(Status.ACTIVE, Status.PENDING),
    french=("attribuer", "confier"),
    tried=("take", "prendre"),
    has_more=True,
)
UNASSIGN = Command(
    "unassign",
    "work",
    _unassign,
    takes_several=True,
    leaves_deed=True,
    selects=(Status.ACTIVE, Status.PENDING),
    french=("libérer",),
)
