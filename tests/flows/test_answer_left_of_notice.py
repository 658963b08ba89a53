"""What somebody leaves of a notification below a letter, without a mark, is not mailed."""

from dataclasses import replace

import pytest

from bot.domain.settings import MailboxSettings
from tests.fakes.house import MAILBOX, House
from tests.fakes.looking import SENT, card_of, happens
from tests.fakes.writing import says
from tests.flows.test_answer_by_mail import comes, left, shown
from tests.flows.test_answer_inside import forgotten, told
from tests.flows.test_answer_of_phones import made


@pytest.fixture
def mailbox() -> MailboxSettings:
    return replace(MAILBOX, trusted_authserv=("mx.asso.example",))


@pytest.mark.parametrize("is_kept", [True, False])
@pytest.mark.parametrize(
    "rest",
    ["Elle doit encore 30 €, voir la liste (https://in.example/l).", "Bob put the tag on: sport"],
    ids=["a note", "an act"],
)
async def test_what_is_left_of_a_notification_below_a_letter_is_not_mailed(
    house: House, rest: str, is_kept: bool
) -> None:
    one = await told(house)
    count = len(left(house))
    if not is_kept:
        await forgotten(house)
    letter = "Bonjour Marie,\n\nc'est oui pour lundi.\n\nAlice"
    await comes(house, made(one, f"{letter}\n\n{rest}\n\nÀ lundi\n"))
    assert left(house)[count:] == [] and "lines of the notification" in shown(house)[-1]
    assert "À lundi" in shown(house)[-1] and rest not in shown(house)[-1]
    event = [one.event for one in house.homeserver.posted if one.ours.get("kind") == "notice" and not one.is_edit][-1]
    await happens(house, says("!send", thread=card_of(house), reply_to=event), seconds=SENT)
    ((_, sent),) = left(house)[count:]
    assert sent.startswith(letter) and rest not in sent
