"""`email`: a member's own mail addresses."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.commands.email import EMAIL
from bot.domain.decision import Decision
from bot.domain.direct import Own, OwnSetting, SaveOwn
from bot.domain.ids import MailboxId
from bot.domain.member_mail import MailMember
from bot.domain.own_addresses import OwnAddress, SaveAddress, masked
from bot.domain.page import Bullets, Page
from bot.domain.sentences import Sentence
from bot.domain.settings import Instance
from tests.domain.commands.cases import ELSEWHERE, NOW, ask, given, page_of, told
from tests.domain.deciding import MAILBOX, World
from tests.fakes.chat import ALICE, BOB

HERS = "alice@home.example"
WAITS = OwnAddress(ALICE, HERS, MAILBOX.id, "key", NOW, 0, 1, NOW, None)
CONFIRMED = replace(WAITS, source="", confirmed_at=NOW)
SIGNER = ask("!email")[0].signer
CODE = SIGNER.code("key", ALICE, HERS)


def having(*rows: OwnAddress, **more: object) -> Instance:
    return replace(World().instance, addresses=rows, **more)  # type: ignore[arg-type]


def kept(decision: Decision) -> list[OwnAddress]:
    return [change.address for change in decision.changes if isinstance(change, SaveAddress)]


def mailed(decision: Decision) -> list[MailMember]:
    return [effect for effect in decision.effects if isinstance(effect, MailMember)]


@pytest.mark.parametrize(
    "body",
    [
        f"!email {HERS}",
        "!email Alice@HOME.example",
        f"!email add {HERS}",
        f"!courriel {HERS}",
        f"!mél ajouter <{HERS}>",
        f"/email {HERS}",
    ],
)
def test_a_code_is_mailed_there_and_no_answer_names_the_address(body: str) -> None:
    done = given(body)
    (row,), (mail,) = kept(done), mailed(done)
    assert (row.person, row.address, row.codes, row.is_confirmed) == (ALICE, HERS, 1, False)
    assert (mail.mailbox, mail.address, told(done)) == (MAILBOX.id, HERS, ["email.sent"])
    code = SIGNER.code(row.source, ALICE, HERS)
    assert any(("code", code) in block.values for block in mail.blocks if isinstance(block, Sentence))
    assert kept(given(body, in_thread=False)) == [row]
    assert HERS not in repr([one for one in done.effects if not isinstance(one, MailMember)]).lower()


@pytest.mark.parametrize(
    "body", [f"!email confirm {CODE}", f"!email confirm {CODE[:4]} {CODE[4:]}", f"!courriel confirmer {CODE}"]
)
def test_the_code_makes_it_theirs(body: str) -> None:
    done = given(body, instance=having(WAITS))
    assert ([(one.is_used, one.source) for one in kept(done)], told(done)) == ([(True, "")], ["email.confirmed"])
    instance = having(*kept(done))
    assert (instance.owner_of("Alice@home.example"), instance.addresses_of(ALICE)) == (ALICE, (HERS,))
    assert (instance.owner_of("bob@home.example"), instance.addresses_of(BOB)) == (None, ())


def test_a_wrong_code_counts_and_the_right_one_is_too_late_after_five() -> None:
    row = WAITS
    for _ in range(5):
        done = given("!email confirm 1", instance=having(row))
        assert told(done) == ["error.email_code"]
        (row,) = kept(done)
    done = given(f"!email confirm {CODE}", instance=having(row))
    assert (kept(done), told(done)) == ([], ["error.email_no_code"])


def test_a_code_is_too_late_after_two_hours_and_nobody_else_can_use_it() -> None:
    late = given(f"!email confirm {CODE}", instance=having(WAITS), now=NOW + timedelta(hours=2))
    assert (kept(late), told(late)) == ([], ["error.email_no_code"])
    other = given(f"!email confirm {CODE}", instance=having(WAITS), by=BOB)
    assert (kept(other), told(other)) == ([], ["error.email_no_code"])


def test_whose_an_address_is_is_told_to_nobody_who_cannot_read_its_mail() -> None:
    bobs = replace(CONFIRMED, person=BOB)
    assert told(given(f"!email {HERS}", instance=having(bobs))) == told(given(f"!email {HERS}"))
    done = given(f"!email confirm {CODE}", instance=having(bobs, WAITS))
    assert (kept(done), told(done)) == ([], ["error.email_taken"])


@pytest.mark.parametrize(
    ("body", "rows", "said"),
    [
        ("!email nonsense", (), "error.email"),
        ("!email a b", (), "error.email"),
        (f"!email {MAILBOX.address}", (), "error.email_ours"),
        (f"!email {MAILBOX.address.replace('@', '+x@')}", (), "error.email_ours"),
        (f"!email {HERS}", (CONFIRMED,), "error.email_there"),
        (f"!email {HERS}", (replace(WAITS, codes=3),), "error.email_codes"),
        (f"!email {HERS}", (replace(WAITS, person=BOB, codes=3),), "error.email_codes"),
        (f"!email {HERS}", (replace(WAITS, address="x@y.example", codes=6),), "error.email_codes"),
        (
            f"!email {HERS}",
            tuple(replace(CONFIRMED, address=f"{n}@y.example", codes=0) for n in range(5)),
            "error.email_full",
        ),
        ("!email confirm 123", (), "error.email_no_code"),
        ("!email remove 1", (), "error.email_not_there"),
        ("!email remove 2", (CONFIRMED,), "error.email_not_there"),
    ],
)
def test_what_is_refused(body: str, rows: tuple[OwnAddress, ...], said: str) -> None:
    done = given(body, instance=having(*rows))
    assert (kept(done), mailed(done), told(done)) == ([], [], [said])


def test_the_codes_of_yesterday_count_no_more() -> None:
    yesterday = replace(WAITS, codes=3, since=NOW - timedelta(days=1))
    (row,) = kept(given(f"!email {HERS}", instance=having(yesterday)))
    assert (row.codes, row.since) == (1, NOW)


def test_nothing_leaves_from_a_mailbox_that_rests() -> None:
    resting = replace(World().instance, mailboxes=(replace(MAILBOX, is_paused=True),))
    assert told(given(f"!email {HERS}", instance=resting)) == ["error.email_no_mailbox"]


def test_a_mailbox_elsewhere_mails_no_code_and_its_address_is_refused() -> None:
    other = replace(MAILBOX, id=MailboxId("o@x.example"), address="o@x.example", aliases=(), room=ELSEWHERE)
    instance = replace(World().instance, mailboxes=(other, MAILBOX))
    assert [one.mailbox for one in mailed(given(f"!email {HERS}", instance=instance))] == [MAILBOX.id]
    assert told(given("!email o@x.example", instance=instance)) == ["error.email_ours"]


@pytest.mark.parametrize("body", ["!email remove 1", f"!email remove {HERS}", "!courriel retirer 1"])
def test_one_is_taken_off_by_number_or_address(body: str) -> None:
    done = given(body, instance=having(replace(CONFIRMED, person=BOB), CONFIRMED))
    assert ([(one.person, one.is_confirmed) for one in kept(done)], told(done)) == ([(ALICE, False)], ["email.removed"])


WORKS = replace(CONFIRMED, address="alice@work.example", confirmed_at=NOW + timedelta(days=1))


def chosen(decision: Decision) -> list[tuple[Own, str]]:
    return [(change.setting.what, change.setting.value) for change in decision.changes if isinstance(change, SaveOwn)]


def now_set(decision: Decision) -> tuple[OwnSetting, ...]:
    return tuple(change.setting for change in decision.changes if isinstance(change, SaveOwn))


@pytest.mark.parametrize(
    "body", ["!email use 2", "!email use 2.", "!email use Alice@work.example", "!courriel utiliser 2", "!mél choisir 2"]
)
def test_mail_goes_to_the_one_that_its_owner_chose(body: str) -> None:
    done = given(body, instance=having(CONFIRMED, WORKS))
    assert (chosen(done), told(done)) == ([(Own.MAIL_TO, WORKS.address)], ["email.used"])
    assert having(CONFIRMED, WORKS).addresses_of(ALICE) == (HERS, WORKS.address)
    after = having(CONFIRMED, WORKS, own=now_set(done))
    assert after.addresses_of(ALICE) == (WORKS.address, HERS)
    assert chosen(given(body, instance=after)) == [], "it stands so already"
    assert WORKS.address not in repr(done.effects)


def test_while_the_chosen_one_is_paused_mail_goes_to_the_other() -> None:
    own = now_set(given("!email use 2", instance=having(CONFIRMED, WORKS)))
    assert having(CONFIRMED, replace(WORKS, bounces=3), own=own).addresses_of(ALICE) == (HERS,)


def test_of_one_that_is_taken_off_nothing_stays_chosen() -> None:
    own = now_set(given("!email use 2", instance=having(CONFIRMED, WORKS)))
    gone = given("!email remove 2", instance=having(CONFIRMED, WORKS, own=own))
    assert [(one.value, one.before, one.source) for one in now_set(gone)] == [("", "", "")]
    back = now_set(given("!email use 1", instance=having(CONFIRMED, WORKS, own=own)))
    gone = given("!email remove 2", instance=having(CONFIRMED, WORKS, own=back))
    assert [(one.value, one.before, one.source) for one in now_set(gone)] == [(HERS, "", "")]
    assert now_set(given("!email remove 1", instance=having(CONFIRMED, WORKS, own=own))) == ()


@pytest.mark.parametrize(
    ("body", "rows", "said"),
    [
        ("!email use 3", (CONFIRMED, WORKS), "error.email_not_there"),
        ("!email use bob@home.example", (CONFIRMED,), "error.email_not_there"),
        ("!email use", (CONFIRMED,), "error.email"),
        ("!email use 2", (CONFIRMED, replace(WORKS, bounces=3)), "error.email_paused"),
        ("!email use alice@home.example", (WAITS,), "error.email_not_there"),
    ],
)
def test_none_is_chosen_that_takes_no_mail(body: str, rows: tuple[OwnAddress, ...], said: str) -> None:
    done = given(body, instance=having(*rows))
    assert (chosen(done), told(done)) == ([], [said])


def test_with_several_the_list_shows_where_mail_goes() -> None:
    def keys(instance: Instance) -> list[str]:
        page = page_of("!email", instance=instance)
        assert isinstance(page, Page)
        (bullets,) = [block for block in page.blocks if isinstance(block, Bullets)]
        return [line.key for line in bullets.lines if isinstance(line, Sentence)]

    assert keys(having(CONFIRMED)) == ["email.row"]
    assert keys(having(CONFIRMED, WORKS)) == ["email.row_used", "email.row"]
    own = now_set(given("!email use 2", instance=having(CONFIRMED, WORKS)))
    assert keys(having(CONFIRMED, WORKS, own=own)) == ["email.row", "email.row_used"]
    assert keys(having(replace(CONFIRMED, bounces=3), WORKS)) == ["email.row_paused", "email.row"]


def test_the_list_is_masked_and_shows_ones_own_alone() -> None:
    bobs = replace(CONFIRMED, person=BOB, address="bob@work.example")
    page = page_of("!email", instance=having(CONFIRMED, bobs))
    assert isinstance(page, Page)
    (bullets,) = [block for block in page.blocks if isinstance(block, Bullets)]
    (line,) = bullets.lines
    assert isinstance(line, Sentence)
    assert dict(line.values) == {"number": 1, "masked": "a…@h….example"}
    assert HERS not in repr(page)


def test_a_paused_address_is_used_again_after_a_code() -> None:
    paused = replace(CONFIRMED, bounces=3)
    assert having(paused).addresses_of(ALICE) == ()
    (asked,) = kept(given(f"!email {HERS}", instance=having(paused)))
    assert (asked.is_confirmed, asked.is_paused) == (True, True)
    code = SIGNER.code(asked.source, ALICE, HERS)
    (back,) = kept(given(f"!email confirm {code}", instance=having(asked)))
    assert back.is_used


@pytest.mark.parametrize(
    ("address", "shown"),
    [("a@b.example", "a…@b….example"), ("ab@localhost", "a…@l…"), ("x@a.b.example", "x…@a….example")],
)
def test_a_masked_address(address: str, shown: str) -> None:
    assert masked(address) == shown


def test_the_row_has_no_right_beyond_reading() -> None:
    assert EMAIL.name_in("fr") == "courriel"
