"""Descriptions of our commands as room state, for clients that offer them while somebody types (MSC4391, unstable)."""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bot.adapters.matrix import fields
from bot.adapters.matrix.requests import Homeserver, refused_or_away
from bot.domain.calls import DescribeCommand
from bot.domain.ids import RoomId

EVENT_TYPE = "org.matrix.msc4391.command_description"

ParameterKind = Literal["string", "integer", "boolean", "user_id", "room_id", "event_id"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One argument; `description` is in the room's language."""

    key: str
    kind: ParameterKind
    description: str
    is_optional: bool = False
    choices: tuple[str, ...] = ()
    """The words that the argument may be, if only some are allowed; `kind` is `string` then."""
    is_rest: bool = False
    """Whether the argument takes the rest of the line."""


@dataclass(frozen=True, slots=True)
class StateEvent:
    """The arguments of one `put_state`."""

    event_type: str
    state_key: str
    content: str


def command_description_state(
    *, command: str, description: str, parameters: Sequence[Parameter], us: str, aliases: Sequence[str] = ()
) -> StateEvent:
    """The state event that describes one command of the bot `us`.

    The state key is made of both, so that several bots may have a command of the same name in one room.
    """
    content: dict[str, object] = {
        "command": command,
        "description": _text(description),
        "parameters": [_parameter(parameter) for parameter in parameters],
    }
    if aliases:
        content["aliases"] = list(aliases)
    rest = [parameter.key for parameter in parameters if parameter.is_rest]
    if rest:
        # The name that today's clients use; the proposal itself has none.
        content["fi.mau.tail_parameter"] = rest[-1]
    return StateEvent(EVENT_TYPE, state_key(command, us), fields.dumps(content))


def withdrawn_state(*, command: str, us: str) -> StateEvent:
    """The state event that takes a description back."""
    return StateEvent(EVENT_TYPE, state_key(command, us), "{}")


def state_key(command: str, us: str) -> str:
    return base64.b64encode(hashlib.sha256((command + us).encode()).digest()).decode()


def _parameter(parameter: Parameter) -> dict[str, object]:
    schema: dict[str, object] = {"schema_type": "primitive", "type": parameter.kind}
    if parameter.choices:
        variants = [{"schema_type": "literal", "value": choice} for choice in parameter.choices]
        schema = {"schema_type": "union", "variants": variants}
    described: dict[str, object] = {
        "key": parameter.key,
        "schema": schema,
        "description": _text(parameter.description),
    }
    if parameter.is_optional:
        described["optional"] = True
    return described


def _text(words: str) -> dict[str, object]:
    return {"m.text": [{"body": words}]}


_KINDS: dict[str, tuple[ParameterKind, bool]] = {
    "user": ("user_id", False),
    "conversation": ("string", False),
    "word": ("string", False),
    "text": ("string", True),
}


def parameter_of(kind: str, description: str) -> Parameter:
    """The parameter for one of our kinds of arguments (`domain.commands.Command.arguments`)."""
    type_, is_rest = _KINDS[kind]
    return Parameter(kind, type_, description, is_optional=kind in ("conversation", "word"), is_rest=is_rest)


def described_state(command: DescribeCommand, us: str) -> StateEvent:
    """The state event that the room should hold for one command."""
    if command.is_gone:
        return withdrawn_state(command=command.name, us=us)
    parameters = [parameter_of(kind, command.description) for kind in command.arguments]
    return command_description_state(
        command=command.name, description=command.description, parameters=parameters, us=us
    )


async def ask_description_faults(
    homeserver: Homeserver, room: RoomId, wanted: Sequence[DescribeCommand], us: str
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """See `ports.Chat.description_faults`. The whole state is read, because commands of old versions are unknown here.

    Raises: Unavailable.
    """
    answer = await homeserver.call_raw("GET", homeserver.path("rooms", room, "state"), None, is_list=True)
    if not answer.is_ok:
        raise refused_or_away(answer)
    there = {
        fields.text(event, "state_key"): fields.child(event, "content")
        for event in fields.objects(answer.body, "chunk")
        if event.get("type") == EVENT_TYPE
    }
    states = {command.name: described_state(command, us) for command in wanted}
    missing = tuple(name for name, one in states.items() if there.get(one.state_key) != fields.loads(one.content))
    names = ((key, fields.text(content, "command")) for key, content in there.items())
    # The key tells the owner: commands of other bots are passed over.
    gone = sorted(name for key, name in names if key == state_key(name, us) and name not in states)
    return missing, tuple(gone)
