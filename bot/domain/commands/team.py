"""`team`, `team add`, `team remove`: teams to which conversations are given in turn."""

from dataclasses import replace
from typing import Final

from bot.domain.command import ME, Answer, Asked, Command, People, Right, Where, Words
from bot.domain.decision import Decision
from bot.domain.ids import UserId
from bot.domain.names import only_one_named
from bot.domain.needs import MembersOf, Needs, TeamsIn
from bot.domain.page import Bullets, Page, Paragraph
from bot.domain.rights import is_assignable
from bot.domain.rules.telling import tell
from bot.domain.sentences import Sentence, sentence
from bot.domain.tags import MOST_LETTERS
from bot.domain.teams import MOST_PEOPLE, MOST_TEAMS, SaveTeam, Team, read_team, team_key
from bot.domain.words import Word, bare

_LIST: Final = Word("list", ("liste",))


def _there(asked: Asked) -> TeamsIn:
    return TeamsIn(tuple(one.id for one in asked.mailboxes_meant))


def _needs(asked: Asked) -> Needs:
    return [_there(asked)]


def _needs_of_add(asked: Asked) -> Needs:
    is_known = not asked.called.names_others or asked.facts.answers([MembersOf(asked.room)])
    return [] if is_known and isinstance(_wish(asked), Sentence) else [_there(asked), MembersOf(asked.room)]


def _name(asked: Asked) -> tuple[str, tuple[str, ...]] | Sentence:
    """The team's name, and the names of people behind it."""
    words, names = asked.called.words, asked.called.names
    written = words[0] if words else next(iter(names), "")
    name = read_team(written)
    if name is None or bare(name) in ME.said:
        return sentence("error.team_name", word=written[:40], most=MOST_LETTERS)
    # Behind a pill a client writes words of its own.
    if len(words) > 1 and not asked.called.people:
        return sentence("error.who_is_that", name=words[1][:60])
    return name, names if words else names[1:]


def _wish(asked: Asked) -> tuple[str, tuple[UserId, ...]] | Sentence:
    """The team's name, and the members who are to be in it."""
    members, read = asked.members, _name(asked)
    if isinstance(read, Sentence):
        return read
    name, names = read
    found = [(written, asked.member_named(written)) for written in names]
    stranger = next((written for written, who in found if who is None), None)
    if stranger is not None:
        return sentence("error.who_is_that", name=stranger[:60])
    people = tuple(dict.fromkeys((*asked.called.people, *(who for _, who in found if who is not None))))
    if not people:
        return sentence("error.team_whom", name=name)
    absent = next((one for one in people if one not in members), None)
    if absent is not None:
        return sentence("error.not_in_room", who=absent)
    if asked.instance.bot in people:
        return sentence("error.assign_bot")
    return name, people


def _add(asked: Asked) -> Answer:
    wish = _wish(asked)
    if isinstance(wish, Sentence):
        return wish
    name, people = wish
    every, members = asked.facts[_there(asked)], asked.facts[MembersOf(asked.room)]
    # Who is meant by the name alone must not hang on who is in the room.
    if any(bare(one.partition(":")[0][1:]) == team_key(name) for one in members):
        return sentence("error.team_is_member", name=name)
    return _saved(asked, every, name, people)


def _saved(asked: Asked, every: tuple[Team, ...], name: str, people: tuple[UserId, ...]) -> Answer:
    decision, after = Decision(), people
    for mailbox in asked.mailboxes_meant:
        of_mailbox = [one for one in every if one.mailbox == mailbox.id]
        before = next((one for one in of_mailbox if one.key == team_key(name)), None)
        there = before.people if before is not None else ()
        after = tuple(dict.fromkeys((*there, *people)))
        if len(after) > MOST_PEOPLE or (not there and sum(1 for one in of_mailbox if one.people) >= MOST_TEAMS):
            return sentence("error.team_full", people=MOST_PEOPLE, teams=MOST_TEAMS)
        if after == there:
            continue
        team = before or Team(mailbox.id, name, (), asked.person, asked.now, asked.event)
        decision += _changed(asked, team, after)
    return decision + tell(asked, sentence("team.is", name=name, people=_said(after)))


