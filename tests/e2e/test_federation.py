"""Members with accounts on another homeserver: they work like the others, and what is late is done once."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace

import yaml

from bot.demo.matrix_user import MatrixUser, RoomEvent
from bot.demo.servers.dovecot import Dovecot
from bot.demo.servers.federation import Neighbours
from tests.e2e.house import TEAM_PASSWORD, WAIT, Case, Desk, House, housed, replies_to, until, words
from tests.e2e.test_spaces import enter, hierarchy, space_of
from tests.e2e.test_upgrades import cards_in, is_member, told

_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Team:
    """A house on the near homeserver, and carl on the far one in the room of its only desk."""

    house: House
    neighbours: Neighbours
    carl: MatrixUser

    @property
    def desk(self) -> Desk:
        return self.house.desks[0]

    async def sees(self, room: str, kind: str, what: str, *, besides: Sequence[str] = ()) -> RoomEvent:
        """The first event of a kind by the bot that comes to carl."""
        return await self.carl.wait_for(
            room,
            lambda e: (
                e.sender == self.house.bot_id and e.kind == kind and e.replaces is None and e.event_id not in besides
            ),
            what=what,
            timeout=WAIT,
        )

    async def sees_event(self, event: RoomEvent) -> RoomEvent:
        """The same event on the other homeserver."""
        return await self.carl.wait_for(
            event.room_id, lambda e: e.event_id == event.event_id, what="an event of the bot, far away", timeout=WAIT
        )

    def sent(self, text: str) -> int:
        return len([mail for mail in self.house.sink.received if text.encode() in mail.raw])


@asynccontextmanager
async def teamed(
    neighbours: Neighbours, dovecot: Dovecot, *, allowed: bool = True, powers: int = 0, **section: object
) -> AsyncIterator[Team]:
    """The bot runs; `powers` is carl's level in the room, of a version that lets others than its maker upgrade it."""
    async with AsyncExitStack() as stack:
        name = f"carl-{next(_numbers)}"
        await neighbours.far.register(name, TEAM_PASSWORD)
        carl = await stack.enter_async_context(MatrixUser.logged_in(neighbours.far.base_url, name, TEAM_PASSWORD))
        house = await stack.enter_async_context(
            housed(neighbours.near, dovecot, desks=[section], room_version="11", start=False)
        )
        room = house.desks[0].room
        await house.alice.invite(room, carl.user_id)
        if powers:
            levels = dict(await house.alice.state(room, "m.room.power_levels"))
            levels["users"] = {**levels["users"], carl.user_id: powers}
            await house.alice.put_state(room, "m.room.power_levels", levels)
        await carl.join(room)
        await carl.sync()
        settings = yaml.safe_load(house.config.read_text())
        if allowed:
            settings["matrix"]["allowed_servers"] = [neighbours.near.server_name, neighbours.far.server_name]
        house.config.write_text(yaml.safe_dump(settings))
        await house.bot.start()
        await house.bot.healthy()
        yield Team(house, neighbours, carl)


async def test_a_member_of_another_homeserver_reads_answers_and_sees_the_space(
    neighbours: Neighbours, dovecot: Dovecot
) -> None:
    async with teamed(neighbours, dovecot, organisation="Mon Asso") as team:
        house, carl, room = team.house, team.carl, team.desk.room
        case = await house.case(team.desk)
        mail = await team.sees_event(case.mail)
        card = await team.sees(room, "conversation", "the card")
        assert (mail.thread, card.event_id) == (case.thread, case.thread)

        await case.order(f"!assign {carl.user_id}")
        mention = await carl.wait_for(
            room,
            lambda e: e.sender == house.bot_id and carl.user_id in e.content.get("m.mentions", {}).get("user_ids", ()),
            what="carl being mentioned",
            timeout=WAIT,
        )
        assert mention.thread == case.thread
        await case.card("assignee", carl.user_id)

        await carl.receipt(room, mail.event_id, thread=case.thread)
        reply = await case.reply("Bonjour de loin.", who=carl)
        await case.sent("Bonjour de loin.")
        await case.state(reply, "sent")

        talk = await case.say("Une note lointaine.", who=carl)
        await carl.react(room, talk, "📤")
        await case.sent("Une note lointaine.")

        await case.react("✅", who=carl)
        await case.card("status", "closed")

        space = await space_of(house, "Mon Asso")

        async def is_linked() -> bool:
            return await hierarchy(house.alice, space) == {room}

        # What crosses a join, the other homeserver may first be told with a later event, and no later one comes here.
        await until(is_linked, "the room in its space")

        async def is_invited() -> bool:
            await carl.sync()
            return space in carl.invites

        await until(is_invited, "an invitation for carl")
        await carl.join(space)

        async def shows() -> bool:
            return await hierarchy(carl, space) == {room}

        await until(shows, "carl seeing the room in the space")
        assert (team.sent("Bonjour de loin."), team.sent("Une note lointaine.")) == (1, 1)


