"""Mail servers that can do less: one that has to be asked for news, and one that takes a password in two pieces."""

from __future__ import annotations

from bot.demo.servers.dovecot import Dovecot
from bot.demo.servers.synapse import Synapse
from tests.adapters.imap.proxy import proxied
from tests.e2e.house import Sides, housed
from tests.e2e.letters import letter, new_id
from tests.e2e.test_mailbox_add import newcomer


async def test_mail_comes_from_a_server_without_idle(synapse: Synapse, dovecot: Dovecot) -> None:
    async with proxied(dovecot.port, hide=("IDLE",)) as wire:
        async with housed(synapse, dovecot, sides=Sides(imap_port=wire.port)) as house:
            (desk,) = house.desks
            case = await house.case(desk, letter(to=desk.address, id=new_id("first")))
            await case.state(await case.reply("It was asked for."), "sent")
        assert "NOOP" in wire.commands and "IDLE" not in wire.commands


async def test_answers_leave_by_a_server_that_knows_auth_login_alone(synapse: Synapse, dovecot: Dovecot) -> None:
    async with newcomer(synapse, dovecot, passwords=("LOGIN",)) as one:
        await one.types(f"!mailbox add {one.address}", "adding.nothing_found")
        await one.types(one.lines, "adding.password")
        await one.types("a wrong one", "password.smtp_refused")
        await one.types(one.password, "adding.room")
        await one.types("new", "adding.ready")
        await one.types("!yes", "adding.done")
        desk = await one.enters()
        await one.sends_at_once()
        case = await one.house.case(desk, letter(to=one.address, id=new_id("first")))
        await case.state(await case.reply("By LOGIN."), "sent")
        (left,) = [mail for mail in one.sink.received if b"By LOGIN." in mail.raw]
        assert left.user == one.address
        assert set(one.sink.logins) == {"LOGIN"}
