"""Rules of the house are applied to the conversation that a mail opens, in the order of their numbers."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.command import Asked
from bot.domain.conversation import Conversation, Status
from bot.domain.decision import NOTHING, Decision
from bot.domain.happening import Happening, What
from bot.domain.house_deeds import AddHouseDeed, HouseDeed, RuleWas
from bot.domain.house_rules import HouseRule, Ruled, SaveRule, with_more
from bot.domain.ids import UserId
from bot.domain.rights import assignable
from bot.domain.rule_words import acts
from bot.domain.rules.teams import took_turn
from bot.domain.rules.telling import tell
from bot.domain.sentences import sentence
from bot.domain.snapshots import MailSnapshot
from bot.domain.tags import MOST_TAGS
from bot.domain.teams import next_in_turn, team_key


def with_rules(conversation: Conversation, by: Ruled, snapshot: MailSnapshot) -> tuple[Conversation, Decision]:
    """The conversation with tags, assignee and status; and the turns of teams. The first who can get it does."""
    free = assignable(snapshot.instance, snapshot.members, conversation.mailbox) if by.rules else ()
    turns, teams = NOTHING, {one.key: one for one in snapshot.teams if one.people}
    for rule in (one.reads for one in by.rules):
        tags = with_more(conversation.tags, rule.tags)
        conversation = replace(conversation, tags=tags if len(tags) <= MOST_TAGS else conversation.tags)
        if not rule.assign or conversation.assignee is not None:
            continue
        who: UserId | None = UserId(rule.assign)
        team = None if ":" in rule.assign else teams.get(team_key(rule.assign))
        if ":" not in rule.assign:
            who = next_in_turn(team, free) if team is not None else None
        if who is None or who not in free:
            # Who left or is hidden gets nothing: somebody takes it as any other.
            continue
        if team is not None:
            teams[team.key], turn = took_turn(team, who)
            turns += turn
        conversation = replace(conversation, assignee=who, needs_nobody=False)
    if by.is_closed:
        conversation = replace(conversation, status=Status.CLOSED)
    return conversation, turns


def told(conversation: Conversation, by: Ruled, now: datetime) -> tuple[Happening, ...]:
    """One line of history for all rules that fit; what they pass on has its own (`rules/forwarding.py`)."""
    opened = by.opens_with if any(one.reads.room == conversation.mailbox for one in by.rules) else None
    rooms = [(one, one.reads.room if one is opened else "") for one in by.rules]
    done = [(one.number, acts(replace(one.reads, forward="", room=room))) for one, room in rooms]
    said = ", ".join(f"{number} ({what})" for number, what in done if what)
    return (Happening(What.RULED, conversation, None, now, said),) if said else ()


def switched(asked: Asked, rules: Sequence[HouseRule], *, is_on: bool) -> Decision:
    """The rule, in each mailbox that has it, on or off from now on; and so told."""
    changed = [replace(one, is_on=is_on) for one in rules]
    told = sentence("rule.on" if is_on else "rule.off", number=changed[0].number, said=changed[0].said)
    deeds = kept_deeds(asked, list(zip(rules, changed, strict=True)))
    return Decision(tuple(SaveRule(one) for one in changed)) + deeds + tell(asked, told)


def kept_deeds(asked: Asked, changes: Sequence[tuple[HouseRule, HouseRule | None]]) -> Decision:
    """Each rule as it was and as it is, so that deleting the command soon takes that back."""
    deeds = (HouseDeed(asked.event, was.mailbox, asked.now, RuleWas(was, now)) for was, now in changes if was != now)
    return Decision(tuple(AddHouseDeed(one) for one in deeds))
