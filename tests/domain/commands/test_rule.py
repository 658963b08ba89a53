"""`rule`, and what a rule of the house means and fits: cases."""

from dataclasses import replace

import pytest

from bot.domain.decision import Decision
from bot.domain.house_rules import MOST_RULES, Came, DropRule, HouseRule, Letter, SaveRule, fits, letter_of
from bot.domain.ids import EventId, UserId
from bot.domain.mail import Address, Mail
from bot.domain.needs import CameIn, RulesIn, TeamsIn
from bot.domain.own_addresses import OwnAddress
from bot.domain.rule_words import MOST_LETTERS, Misread, read_rule, written
from bot.domain.teams import Team
from tests.domain.commands.cases import COMMAND, NOW, Known, given, page_of, told
from tests.domain.deciding import MAILBOX, World, mail_in
from tests.fakes.chat import ALICE, BOB

CAME: tuple[Came, ...] = (
    Came(mail_in(2, NOW), (("x-shop", "Order 12"),)),
    Came(mail_in(1, NOW)),
)
SAID = "if from:@shop.example then close"
THERE = (HouseRule(MAILBOX.id, 3, SAID, False, ALICE, NOW, EventId("$before")),)
COMPTA = Team(MAILBOX.id, "compta", (BOB,), ALICE, NOW, EventId("$team"))
KNOWS: Known = {RulesIn: THERE, CameIn: CAME, TeamsIn: (COMPTA,)}
LETTER: Letter = letter_of(
    Mail(
        from_=(Address("Anne Œuvre", "anne@news.shop.example"),),
        to=(Address("", "contact@asso.example"),),
        subject="Votre FACTURE n° 12",
        text="Bonjour,\n\nvoici l’été prochain.",
        fields=(("list-id", "Les Nouvelles <news.shop.example>"), ("x-mailer", "PHPMailer 6"), ("list-id", "other")),
    )
)


def kept(decision: Decision) -> list[HouseRule]:
    return [change.rule for change in decision.changes if isinstance(change, SaveRule)]


@pytest.mark.parametrize(
    ("condition", "is_met"),
    [
        ("from:@shop.example", True),
        ("from:anne@news.shop.example", True),
        ("from:anne@shop.example", False),
        ("from:@hop.example", False),
        ("from:oeuvre", True),
        ("to:contact@asso.example", True),
        ("to:info@asso.example", False),
        ("subject:facture", True),
        ('subject:"votre facture"', True),
        ("subject:«votre facture»", True),
        ('subject:"facture votre"', False),
        ("subject:fact", False),
        ("body:ete", True),
        ("subject:facture body:hiver", False),
        ("header:List-Id=nouvelles", True),
        ("header:LIST-ID=news.shop.example", True),
        ('header:list-id="les nouvelles"', True),
        ('header:"list-id=les nouvelles"', True),
        ("en-tête:list-id=other", True),
        ("entête:x-mailer=phpmailer", True),
        ("header:x-mailer", True),
        ("header:x-mailer=php", False),
        ("header:mailer=phpmailer", False),
        ("header:x-spam", False),
        ("header:x-mailer=", None),
        ("header:x-mailer=.*", None),
        ("header:=words", None),
        ("header:x_y=words", None),
        ("header:é=words", None),
        ("header:" + "x" * 61, None),
        ("subject:.*", None),
        ("subject:", None),
        ("to:contact", None),
        ("subject:@shop.example", None),
        ("status:open", None),
    ],
)
def test_a_condition_is_words_an_address_or_a_domain(condition: str, is_met: bool | None) -> None:
    if is_met is None:
        with pytest.raises(Misread):
            read_rule(f"if {condition} then close")
    else:
        assert fits(read_rule(f"if {condition} then close"), LETTER) is is_met


@pytest.mark.parametrize(
    ("said", "own"),
    [
        ("if from:@a.example then tag:x close", "if from:@a.example then tag:x close"),
        ("si de:@a.example objet:“ma facture” alors étiquette:x attribuer:@compta indésirable",
         'if from:@a.example subject:"ma facture" then tag:x assign:@compta spam'),
        ("from:@a.example then spam", "if from:@a.example then spam"),
        ("de:@a.example alors transférer:bob@b.example fermer", "if from:@a.example then forward:bob@b.example close"),
        ('en-tête:X-Shop="order 12" alors fermer', 'if header:"X-Shop=order 12" then close'),
    ],
)  # fmt: skip
def test_it_is_kept_in_its_own_form_which_reads_the_same(said: str, own: str) -> None:
    assert written(read_rule(said)) == own
    assert read_rule(own) == read_rule(said)


@pytest.mark.parametrize(
    "then",
    [
        "",
        "tag:",
        "forward:",
        "forward:a@b.example forward:c@b.example",
        "forward:a@b.example spam",
        "close spam",
        "close close",
        "assign:",
        "now",
        "tag:x from:y",
    ],
)
def test_what_does_nothing_or_two_things_is_no_rule(then: str) -> None:
    with pytest.raises(Misread):
        read_rule(f"if from:@a.example then {then}")


