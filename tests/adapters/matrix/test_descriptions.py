"""The descriptions of commands that clients offer while somebody types."""

import base64
import hashlib
import json

from bot.adapters.matrix.descriptions import Parameter, command_description_state, withdrawn_state
from bot.domain.outcomes import Accepted
from tests.adapters.matrix.conftest import Bot
from tests.conftest import NewMember

PARAMETERS = (
    Parameter("user", "user_id", "who", is_optional=True),
    Parameter("status", "string", "what", choices=("active", "closed")),
    Parameter("text", "string", "the words", is_rest=True),
)


def test_a_description_has_the_form_of_the_proposal() -> None:
    found = command_description_state(
        command="assign", description="Give it to somebody", parameters=PARAMETERS, us="@bot:hs", aliases=("take",)
    )
    assert found.event_type == "org.matrix.msc4391.command_description"
    assert found.state_key == base64.b64encode(hashlib.sha256(b"assign@bot:hs").digest()).decode()
    content = json.loads(found.content)
    assert content["command"] == "assign"
    assert content["description"] == {"m.text": [{"body": "Give it to somebody"}]}
    assert content["aliases"] == ["take"]
    assert content["fi.mau.tail_parameter"] == "text"
    user, status, _ = content["parameters"]
    assert user["optional"] is True and user["schema"] == {"schema_type": "primitive", "type": "user_id"}
    assert [variant["value"] for variant in status["schema"]["variants"]] == ["active", "closed"]


async def test_a_room_takes_it_and_gives_it_back(bot: Bot, new_member: NewMember) -> None:
    room = await bot.enter(await new_member("alice"))
    made = command_description_state(command="close", description="Close it", parameters=(), us=bot.user_id)
    assert isinstance(await bot.chat.put_state(room, made.event_type, made.state_key, made.content), Accepted)
    assert json.loads(await bot.chat.get_state(room, made.event_type, made.state_key) or "")["command"] == "close"
    gone = withdrawn_state(command="close", us=bot.user_id)
    assert isinstance(await bot.chat.put_state(room, gone.event_type, gone.state_key, gone.content), Accepted)
