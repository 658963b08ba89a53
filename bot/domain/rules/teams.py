"""Teams are changed, and take turns (`bot/domain/teams.py`)."""

from dataclasses import replace
from datetime import datetime

from bot.domain.decision import Decision
from bot.domain.ids import EventId, UserId
from bot.domain.teams import SaveTeam, TakeTurn, Team


def took_turn(team: Team, who: UserId) -> tuple[Team, Decision]:
    """The team after that person's turn; two decisions do not take one turn."""
    return replace(team, last=who), Decision((TakeTurn(team.mailbox, team.key, team.last, who),))


def taken_back(team: Team, *, by: UserId, now: datetime) -> Decision:
    """As it was before the command that changed it a moment ago."""
    # Without its command: deleted again, it changes nothing more.
    back = replace(team, people=team.before, before=team.people, by=by, at=now, source=EventId(""))
    return Decision((SaveTeam(back),))
