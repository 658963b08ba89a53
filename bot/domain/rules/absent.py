"""Whoever left the room has nothing that is to do: what rested when they left is nobody's when it comes back."""

from collections.abc import Collection
from dataclasses import replace

from bot.domain.conversation import TO_DO, Conversation
from bot.domain.decision import Decision, SaveConversation
from bot.domain.happening import Happening, What
from bot.domain.ids import ConversationId, UserId


def may_be_absent(one: Conversation) -> bool:
    """Whether its assignee may have left: leaving frees what is to do, and leaves the rest as it was done."""
    return one.assignee is not None and one.status not in TO_DO


def freed(one: Conversation, members: Collection[UserId]) -> Conversation:
    """Nobody's, where it is to do by somebody who is no member. Where no members are known, nobody is absent."""
    is_absent = bool(members) and one.assignee is not None and one.assignee not in members
    return replace(one, assignee=None) if is_absent and one.status in TO_DO else one


def without_absent(decision: Decision, members: Collection[UserId]) -> Decision:
    """The decision, which gives nothing to do to those who are no members; the history tells whose it was."""
    if not members:
        return decision
    changes, had = [], dict[ConversationId, UserId]()
    for change in decision.changes:
        if isinstance(change, SaveConversation):
            after = freed(change.conversation, members)
            if after.assignee != change.conversation.assignee and change.conversation.assignee is not None:
                had[after.id] = change.conversation.assignee
            change = SaveConversation(after)
        changes.append(change)
    if not had:
        return decision
    happened: list[Happening] = []
    for one in decision.happened:
        after = freed(one.conversation, members)
        happened.append(replace(one, conversation=after))
        if after.id in had and after.assignee is None:
            happened.append(Happening(What.UNASSIGNED, after, None, one.at, had.pop(after.id)))
    return replace(decision, changes=tuple(changes), happened=tuple(happened))
