"""A server went away or came back: told once each way, in the config room."""

from datetime import datetime

from bot.domain.conversation import EventKind
from bot.domain.decision import Decision
from bot.domain.effects import Say
from bot.domain.inputs import ServiceChanged
from bot.domain.sentences import sentence
from bot.domain.snapshots import ServiceSnapshot


def decide_service(snapshot: ServiceSnapshot, input: ServiceChanged, now: datetime) -> Decision:
    name = snapshot.mailbox.address if snapshot.mailbox else ""
    way = "back" if input.is_up else "credentials" if input.reason == "credentials" else "away"
    told = sentence(f"service.{input.service}_{way}", mailbox=name, reason=input.reason)
    mention = () if input.is_up else snapshot.instance.admins
    return Decision(
        (), (Say(snapshot.instance.config_room, (told,), kind=EventKind.NOTICE, mention=mention, in_thread=False),)
    )
