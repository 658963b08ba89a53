"""`block` and `unblock`: cases, and what of a mail may be blocked."""

from dataclasses import replace

import pytest

from bot.domain.blocking import Blocked, is_ours, key_of, keys_of
from bot.domain.commands.block import MOST
from bot.domain.decision import Block, Decision, Unblock
from bot.domain.ids import EventId
from bot.domain.mail import Address, Mail
from bot.domain.needs import BlockedIn
from bot.domain.page import Bullets
from tests.domain.commands.cases import COMMAND, NOW, given, page_of, told
from tests.domain.deciding import World
from tests.fakes.chat import ALICE, BOB, CONFIG

MAILBOX = World().instance.mailboxes[0]


def blocked(key: str) -> Blocked:
    return Blocked(MAILBOX.id, key, BOB, EventId("$before"), NOW)


def changed(decision: Decision) -> list[tuple[str, str]]:
    return [
        ("block", one.blocked.key) if isinstance(one, Block) else ("unblock", one.key)
        for one in decision.changes
        if isinstance(one, Block | Unblock)
    ]


@pytest.mark.parametrize(
    ("word", "key"),
    [
        ("Spam@Example.ORG", "spam@example.org"),
        ("<spam@example.org>,", "spam@example.org"),
        ("@example.org", "@example.org"),
        ("example.org.", "@example.org"),
        ("@xn--bcher-kva.example", "@bücher.example"),
        ("spam", None),
        ("@localhost", None),
        ("@fr", None),
        ("@", None),
        ("a@b@example.org", "a@b@example.org"),
        ("*@example.org", "@example.org"),
        ("*.example.org", "@example.org"),
        ("@.org", None),
        ("*@example.*", None),
        ("", None),
    ],
)
def test_a_word_is_an_address_or_a_domain_or_neither(word: str, key: str | None) -> None:
    assert key_of(word) == key


def test_of_a_mail_its_writers_and_their_domains_with_those_above_may_be_blocked() -> None:
    mail = Mail(from_=(Address("", "Offers@News.Shop.example"),), reply_to=(Address("", "sales@shop.example"),))
    assert keys_of(mail, MAILBOX.own_addresses) == (
        "offers@news.shop.example",
        "@news.shop.example",
        "@shop.example",
        "sales@shop.example",
    )


def test_of_ours_and_of_a_delivery_report_nothing_may_be_blocked() -> None:
    assert keys_of(Mail(from_=(Address("", MAILBOX.address),)), MAILBOX.own_addresses) == ()
    report = Mail(from_=(Address("", "mailer-daemon@example.org"),), is_bounce=True)
    assert keys_of(report, MAILBOX.own_addresses) == ()


@pytest.mark.parametrize(
    ("body", "becomes", "says"),
    [
        ("!block spam@example.org", [("block", "spam@example.org")], ["block.done"]),
        ("!bloquer @example.org, a@b.example", [("block", "@example.org"), ("block", "a@b.example")], ["block.done"]),
        ("!block known@example.org", [], ["block.done"]),
        ("!block spam@example.org nonsense", [], ["error.block_what"]),
        ("!block @gmail.com", [], ["error.block_provider"]),
        ("!block co.uk", [], ["error.block_provider"]),
        ("!block *.asso.fr", [], ["error.block_provider"]),
        ("!block @co.example", [("block", "@co.example")], ["block.done"]),
        ("!block a@x.example;b@x.example", [("block", "a@x.example"), ("block", "b@x.example")], ["block.done"]),
        ("!block someone@gmail.com", [("block", "someone@gmail.com")], ["block.done"]),
        ("!block " + MAILBOX.address, [], ["error.block_ours"]),
        ("!block @" + MAILBOX.address.rpartition("@")[2], [], ["error.block_ours"]),
        ("!unblock known@example.org", [("unblock", "known@example.org")], ["block.undone"]),
        ("!débloquer @wide.example", [("unblock", "@wide.example")], ["block.undone"]),
        ("!unblock other@example.org", [], ["error.not_blocked"]),
        ("!unblock a@news.wide.example", [], ["error.blocked_wider"]),
        ("!unblock nonsense", [], ["error.block_what"]),
    ],
)
@pytest.mark.parametrize("in_thread", [True, False])
def test_it_blocks_what_is_named_and_nothing_where_a_word_is_wrong(
    body: str, becomes: list[tuple[str, str]], says: list[str], in_thread: bool
) -> None:
    knows = {BlockedIn: (blocked("known@example.org"), blocked("@wide.example"))}
    decision = given(body, knows=knows, in_thread=in_thread)
    assert changed(decision) == becomes
    assert told(decision) == says


def test_it_is_kept_who_blocked_it_by_which_message() -> None:
    (change,) = given("!block spam@example.org").changes[:1]
    assert change == Block(Blocked(MAILBOX.id, "spam@example.org", ALICE, COMMAND, NOW))


@pytest.mark.parametrize("body", ["!block", "!unblock"])
def test_alone_it_shows_what_is_blocked(body: str) -> None:
    assert page_of(body).title == page_of("!block", knows={BlockedIn: ()}).title
    page = page_of(body, knows={BlockedIn: tuple(blocked(f"a{n}@example.org") for n in range(150))})
    assert page.title is not None and dict(page.title.values)["count"] == 150
    assert len(page.blocks) == 2


def test_there_is_a_most() -> None:
    full = tuple(blocked(f"a{n}@example.org") for n in range(MOST))
    assert told(given("!block new@example.org", knows={BlockedIn: full})) == ["error.block_full"]


def test_it_is_not_for_the_config_room() -> None:
    assert told(given("!block a@example.org", room=CONFIG, in_thread=False)) == ["error.no_mailbox_here"]


def test_a_domain_above_ours_is_ours() -> None:
    own = {"contact@mail.asso.example"}
    assert is_ours("@asso.example", own) and is_ours("@mail.asso.example", own)
    assert not is_ours("@other.asso.example", own) and not is_ours("@so.example", own)
    assert is_ours("contact+tag@mail.asso.example", own) and not is_ours("bob@mail.asso.example", own)


def test_only_a_room_with_two_mailboxes_blocks_in_both_and_a_thread_in_its_own() -> None:
    world = World()
    other = replace(MAILBOX, id=type(MAILBOX.id)("info@asso.example"), address="info@asso.example", aliases=())
    instance = replace(world.instance, mailboxes=(MAILBOX, other))
    assert len(changed(given("!block a@example.org", instance=instance, in_thread=False))) == 2
    assert len(changed(given("!block a@example.org", instance=instance))) == 1


def test_what_is_blocked_in_two_mailboxes_of_a_room_is_listed_once_and_what_in_one_alone_with_its_name() -> None:
    other = replace(MAILBOX, id=type(MAILBOX.id)("info@asso.example"), address="info@asso.example", aliases=())
    instance = replace(World().instance, mailboxes=(MAILBOX, other))
    both, alone = blocked("both@example.org"), blocked("alone@example.org")
    knows = {BlockedIn: (both, replace(both, mailbox=other.id), alone)}
    page = page_of("!block", knows=knows, instance=instance, in_thread=False)
    assert page.title is not None and dict(page.title.values)["count"] == 2
    (bullets,) = page.blocks
    assert isinstance(bullets, Bullets) and [one.key for one in bullets.lines] == ["block.row", "block.row_in"]  # type: ignore[union-attr]
