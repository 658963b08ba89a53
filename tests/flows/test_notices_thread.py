"""All mails about a conversation to a member are one thread in their client, through the whole bot."""

from dataclasses import replace
from pathlib import Path

from bot.domain.ids import MailboxId
from bot.flows.deliver.mail import MailCaller
from tests.fakes.chat import BOB, ROOM
from tests.fakes.house import INSTANCE, MAILBOX, House
from tests.fakes.looking import NOW, card_of, happens
from tests.fakes.mail import FakeFolders, FakeSubmission
from tests.fakes.writing import mail, reacts, says
from tests.flows.test_notices import SOON, answer_comes
from tests.flows.test_own_addresses import confirms, sent_to

HIS = "bob@home.example"
OTHER = replace(
    MAILBOX, id=MailboxId("aide@autre.example"), address="aide@autre.example", name="Aide", aliases=(), room=ROOM
)


async def test_also_after_a_move_to_a_mailbox_of_another_domain(tmp_path: Path) -> None:
    house = House(tmp_path, instance=replace(INSTANCE, mailboxes=(MAILBOX, OTHER)))
    await house.open()
    submission = FakeSubmission(house.provider)
    house.deliver.mail[OTHER.id] = MailCaller(OTHER, FakeFolders(house.provider), submission, house.step)
    house.provider.deliver(mail())
    await house.settle(NOW)
    await confirms(house, HIS, BOB)
    await happens(house, reacts("✋", card_of(house), sender=BOB))
    await happens(house, says("!notify noted-mine email", sender=BOB), says("!notify replied-mine email", sender=BOB))
    await answer_comes(house)
    await happens(house, says("!move aide@autre.example", thread=card_of(house)), seconds=SOON)
    first, second = (one for one in sent_to(house, HIS) if "[#1]" in one["Subject"])
    assert first["From"] != second["From"]
    assert first["References"] == second["References"]
    await house.close()