def _changed(asked: Asked, team: Team, people: tuple[UserId, ...]) -> Decision:
    changed = replace(team, people=people, before=team.people, by=asked.person, at=asked.now, source=asked.event)
    return Decision((SaveTeam(changed),))


def _remove(asked: Asked) -> Answer:
    """The people named; without any, the whole team."""
    every, read = asked.facts[_there(asked)], _name(asked)
    if isinstance(read, Sentence):
        return read
    name, names = read
    there = [one for one in every if one.people and one.key == team_key(name)]
    if not there:
        return sentence("error.no_team", name=name)
    gone = list(asked.called.people)
    for written in names:
        # Who left the room is still in the team.
        one = only_one_named((one for team in there for one in team.people), written)
        if one is None:
            return sentence("error.who_is_that", name=written[:60])
        gone.append(one)
    strange = next((one for one in gone if all(one not in team.people for team in there)), None)
    if strange is not None:
        return sentence("error.not_in_team", who=strange, name=name)
    decision, left = Decision(), tuple[UserId, ...]()
    for team in there:
        left = tuple(one for one in team.people if gone and one not in gone)
        if left != team.people:
            decision += _changed(asked, team, left)
    told = sentence("team.is", name=name, people=_said(left)) if left else sentence("team.removed", name=name)
    return decision + tell(asked, told)


def _said(people: tuple[UserId, ...]) -> tuple[Sentence, ...]:
    return tuple(sentence("team.person", who=one) for one in people)


def _who_gets_turns(asked: Asked, team: Team) -> tuple[Sentence, ...]:
    """Its people, and who of them gets no turn."""
    members = asked.facts[MembersOf(asked.room)]
    said = []
    for who in team.people:
        if who not in members:
            said.append(sentence("team.left", who=who))
        elif not is_assignable(asked.instance, who, team.mailbox):
            said.append(sentence("team.hidden", who=who))
        else:
            said.append(sentence("team.person", who=who))
    return tuple(said)


def _is_list(asked: Asked) -> bool:
    return all(word == _LIST.own for word in asked.called.words)


def _needs_of_list(asked: Asked) -> Needs:
    return [_there(asked), MembersOf(asked.room)] if _is_list(asked) else ()


def _list(asked: Asked) -> Answer:
    if not _is_list(asked):
        return sentence("error.team_what")
    there = [one for one in asked.facts[_there(asked)] if one.people]
    title = sentence("team.title", count=len(there))
    if not there:
        return Page(title, (Paragraph((sentence("team.none"),)),))
    is_shared = len(asked.mailboxes_meant) > 1
    rows = [sentence("team.row", name=one.name, people=_who_gets_turns(asked, one)) for one in there]
    if is_shared:
        of = [asked.instance.address_of(one.mailbox) for one in there]
        rows = [sentence("team.row_of", row=row, mailbox=one) for row, one in zip(rows, of, strict=True)]
    return Page(title, (Bullets(tuple(rows)),))


TEAM = Command(
    "team",
    "work",
    _list,
    _needs_of_list,
    where=Where.ROOM,
    takes=(Words((_LIST,)),),
    only_reads=True,
    aliases=("teams",),
    french=("équipe", "équipes"),
    tried=("group", "groupe"),
    has_more=True,
    right=Right.READ,
)
TEAM_ADD = Command(
    "team add",
    "admin",
    _add,
    _needs_of_add,
    where=Where.ROOM,
    takes=(Words(), People()),
    right=Right.EDIT,
    french=("équipe ajouter",),
    has_more=True,
)
TEAM_REMOVE = Command(
    "team remove",
    "admin",
    _remove,
    _needs,
    where=Where.ROOM,
    takes=(Words(), People()),
    right=Right.EDIT,
    aliases=("team delete",),
    french=("équipe retirer", "équipe supprimer"),
)
