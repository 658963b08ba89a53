"""`assign`, `unassign`, and ✋: the conversation gets an assignee, of a team in turn, or loses them."""

from bot.domain.choices import Occasion
from bot.domain.command import ME, Answer, Asked, Command, Numbers, People
from bot.domain.conversation import Conversation, EventKind, Status
from bot.domain.decision import Decision, together
from bot.domain.effects import Say
from bot.domain.ids import UserId
from bot.domain.needs import HistoryOf, IncomingOf, MembersOf, Needs, TeamsIn
from bot.domain.rights import assignable, is_assignable
from bot.domain.rules import moves
from bot.domain.rules.teams import took_turn
from bot.domain.rules.told import is_told
from bot.domain.sentences import Sentence, sentence
from bot.domain.teams import Team, next_in_turn, team_key


def _teams(asked: Asked) -> TeamsIn:
    return TeamsIn(tuple(one.id for one in asked.mailboxes))


def _needs(asked: Asked) -> Needs:
    """The teams, where a name is no member's, or where the members are not known yet."""
    names = [name for name in asked.called.names if name != ME.own]
    is_known = asked.facts.answers([MembersOf(asked.room)])
    return [_teams(asked)] if any(not is_known or asked.member_named(name) is None for name in names) else ()


def _assign(asked: Asked) -> Answer:
    who = _meant(asked)
    if isinstance(who, Sentence):
        return who
    if isinstance(who, tuple):
        return _in_turn(asked, who)
    return together(_given(asked, one, who) for one in asked.about)


def _meant(asked: Asked) -> UserId | tuple[Team, ...] | Sentence:
    """The person meant: a pill, a full id, `me`, or `@name` if exactly one member has that local part; else the teams
    of that name, one of each mailbox.
    """
    teams = _named(asked)
    if teams and (asked.called.people or len(asked.called.names) > 1):
        return sentence("error.assign_whom")
    if teams:
        return teams
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
    hidden = [one for one in asked.about if not is_assignable(asked.instance, people[0], one.mailbox)]
    if people[0] != asked.person and hidden:
        return sentence("error.assign_hidden", who=people[0])
    return people[0]


def _named(asked: Asked) -> tuple[Team, ...]:
    """The teams of the first name that is no member's; none where nobody but members is named."""
    for name in () if asked.is_by_hand else asked.called.names:
        if asked.member_named(name) is None:
            every = asked.facts[_teams(asked)]
            return tuple(one for one in every if one.people and one.key == team_key(name))
    return ()


def _in_turn(asked: Asked, teams: tuple[Team, ...]) -> Answer:
    """Each conversation goes to the next of its mailbox's team who is in the room."""
    left, done = {one.mailbox: one for one in teams}, Decision()
    for one in asked.about:
        team = left.get(one.mailbox)
        if team is None:
            return sentence("error.no_team_there", name=teams[0].name, mailbox=asked.instance.address_of(one.mailbox))
        who = next_in_turn(team, assignable(asked.instance, asked.members, one.mailbox))
        if who is None:
            return sentence("error.team_absent", name=team.name)
        left[one.mailbox], turn = took_turn(team, who)
        assigned = moves.assign(one, who, actor=asked.person, now=asked.now)
        done += turn + assigned
        if who == asked.person or not _hears(asked, one, who):
            continue
        told = sentence("assign.told_team", who=asked.person, to=who, team=team.name, subject=one.subject)
        say = Say(asked.room, (told,), kind=EventKind.NOTICE, conversation=one.id, mention=(who,))
        done += Decision((), (say,))
    return done


def _given(asked: Asked, conversation: Conversation, who: UserId) -> Decision:
    assigned = moves.assign(conversation, who, actor=asked.person, now=asked.now)
    if who == asked.person or conversation.assignee == who or not _hears(asked, conversation, who):
        return assigned
    told = sentence("assign.told", who=asked.person, subject=conversation.subject)
    say = Say(asked.room, (told,), kind=EventKind.NOTICE, conversation=conversation.id, mention=(who,))
    return assigned + Decision((), (say,))


def _hears(asked: Asked, conversation: Conversation, who: UserId) -> bool:
    if asked.instance.quiet_until(who, asked.now) is not None:
        # Told after their quiet hours (`stories/chain.py`).
        return False
    return is_told(who, conversation.mailbox, asked.instance.choices_now, Occasion.ASSIGNED_ME)


def _needs_of_giving_up(asked: Asked) -> Needs:
    """Whoever had it before is told that it is nobody's."""
    theirs = [one for one in asked.about if one.assignee == asked.person]
    return [*map(HistoryOf, (one.id for one in theirs)), *([MembersOf(asked.room)] if theirs else [])]


def _unassign(asked: Asked) -> Answer:
    return together(moves.assign(one, None, actor=asked.person, now=asked.now) for one in asked.about)


ASSIGN = Command(
    "assign",
    "work",
    _assign,
    _needs,
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
    _needs_of_giving_up,
    of_each=lambda number: [IncomingOf(number), HistoryOf(number)],
    takes_several=True,
    leaves_deed=True,
    selects=(Status.ACTIVE, Status.PENDING),
    french=("libérer",),
)
