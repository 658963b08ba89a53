"""✅ and `!yes` under the trial of a rule: once, in time, for that rule, by an admin of then."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.decision import Decision, SaveDialogue
from bot.domain.dialogue import Dialogue
from bot.domain.dialogues.dialogue import Expired
from bot.domain.dialogues.rule_offer import turn
from bot.domain.house_rules import HouseRule, SaveRule
from bot.domain.ids import EventId
from bot.domain.needs import CameIn, Facts, RoomsOf, RulesIn
from bot.domain.question import HOLDS, Stage
from bot.domain.rule_offer import RuleOffer
from bot.domain.settings import Instance
from bot.domain.stories.table import decide
from tests.domain.commands.cases import NOW, ask, given, told
from tests.domain.deciding import MAILBOX
from tests.fakes.chat import ALICE, BOB

SAID = "if from:@shop.example then close"
RULE = HouseRule(MAILBOX.id, 1, SAID, False, ALICE, NOW, EventId("$before"))


def offered() -> Dialogue:
    decision = given(f"!rule add {SAID}", in_thread=False, knows={RulesIn: (), CameIn: ()})
    (one,) = [change.dialogue for change in decision.changes if isinstance(change, SaveDialogue)]
    return one


def offer() -> RuleOffer:
    state = offered().state
    assert isinstance(state, RuleOffer)
    return state


def yes(*rules: HouseRule, instance: Instance | None = None, late: bool = False) -> Decision:
    """What `!yes` does, where these are the rules by then."""
    now = NOW + (HOLDS + timedelta(minutes=1) if late else timedelta(minutes=1))
    asked, message = ask("!yes", in_thread=False, now=now)
    asked = replace(asked, dialogues=(replace(offered(), version=1),), instance=instance or asked.instance)
    needs = asked.called.command.needs(asked)
    facts = {need: frozenset[object]() if isinstance(need, RoomsOf) else rules for need in needs}
    return decide(replace(asked, facts=Facts(facts)), message, now)


def on(decision: Decision) -> list[bool]:
    return [change.rule.is_on for change in decision.changes if isinstance(change, SaveRule)]


def test_it_switches_on_what_was_tried() -> None:
    decision = yes(RULE)
    assert (on(decision), told(decision)) == ([True], ["rule.on"])


@pytest.mark.parametrize("rules", [(), (replace(RULE, said="if body:x then spam"),), (replace(RULE, number=2),)])
def test_what_is_another_rule_by_then_stays_off(rules: tuple[HouseRule, ...]) -> None:
    decision = yes(*rules)
    assert (on(decision), told(decision)) == ([], ["error.no_rule"])


def test_who_is_no_admin_any_more_switches_nothing_on() -> None:
    asked, _ = ask("!yes")
    decision = yes(RULE, instance=replace(asked.instance, admins=(BOB,)))
    assert (on(decision), told(decision)) == ([], ["error.no_right"])


@pytest.mark.parametrize("stage", [Stage.LATE, Stage.ANSWERED])
def test_only_an_open_offer_is_taken(stage: Stage) -> None:
    assert on(yes(RULE, late=True)) == []
    assert not replace(offer(), stage=stage).hears


def test_its_time_ends_twice() -> None:
    late = turn(offer(), Expired())
    assert late is not None and isinstance(late.next, RuleOffer)
    assert late.next.stage is Stage.LATE and late.next.expires_at > offer().expires_at
    over = turn(late.next, Expired())
    assert over is not None and over.next is None