async def test_what_was_done_on_a_homeserver_that_was_away_is_done_once(
    neighbours: Neighbours, dovecot: Dovecot
) -> None:
    async with teamed(neighbours, dovecot) as team:
        house, carl = team.house, team.carl
        first, second, third = [await house.case(team.desk) for _ in range(3)]
        for case in (first, second, third):
            await team.sees_event(case.mail)
            await carl.receipt(team.desk.room, case.mail.event_id, thread=case.thread)
        await first.order("!follow", who=carl)

        await neighbours.part()
        try:
            # Here: a newer mail in one of them, and work in another.
            newer = await second.more("Une chose plus récente.")
            await third.order("!pending")
            # There, each before much talk: only what is newest is told without being asked for.
            hand = await first.react("✋", who=carl)
            reply = await first.reply("Avant le retour.", who=carl)
            # Who wrote after it came has not seen it for that.
            await second.say("Je leur écris.", who=carl)
            crossing = await second.reply("Sans avoir lu.", who=carl)
            closed = await third.say("!close", who=carl)
            for number in range(25):
                await third.say(f"Entre nous {number}.", who=carl)
        finally:
            await neighbours.join()

        # Homeservers tell of what they kept with the next event.
        late = await third.say("!note De retour.", who=carl)
        await third.done(late)
        await first.sent("Avant le retour.")
        await first.state(reply, "sent")
        await first.card("assignee", carl.user_id)
        await third.done(closed)
        await third.card("status", "closed")
        question = await second.answer(crossing, "the question about the newer mail")
        assert question.thread == second.thread
        await team.sees_event(newer)

        # Nothing of it is done again, not after the next gap either.
        await neighbours.part()
        try:
            for number in range(15):
                await third.say(f"Encore {number}.", who=carl)
        finally:
            await neighbours.join()
        await first.order("!follow", who=carl)
        await house.quiet(team.desk)
        assert team.sent("Avant le retour.") == 1
        assert team.sent("Sans avoir lu.") == 0
        for event in (closed, late):
            assert len([e for e in house.seen(team.desk.room) if e.reacts_to == event]) == 1
        assert len([e for e in house.seen(team.desk.room) if replies_to(e) == crossing]) == 1
        assert hand


async def test_a_member_of_a_homeserver_that_is_not_allowed_is_told_so_and_nothing_is_done(
    neighbours: Neighbours, dovecot: Dovecot
) -> None:
    async with teamed(neighbours, dovecot, allowed=False) as team:
        house, carl = team.house, team.carl
        case = await house.case(team.desk)
        await team.sees_event(case.mail)

        reply = await case.reply("Personne ne doit lire ceci.", who=carl)
        refusal = await case.answer(reply, "the refusal")
        assert words("error.other_server") in refusal.body
        assert neighbours.far.server_name in refusal.body
        assert refusal.content["m.mentions"]["user_ids"] == [carl.user_id]

        await case.react("✅", who=carl)
        await house.wait(
            team.desk.room,
            lambda e: replies_to(e) == case.thread and words("error.other_server") in e.body,
            "the refusal of a reaction",
        )
        # Talk is talk: no answer to it, and nobody can send it for them.
        talk = await case.say("Je ne fais que parler.", who=carl)
        await case.nothing_left("Personne ne doit lire ceci.")
        await case.card("status", "pending")
        assert not [e for e in house.seen(team.desk.room) if replies_to(e) == talk]


async def test_a_room_that_a_member_of_another_homeserver_upgrades_is_followed_there(
    neighbours: Neighbours, dovecot: Dovecot
) -> None:
    async with teamed(neighbours, dovecot, powers=100) as team:
        house, carl, desk = team.house, team.carl, team.desk
        case = await house.case(desk)
        path = f"/_matrix/client/v3/rooms/{desk.room}/upgrade"
        new = str((await carl.request("POST", path, {"new_version": "12"}))["replacement_room"])

        asked = await told(house, "upgrade.asked_mailbox", "the question in the config room")
        assert asked.body.startswith(carl.user_id[1:].partition(":")[0]) and new in asked.html
        await carl.invite(new, house.bot_id)
        await house.alice.say(house.config_room, f"!upgrade {desk.address}")

        await told(house, "upgrade.done", "that it is done")
        await enter(house.alice, new, by=carl)
        moved = replace(desk, room=new)
        card = (await cards_in(house, new, case.number))[case.number]
        there = Case(house, moved, card.event_id, card, case.message_id)
        await there.read(house.alice, carl)
        reply = await there.reply("Du nouveau salon.", who=carl)
        await there.sent("Du nouveau salon.")
        await there.state(reply, "sent")
        assert await is_member(house, new)
        await house.bot.healthy()
