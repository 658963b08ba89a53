"""The first start of a folder: what is new, and what was there before."""

import pytest

from storage import cursors
from storage.database import StorageAway, Tx
from storage.schema.bookkeeping import folder_cursors
from tests.fakes.house import House
from tests.fakes.looking import NOW, mails_in
from tests.fakes.writing import mail


async def test_what_comes_while_a_first_start_cannot_be_kept_is_new(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    pump = house.pumps[0]
    pump.start = "new"
    async with house.step.database.write() as tx:
        await tx.run(folder_cursors.delete())

    async def away(tx: Tx, *_: object) -> None:
        raise StorageAway

    with monkeypatch.context() as patched:
        patched.setattr(cursors, "set_folder", away)
        with pytest.raises(StorageAway):
            await pump.open()
    house.provider.deliver(mail(id="meanwhile@example.org", subject="meanwhile"))
    await house.settle(NOW)
    assert "meanwhile@example.org" in [m.ours["message_id"] for m in mails_in(house)]
