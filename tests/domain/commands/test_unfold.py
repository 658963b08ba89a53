"""`unfold`: cases."""

from bot.domain.decision import UpdateMail
from bot.domain.effects import PostMail
from bot.domain.needs import FoldedOf
from tests.domain.commands.cases import NOW, ask, given, is_marked, saved, told
from tests.domain.deciding import conversation, mail_in

MAILS = (mail_in(1, NOW), mail_in(2, NOW))


def test_what_is_folded_is_shown_the_oldest_first_and_the_rest_is_counted() -> None:
    decision = given("!unfold", there=(conversation(folded=5),), knows={FoldedOf: MAILS})
    assert [e.record.row for e in decision.effects if isinstance(e, PostMail)] == [1, 2]
    assert all(not c.record.is_folded for c in decision.changes if isinstance(c, UpdateMail))
    assert [one.folded for one in saved(decision)] == [3]
    assert told(decision) == ["show.more_folded"] and not is_marked(decision)


def test_the_last_ones_are_marked() -> None:
    decision = given("!déplier", there=(conversation(folded=2),), knows={FoldedOf: MAILS})
    assert ([one.folded for one in saved(decision)], told(decision), is_marked(decision)) == ([0], [], True)


def test_where_nothing_is_folded_nobody_looks() -> None:
    assert told(given("!unfold")) == ["error.nothing_folded"]
    asked, _ = ask("!unfold")
    assert asked.called.command.needs(asked) == []
