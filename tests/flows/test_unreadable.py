"""A mail that cannot be read in time is posted by what costs nothing, and the cursor moves on."""

from __future__ import annotations

from pathlib import Path

from bot.domain.mail import Mail
from bot.reader.reading import Reader, ReadingFailed
from tests.fakes.house import House
from tests.fakes.looking import NOW, mails_in
from tests.fakes.reading import ReaderHere
from tests.fakes.writing import mail


async def test_a_mail_that_cannot_be_read_in_time_is_posted_with_its_file_and_the_next_one_is_read(
    tmp_path: Path,
) -> None:
    hurried = Reader(seconds=0.0, head_seconds=0.0)
    house = House(tmp_path, reader=hurried)
    await house.open()
    try:
        house.provider.deliver(mail())
        await house.settle(NOW)
        (posted,) = mails_in(house)
        said, size = str(posted.content["body"]), len(house.provider.folders["INBOX"][0].raw)
        assert all(one in said for one in ("⚠", "number 1 in INBOX", f"{size} bytes", ".eml")), said
        (original,) = house.homeserver.of_kind("attachment")
        assert str(original.content["filename"]).endswith(".eml")
        patient = Reader()
        for pump in house.pumps:
            pump.reader = patient
        house.provider.deliver(mail(id="m2@example.org", subject="Next"))
        await house.settle(NOW)
        assert len(mails_in(house)) == 2
        assert "Next" in str(mails_in(house)[-1].content) + str(house.homeserver.of_kind("conversation")[-1].content)
        await patient.close()
    finally:
        await hurried.close()
        await house.close()


class NothingKnown(ReaderHere):
    """Neither the mail nor its head can be read in time."""

    async def read(self, path: Path, blobs: Path) -> Mail:
        raise ReadingFailed("timeout")

    async def head_of(self, path: Path) -> Mail:
        return Mail()


async def test_two_mails_of_which_nothing_can_be_read_are_two(tmp_path: Path) -> None:
    house = House(tmp_path, reader=NothingKnown())
    await house.open()
    house.provider.deliver(mail())
    house.provider.deliver(mail(id="m2@example.org", sender="Bruno <bruno@example.org>", text="Something else"))
    await house.settle(NOW)
    assert len(mails_in(house)) == 2
    await house.close()