@pytest.mark.parametrize(
    ("whom", "own"), [("me", ALICE), ("@bob", BOB), (BOB, BOB), ("@compta", "@compta"), ("@Compta", "@compta")]
)
def test_a_new_one_is_off_and_says_what_it_would_have_met(whom: str, own: str) -> None:
    decision = given(f"!rule add if from:marie then assign:{whom}", knows=KNOWS)
    said = f"if from:marie then assign:{own}"
    assert kept(decision) == [HouseRule(MAILBOX.id, 4, said, False, ALICE, NOW, COMMAND)]
    assert told(decision) == ["rule.added", "rule.would", "rule.met", "rule.met", "rule.confirm", "rule.switch"]


def test_fields_are_looked_at_where_the_rule_asks_for_them_and_the_original_is_here() -> None:
    asks = given("!rule add if header:x-shop=order then close", knows=KNOWS)
    assert told(asks) == ["rule.added", "rule.would", "rule.met", "rule.unknown", "rule.confirm", "rule.switch"]
    assert "rule.unknown" not in told(given("!rule add if subject:x then close", knows=KNOWS))


def test_one_that_becomes_too_long_to_be_read_again_is_none() -> None:
    words = "x" * (MOST_LETTERS - len("if body: then assign:me"))
    assert told(given(f"!rule add if body:{words} then assign:me", knows=KNOWS)) == ["error.rule_part"]


def test_it_is_switched_tried_and_deleted() -> None:
    assert [one.is_on for one in kept(given("!rule on 3", knows=KNOWS))] == [True]
    assert [one.is_on for one in kept(given("!règle désactiver #3", knows=KNOWS))] == [False]
    assert told(given("!rule try 3", knows=KNOWS)) == ["rule.is", "rule.would", "rule.confirm", "rule.switch"]
    on: Known = {**KNOWS, RulesIn: (replace(THERE[0], is_on=True),)}
    assert told(given("!rule try 3", knows=on)) == ["rule.is", "rule.would"]
    assert DropRule(MAILBOX.id, 3) in given("!rule remove 3", knows=KNOWS).changes
    deleted = given("!rule delete 3", knows=KNOWS)
    assert DropRule(MAILBOX.id, 3) in deleted.changes
    assert page_of("!rule", knows=KNOWS) == page_of("!règle liste", knows=KNOWS)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("!rule nonsense", "error.rule_how"),
        ("!rule on", "error.rule_how"),
        ("!rule on x", "error.rule_how"),
        ("!rule add", "error.rule_how"),
        ("!rule add if from:@a.example then dance", "error.rule_part"),
        ("!rule add if from:@a.example then assign:@nobody", "error.who_is_that"),
        ("!rule add if from:@a.example then forward:@bob", "error.rule_forward_theirs"),
        ("!rule add if from:@a.example then forward:me", "error.rule_forward_member"),
        ("!rule add if from:@a.example then forward:contact@asso.example", "error.rule_forward_ours"),
        ("!rule add if from:@a.example then forward:é@b.example", "error.new_address"),
        ("!rule add if from:@a.example then room:contact", "error.rule_room"),
        ("!rule add if from:@a.example then room:support", "error.rule_room"),
        ("!rule add if from:@a.example then spam room:support", "error.rule_how"),
        ("!rule add if from:@a.example then forward:x@b.example room:support", "error.rule_how"),
        ("!rule add if from:@a.example then room:support room:paie", "error.rule_part"),
        ("!rule on 9", "error.no_rule"),
        ("!rule try 9", "error.no_rule"),
        ("!rule delete 9", "error.no_rule"),
    ],
)
def test_a_wrong_word_changes_nothing(body: str, why: str) -> None:
    decision = given(body, knows=KNOWS)
    assert (told(decision), kept(decision)) == ([why], [])


def test_ones_own_address_is_taken_by_ones_own_word_alone() -> None:
    def own(person: UserId, address: str) -> OwnAddress:
        return OwnAddress(person, address, MAILBOX.id, "", NOW, 0, 0, NOW, NOW)

    known = replace(World().instance, addresses=(own(BOB, "bob@home.example"), own(ALICE, "alice@home.example")))
    for name, address in (("@alice", "alice@"), (str(ALICE), "alice@"), ("me", "alice@"), ("moi", "alice@")):
        words = f"!rule add if from:@a.example then forward:{name}"
        (rule,) = kept(given(words, knows=KNOWS, instance=known))
        assert rule.said == f"if from:@a.example then forward:{address}home.example"
    paused = replace(known, addresses=(replace(own(ALICE, "alice@home.example"), bounces=3),))
    for name, instance, why in (
        ("me", paused, "error.rule_forward_member"),
        ("@bob", known, "error.rule_forward_theirs"),
        (str(BOB), known, "error.rule_forward_theirs"),
        ("@nobody", known, "error.rule_forward_who"),
        ("@postroom", known, "error.rule_forward_who"),
    ):
        decision = given(f"!rule add if from:@a.example then forward:{name}", knows=KNOWS, instance=instance)
        assert (told(decision), kept(decision)) == ([why], [])


def test_only_admins_make_rules_and_only_so_many() -> None:
    assert told(given("!rule", by=BOB, knows=KNOWS)) == ["error.no_right"]
    full: Known = {**KNOWS, RulesIn: THERE * MOST_RULES}
    assert told(given("!rule add if from:marie then close", knows=full)) == ["error.rule_full"]
