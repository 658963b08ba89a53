"""Ways through the whole house: a mail that is to be passed on waits, and something becomes of where it is from."""

import pytest

from tests.fakes.chat import BOB
from tests.fakes.house import House
from tests.fakes.looking import NOW, SENT, answers_in, card_of, mails_in, reply_state
from tests.fakes.writing import mail, reacts, reads, says
from tests.flows.test_begun_elsewhere import with_four_eyes
from tests.flows.test_database_put_back import now

LATER = '!forward paul@example.org --at "tomorrow 9:00" Voici'
BY_TWO = "!forward paul@example.org Voici"


async def marie_writes_again(house: House) -> None:
    house.clock.forward(1.0)
    house.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org", text="Ne le transmettez pas"))
    await house.settle(NOW)


async def its_time_comes(house: House) -> None:
    house.clock.forward(2 * 86_400)
    await house.settle(SENT)


def said(house: House) -> str:
    return "\n".join(str(p.content.get("body")) for p in house.homeserver.posted)


async def test_a_mail_that_comes_to_its_source_holds_it_at_its_time(house: House) -> None:
    await now(house, says(LATER, thread=card_of(house)))
    await marie_writes_again(house)
    await its_time_comes(house)
    assert house.provider.delivered == [] and reply_state(house) == "held"
    assert "a mail came to #1, whose mail it passes on" in said(house)
    await now(house, says("!send #2"), seconds=SENT)
    assert len(house.provider.delivered) == 1


@pytest.mark.parametrize("command", ["!spam #1", "!delete #1", "!block marie@example.org"])
async def test_what_the_team_wants_no_more_is_not_passed_on_at_its_time(house: House, command: str) -> None:
    await now(house, says(LATER, thread=card_of(house)))
    house.clock.forward(1.0)
    await now(house, says(command))
    await its_time_comes(house)
    assert house.provider.delivered == [] and reply_state(house) == "held"
    assert "whose mail it passes on, is spam or deleted by now" in said(house)


async def test_where_nothing_came_it_leaves_at_its_time(house: House) -> None:
    await now(house, says(LATER, thread=card_of(house)))
    await its_time_comes(house)
    ((_, to, raw),) = house.provider.delivered
    assert to == ("paul@example.org",) and b"Voici" in raw


async def test_whoever_approves_is_asked_once_about_what_came_to_its_source(house: House) -> None:
    await with_four_eyes(house)
    await now(house, says(BY_TWO, thread=card_of(house), sender=BOB))
    await marie_writes_again(house)
    await now(house, says("!approve #2"), seconds=SENT)
    assert house.provider.delivered == [] and reply_state(house) == "unapproved"
    assert "A mail came to #1, whose mail this one passes on" in answers_in(house)[-1]
    house.clock.forward(1.0)
    await now(house, says("!approve #2"), seconds=SENT)
    assert len(house.provider.delivered) == 1


@pytest.mark.parametrize("command", ["!spam #1", "!delete #1", "!block marie@example.org"])
async def test_what_the_team_wants_no_more_is_not_passed_on_by_an_approval(house: House, command: str) -> None:
    await with_four_eyes(house)
    await now(house, says(BY_TWO, thread=card_of(house), sender=BOB))
    house.clock.forward(1.0)
    await now(house, says(command))
    await now(house, says("!approve #2"), seconds=SENT)
    assert house.provider.delivered == [] and reply_state(house) == "held"


async def test_what_came_where_its_source_goes_on_holds_it_as_well(house: House) -> None:
    house.provider.deliver(mail(id="p1@example.org", sender="Paul <paul@x.example>", subject="Devis"))
    await house.settle(NOW)
    await now(house, *(reads(one.event) for one in mails_in(house)))
    await now(house, says('!forward #1 lea@example.org --at "tomorrow 9:00" Voici'), says("!merge #1 #2"))
    await marie_writes_again(house)
    await its_time_comes(house)
    assert house.provider.delivered == [] and reply_state(house) == "held"


@pytest.mark.parametrize("command", ["!spam #1", "!delete #1", "!block marie@example.org", "!spam #1 #2"])
async def test_what_the_team_wants_no_more_is_not_passed_on_out_of_the_undo_window(house: House, command: str) -> None:
    await now(house, says("!forward paul@example.org Voici", thread=card_of(house)))
    assert reply_state(house) == "queued"
    await now(house, says(command), seconds=SENT)
    assert house.provider.delivered == [] and reply_state(house) == "held"
    assert said(house).count("Your mail does not leave") + said(house).count("Your answer does not leave") == 1
    await now(house, says("!notspam #1 #2"), says("!send #2"), seconds=SENT)
    assert len(house.provider.delivered) == 1


async def test_a_reaction_that_makes_its_source_spam_holds_it_as_well(house: House) -> None:
    await now(house, says("!forward paul@example.org Voici", thread=card_of(house)))
    await now(house, reacts("🚫", card_of(house)), seconds=SENT)
    assert house.provider.delivered == [] and reply_state(house) == "held"


async def test_what_becomes_of_another_conversation_holds_nothing(house: House) -> None:
    house.provider.deliver(mail(id="p1@example.org", sender="Paul <paul@x.example>", subject="Devis"))
    await house.settle(NOW)
    await now(house, says("!forward #1 lea@example.org Voici"))
    await now(house, says("!spam #2"), says("!block zoe@example.org"), seconds=SENT)
    assert len(house.provider.delivered) == 1


async def test_whoever_blocks_both_is_told_once_of_each_mail(house: House) -> None:
    await now(house, says("!forward paul@example.org Voici", thread=card_of(house)))
    await now(house, says("!reply #2 Encore ceci"), says("!block marie@example.org paul@example.org"), seconds=SENT)
    assert house.provider.delivered == []
    assert said(house).count("✋ Your mail does not leave") + said(house).count("✋ Your answer does not leave") == 2
