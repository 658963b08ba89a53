"""Servers that offer no STARTTLS where it is asked for: said with what to do, and no password leaves in clear."""

from __future__ import annotations

from bot.demo.servers.dovecot import Dovecot
from bot.demo.servers.imap_server import PASSWORD
from bot.demo.servers.smtp_sink import SmtpSink
from bot.demo.servers.synapse import Synapse
from tests.e2e.house import housed, words
from tests.e2e.test_mailbox_add import newcomer


async def test_the_dialogue_says_so_and_goes_on_with_other_lines(synapse: Synapse) -> None:
    async with (
        Dovecot.started(has_tls=False) as dovecot,
        newcomer(synapse, dovecot, language="fr") as one,
    ):
        await one.types(f"!boîte ajouter {one.address}", "adding.nothing_found")
        await one.types(one.lines.replace(" none", " starttls"), "adding.password")
        await one.types(one.password, "password.smtp_away")
        told = "\n".join(event.body for event in one.house.seen(one.house.config_room))
        assert told.count(words("reason.starttls_not_offered", "fr")) == 2
        assert words("password.imap_away", "fr") in told
        assert one.sink.logins == [] and one.sink.connections > 0
        assert f"user=<{one.address}>" not in dovecot.log_tail()

        await one.types(one.lines, "adding.room")
        await one.types("nouveau", "adding.ready")
        await one.types("!oui", "adding.done")
        await one.house.quiet(await one.enters())


async def test_a_mailbox_of_the_file_that_is_tried_says_so_for_both_servers(synapse: Synapse) -> None:
    async with Dovecot.started(has_tls=False) as dovecot, SmtpSink.started(login=("anybody", PASSWORD)) as sink:
        login = {"security": "starttls", "user": "anybody", "password": PASSWORD}
        desk = {
            "imap": {"host": dovecot.host, "port": dovecot.port, **login},
            "smtp": {"host": sink.host, "port": sink.port, **login},
        }
        async with housed(synapse, dovecot, desks=(desk,), start=False) as house:
            await house.bot.start()
            table = house.next_desk()
            await house.wait(house.config_room, lambda e: "Mailboxes connected" in e.body, "that it has started")
            await house.alice.say(house.config_room, f"!mailbox test {table.address}")
            why = words("reason.starttls_not_offered")
            await house.wait(house.config_room, lambda e: e.body.count(why) == 2, "how both servers answer")
            assert sink.connections > 0 and sink.logins == [] and sink.received == []
            assert "user=<anybody>" not in dovecot.log_tail()
