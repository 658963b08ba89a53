"""Every command of a team on real servers: in the thread, wrongly, from the main timeline after a restart, in French."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest

from bot.demo.matrix_user import RoomEvent
from bot.demo.servers.dovecot import Dovecot
from bot.demo.servers.synapse import Synapse
from bot.domain.command import Where
from bot.domain.commands.table import TABLE, by_name
from bot.domain.grants import is_everybodys
from bot.domain.rights import lacking
from bot.text.wording import template
from tests.e2e.house import House, housed, made_of, replies_to

DONE, FILE, LEAVES = "✅", "a file", "a mail"
NONE = "error.no_such_conversation"


@dataclass(frozen=True)
class Given:
    """A command, and what comes of it: ✅, a file, a mail, or the key of a sentence in the answer."""

    name: str
    right: str = ""
    becomes: str = DONE
    again: str = ""
    """What comes of the same words once more, from the main timeline and after a restart; empty: the same."""
    wrong: tuple[str, str] = ("#9999", NONE)
    """Words that are not taken, and why."""
    french: str = ""
    """The words in French; empty: the same."""


ROWS = (
    Given("assign", "me", wrong=("@nobody", "error.who_is_that"), french="moi"),
    Given("unassign"),
    Given("follow"),
    Given("unfollow"),
    Given("star"),
    Given("unstar"),
    Given("notify", "new on", "notify.on", wrong=("nonsense", "error.notify"), french="nouvelle oui"),
    Given("language", "en", "language.set", wrong=("klingon", "error.language"), french="anglais"),
    Given("email", "", "email.none", wrong=("nonsense", "error.email")),
    Given("pending", again="snooze.is"),
    Given("close"),
    Given("active"),
    Given("spam"),
    Given("notspam"),
    Given("delete"),
    Given("restore"),
    # It is about lists alone.
    Given("purge", "", "bulk.nothing", "error.bulk_numbers", wrong=("#9999", "error.bulk_numbers")),
    Given("tag", "urgent", wrong=("a@b", "error.no_tag")),
    Given("subject", "Devis", wrong=("", "error.subject_which")),
    Given("snooze", "3d", "snooze.done", wrong=("soon", "error.snooze_when"), french="3j"),
    Given("note", "Il a appelé.", wrong=("", "error.empty_note")),
    Given("cc", "paul@example.org", "copies.cc", wrong=("nobody", "error.cc_what")),
    Given("bcc", "lea@example.org", "copies.bcc", wrong=("nobody", "error.cc_what")),
    Given("only", "", "copies.author_alone"),
    Given("all", "", "copies.next"),
    Given("from", "auto", "copies.next", wrong=("nobody@example.org", "error.from_which")),
    Given(
        "customer", "zoe@example.org", "customer.is_now", "error.customer_already", ("nobody", "error.customer_whom")
    ),
    Given("draft", "Bonjour.", again="error.draft_in_thread"),
    Given("discard", again="error.draft_none"),
    Given("reply", "Bonjour.", LEAVES, wrong=("", "error.empty_reply")),
    Given("undo", "", "error.nothing_to_undo"),
    Given("resend", "", "error.nothing_to_resend"),
    Given("send", "", "error.send_what"),
    Given("attach", "", "error.attach_nothing"),
    Given("approve", "", "error.approve_nothing"),
    Given("scheduled", "", "scheduled.none", wrong=("", "scheduled.none")),
    Given("forward", "rene@example.org Voici.", "state.sending", "error.new_twice", ("", "error.forward_whom")),
    Given(
        "new", 'nina@example.org "Un sujet" Voici.', "error.new_in_thread", "state.sending", ("", "error.new_in_thread")
    ),
    Given("canned", "", "error.canned_empty", wrong=("nonsense", "error.canned_empty")),
    Given("signature", "Alice Martin", wrong=("a\nb\nc\nd\ne", "error.signature_long")),
    Given("block", "spam@example.org", "block.done", wrong=("nobody", "error.block_what")),
    Given("unblock", "spam@example.org", "block.undone", wrong=("nobody", "error.block_what")),
    Given("list", "all", "list.title.all", wrong=("nonsense", "error.list_filter"), french="toutes"),
    Given("search", "Devis", "search.title", wrong=("", "error.search_what")),
    Given("more", "", "error.no_more", wrong=("", "error.no_more")),
    Given("show", "", "show.open"),
    Given("history", "", "history.opened"),
    Given("original", "", FILE),
    Given("unfold", "", "error.nothing_folded"),
    Given("who", "", "who.conversations"),
    Given("who merge", "other@example.org", "who.merged", wrong=("nobody", "error.who_address")),
    Given("who split", "other@example.org", "who.parted", wrong=("nobody", "error.who_address")),
    Given("who note", "Le matin.", wrong=("", "who_note.none")),
    Given("trace", "marie@example.org", "trace.title", wrong=("", "error.trace_what")),
    Given("stats", "week", "stats.week", wrong=("nonsense", "error.stats_span"), french="semaine"),
    Given("merge", "", "error.merge_which"),
    Given("split", "", "error.split_what"),
    Given("move", "", "error.move_where", wrong=("elsewhere@example.org", "error.move_where")),
    Given("team", "", "team.none", wrong=("nonsense", "error.team_what")),
    Given("team add", "compta me", "team.is", wrong=("", "error.team_name"), french="compta moi"),
    Given("team remove", "compta", "team.removed", wrong=("", "error.team_name")),
    Given("rule", "", "rule.none", wrong=("nonsense", "error.rule_how")),
    Given("grant", "BOB edit", "grant.is", wrong=("BOB colour", "error.grant_right"), french="BOB modifier"),
    Given("revoke", "BOB edit", "grant.as_everybody", wrong=("", "grant.title"), french="BOB modifier"),
    Given("hide", "BOB", "grant.is", wrong=("", "grant.title")),
    Given("unhide", "BOB", "grant.as_everybody", wrong=("", "grant.title")),
    Given("mailbox show", "", "mailbox.title", wrong=("none@x.example", "error.which_mailbox")),
    Given("mailbox set", "undo 0", "mailbox.set", wrong=("colour 3", "error.set_key"), french="délai 0"),
    Given("mailbox config", "ADDRESS", "own_room.none", wrong=("ADDRESS nonsense", "error.own_room_which")),
    Given("mailbox pause", "ADDRESS", "pausing.paused", wrong=("", "error.which_mailbox")),
    Given("mailbox resume", "ADDRESS", "pausing.served", wrong=("", "error.which_mailbox")),
    Given("autoreply", "", "autoreply.off", wrong=("nonsense", "error.autoreply_how")),
    Given("help", "reply", "help.reply", wrong=("nonsense", "error.unknown_command"), french="répondre"),
    Given("yes", "", "error.yes_to_what", wrong=("", "error.yes_to_what")),
)
ELSEWHERE = frozenset({"trust", "upgrade"})
"""Of the config room as well, where they have tests of their own."""


async def becomes(house: House, room: str, event: str, wanted: str, language: str) -> str:
    """What the bot makes of a message: `wanted`, or what it was instead."""

    def is_it(one: RoomEvent) -> bool:
        return one.reacts_to == event or replies_to(one) == event or (made_of(one) == event and one.kind == "mail")

    found = await house.wait(room, is_it, f"what becomes of it: {wanted}")
    if found.reacts_to == event:
        return str(found.key)
    if found.kind in ("mail", "receipt") and wanted == LEAVES:
        return LEAVES
    if found.kind == "attachment":
        return FILE
    return wanted if wanted not in (DONE, FILE, LEAVES) and _fixed(wanted, language) in found.body else found.body


def _fixed(key: str, language: str) -> str:
    """The longest run of fixed words in a sentence, without its commands, whose names are those of the language."""
    return max(re.split(r"\{[^}]*\}|`[^`]*`|!\w+", template(language, key)), key=len).strip()


def test_every_command_of_a_team_has_its_row() -> None:
    rows = {row.name for row in TABLE if row.where != Where.CONFIG}
    assert {one.name for one in ROWS} == rows - ELSEWHERE


@pytest.mark.slow
@pytest.mark.timeout(420)
@pytest.mark.parametrize("language", ["en", "fr"])
async def test_each_command_does_what_it_says(synapse: Synapse, dovecot: Dovecot, language: str) -> None:
    async with housed(synapse, dovecot, language=language) as own:
        (desk,) = own.desks
        case = await own.case(desk)
        strange: list[tuple[str, str, str]] = []

        async def heard(event: str, one: Given, wanted: str) -> None:
            became = await becomes(own, desk.room, event, wanted, language)
            if became != wanted:
                strange.append((one.name, wanted, became))
            elif wanted == LEAVES:
                # What follows is about a mail that has left, not about one on its way.
                await case.state(event, "sent")

        def said(one: Given, arguments: str) -> str:
            row = by_name(one.name)
            assert row is not None
            arguments = arguments.replace("BOB", own.bob.user_id).replace("ADDRESS", desk.address)
            return f"!{row.french[0] if language == 'fr' and row.french else row.name} {arguments}"

        def right(one: Given) -> str:
            return one.french if language == "fr" and one.french else one.right

        for one in ROWS:
            print(f"waiting for {one.name}")
            await heard(await case.say(said(one, one.wrong[0])), one, one.wrong[1])
            await heard(await case.say(said(one, right(one))), one, one.becomes)
        await own.bot.kill()
        await own.bot.start()
        await own.bot.healthy()
        for one in ROWS:
            print(f"waiting for {one.name} from the main timeline")
            row = by_name(one.name)
            assert row is not None
            number = f"#{case.number} " if row.is_about_conversations else ""
            await heard(await own.alice.say(desk.room, said(one, number + right(one))), one, one.again or one.becomes)
            if not is_everybodys(row.right):
                refused = await own.bob.say(desk.room, said(one, number + right(one)))
                await heard(refused, one, lacking(row.right).key)
        assert strange == []
