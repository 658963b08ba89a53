"""What a decision comes to, in a few words: tables of stories compare these."""

from bot.domain.decision import Decision, SaveConversation, SetTimer
from bot.domain.effects import Do, Say


def outcome(decision: Decision) -> list[str]:
    """Each change and effect by its class, in order; of a timer its name, of words their keys and whom they mention."""
    found = []
    for change in decision.changes:
        match change:
            case SetTimer(timer):
                found.append(f"timer {timer.partition(':')[0]}")
            case SaveConversation(one):
                found.append(f"{one.status.value} of {one.assignee or 'nobody'}")
            case _:
                found.append(type(change).__name__)
    for effect in decision.effects:
        match effect:
            case Do(call):
                found.append(type(call).__name__)
            case Say(sentences=sentences, mention=mention):
                found += [one.key + "".join(f" {who.split(':')[0]}" for who in mention) for one in sentences]
            case _:
                found.append(type(effect).__name__)
    return found
