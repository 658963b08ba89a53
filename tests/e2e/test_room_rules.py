"""A room whose rules change while the bot runs: who may read it, whether it is encrypted, what the bot may do there."""

from tests.e2e.house import Desk, House, words
from tests.e2e.letters import id_of, letter, new_id


async def test_a_room_that_is_opened_to_anybody_gets_no_mail_until_it_is_closed_again(
    house: House, own_desk: Desk
) -> None:
    await house.case(own_desk)
    await house.alice.put_state(own_desk.room, "m.room.join_rules", {"join_rule": "public"})
    # By the time that the config room knows it, nothing is posted any more.
    told = words("room.trouble.public")
    await house.wait(house.config_room, lambda e: told in e.body and own_desk.address in e.body, "the warning")
    secret = letter(to=own_desk.address, id=new_id())
    await house.deliver(own_desk, secret)
    others = await house.case(house.next_desk())
    assert others.mail
    assert not [e for e in house.posted(own_desk.room, "mail") if e.postroom.get("message_id") == id_of(secret)]
    await house.alice.put_state(own_desk.room, "m.room.join_rules", {"join_rule": "invite"})
    await house.mail_event(own_desk, id_of(secret))


async def test_power_that_is_taken_away_is_told_at_once(house: House, own_desk: Desk) -> None:
    await house.case(own_desk)
    levels = dict(await house.alice.state(own_desk.room, "m.room.power_levels"))
    levels["users"] = {}
    await house.alice.put_state(own_desk.room, "m.room.power_levels", levels)
    told = words("room.trouble.no_power")
    await house.wait(house.config_room, lambda e: told in e.body and own_desk.address in e.body, "the word")
