"""The calls that keep an organisation's space: the last of all, one after another."""

from dataclasses import replace
from typing import assert_never

from bot.domain.calls import PlannedCall, Priority
from bot.domain.sentences import sentence
from bot.domain.spaces import InviteToSpace, LinkRoom, MakeSpace, RemoveFromSpace, SpaceCall, space_key
from bot.flows.scene import CHAT
from bot.text.wording import say


def render_space(act: SpaceCall, *, language: str) -> PlannedCall:
    """The reason that a removed person reads is in the instance's language: a space may hold rooms of several."""
    key = ""
    match act:
        case RemoveFromSpace():
            act = replace(act, reason=say(language, sentence("space.removed", organisation=act.organisation)))
            lane = f"space:people:{act.organisation}"
        case InviteToSpace():
            # Homeservers let few invitations pass: in one lane they wait for each other, not each for the server.
            lane = f"space:people:{act.organisation}"
        case MakeSpace(organisation):
            lane, key = f"space:rooms:{organisation}", space_key(organisation)
        case LinkRoom():
            lane = f"space:rooms:{act.organisation}"
        case _ as unreachable:
            assert_never(unreachable)
    return PlannedCall(act, CHAT, lane, Priority.DESCRIPTION, key=key)
