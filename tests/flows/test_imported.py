"""An archive is brought in: quiet, once, joined as live mail is; its conversations get a card when they wake."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.cli.import_sources import each
from bot.domain.conversation import Conversation, Direction, MailRecord, Status
from bot.domain.ids import ConversationId
from bot.domain.inputs.mail import TOO_BIG
from bot.domain.sentences import sentence
from bot.flows.keep.housekeeping import Housekeeping
from bot.flows.pump.archive import NO_MAIL, ArchivePump, Found, Tally
from bot.reader.reading import Reader
from storage import conversations, history, mails
from storage.blobs import Blobs
from storage.database import Database
from tests.fakes.boundaries import Killed
from tests.fakes.house import INSTANCE, MAILBOX, House
from tests.fakes.looking import NOW, SENT, answers_in, card_of, card_says, happens, mails_in
from tests.fakes.reading import ReaderHere
from tests.fakes.writing import mail, says

THEN = datetime(2024, 3, 5, 10, 0, tzinfo=UTC)


def dated(raw: bytes, day: int) -> bytes:
    return raw.replace(b"Mon, 23 Nov 2026 09:00:00 +0000", f"Tue, {day:02} Mar 2024 10:00:00 +0000".encode())


ASKED = dated(mail(id="old1@example.org", subject="Old question"), 5)
OURS = dated(
    mail(
        id="old2@asso.example",
        subject="Re: Old question",
        sender="Asso <asso@asso.example>",
        to="marie@example.org",
        cc="paul@example.org",
        reply_to="old1@example.org",
        text="Here is our old answer.\n",
    ),
    6,
)
THANKS = dated(
    mail(id="old3@example.org", subject="Re: Old question", reply_to="old2@asso.example", text="Thanks!\n"), 7
)
OTHER = dated(mail(id="old4@example.org", subject="Other", sender="Bruno <bruno@example.org>", file=b"%PDF"), 8)
FORM = dated(
    mail(
        id="form@asso.example",
        subject="Form",
        sender="Asso <contact@asso.example>",
        headers=(("Reply-To", "visitor@example.net"),),
    ),
    9,
)
ARCHIVE = (ASKED, OURS, THANKS, OTHER, FORM)


def found(raws: Iterable[bytes]) -> list[Found]:
    return [Found(sentence("cli.import_at", number=n, byte=0), len(raw), THEN, raw) for n, raw in enumerate(raws, 1)]


async def brought(house: House, raws: Iterable[bytes] = ARCHIVE, reader: Reader | None = None) -> Tally:
    pump = ArchivePump(MAILBOX, house.step, reader or house.reader, lambda tally: None)
    return await pump.take(each(found(raws)))


@pytest.fixture
async def empty(tmp_path: Path) -> AsyncIterator[House]:
    one = House(tmp_path)
    await one.open()
    yield one
    await one.close()


async def one_of(house: House, number: int) -> tuple[Conversation, tuple[MailRecord, ...]]:
    async with house.step.database.read() as tx:
        found = await conversations.get(tx, ConversationId(number))
        assert found is not None
        return found, await mails.recent(tx, found.id, 50)


async def test_it_comes_in_closed_and_threaded_and_nobody_is_told(empty: House) -> None:
    tally = await brought(empty)
    await empty.settle()
    assert (tally.brought, tally.known, tally.unplaced, len(tally.conversations)) == (5, 0, 0, 3)
    assert empty.homeserver.posted == [] and empty.provider.delivered == [] and await empty.open_calls() == 0
    first, records = await one_of(empty, 1)
    assert (first.status, first.root, first.mails, first.folded) == (Status.CLOSED, None, 3, 3)
    assert (first.subject, first.words, first.correspondent.address) == ("Old question", "Thanks!", "marie@example.org")
    assert first.created_at.day == 5 and first.changed_at == datetime(2024, 3, 7, 10, tzinfo=UTC)
    assert first.participants == ("marie@example.org", "paul@example.org")
    assert [one.direction for one in records] == [Direction.IN, Direction.OUT, Direction.IN]
    assert all(empty.step.blobs.exists(one.raw) for one in records)
    async with empty.step.database.read() as tx:
        assert [one.action for one in await history.of(tx, first.id)] == ["history.imported"]
    _, (with_file,) = await one_of(empty, 2)
    assert empty.step.blobs.read(with_file.attachments[0].sha256) == b"%PDF"  # type: ignore[arg-type]


@pytest.mark.parametrize(("raws", "status"), [((), Status.SPAM), ((OURS, THANKS), Status.CLOSED)])
async def test_what_a_server_marked_is_spam_unless_the_team_answered(
    empty: House, raws: tuple[bytes, ...], status: Status
) -> None:
    await brought(empty, (b"X-Spam-Flag: YES\n" + ASKED, *raws))
    assert (await one_of(empty, 1))[0].status is status


async def test_a_form_in_our_own_name_came_from_its_visitor(empty: House) -> None:
    await brought(empty)
    form, (record,) = await one_of(empty, 3)
    assert (record.direction, form.correspondent.address) == (Direction.IN, "visitor@example.net")


async def test_what_is_run_again_brings_nothing_twice(empty: House) -> None:
    await brought(empty)
    again = await brought(empty, (*ARCHIVE, ASKED))
    assert (again.brought, again.before, again.known) == (0, 6, 0)
    assert (await one_of(empty, 1))[0].mails == 3


async def test_an_answer_that_stands_before_its_question_joins_it(empty: House) -> None:
    await brought(empty, (THANKS, OURS, ASKED))
    first, records = await one_of(empty, 1)
    assert (first.mails, [one.message_id[:4] for one in records]) == (3, ["old1", "old2", "old3"])
    assert first.created_at.day == 5 and first.words == "Thanks!"


async def test_a_mail_that_came_live_is_known_with_other_line_ends(house: House) -> None:
    raw = mail().replace(b"\n", b"\r\n").replace(b"\r\r", b"\r")
    tally = await brought(house, (raw,))
    assert (tally.brought, tally.known) == (0, 1)
    assert (await one_of(house, 1))[0].mails == 1


async def test_older_mails_of_a_living_conversation_join_it_and_change_nothing_else(house: House) -> None:
    shown = len(house.homeserver.posted)
    living = dated(mail(id="m0@example.org", subject="Before", text="Long ago\n"), 4)
    house.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org", references="<m0@example.org>"))
    await house.settle(NOW)
    before, _ = await one_of(house, 1)
    shown = len(house.homeserver.posted)
    await brought(house, (living,))
    await house.settle()
    after, records = await one_of(house, 1)
    assert after == replace(before, mails=3, folded=1, created_at=records[0].date, version=after.version)
    assert len(house.homeserver.posted) == shown


async def test_an_answer_wakes_it_with_a_card_that_rings_and_its_old_mails_on_demand(empty: House) -> None:
    await brought(empty)
    empty.provider.deliver(mail(id="new@example.org", reply_to="old3@example.org", text="One more thing\n"))
    await empty.settle(NOW)
    woken, records = await one_of(empty, 1)
    (card,) = empty.homeserver.of_kind("conversation")
    assert woken.root == card.event and (woken.status, woken.mails, woken.folded) == (Status.ACTIVE, 4, 3)
    assert card_says(empty)["status"] == "active" and card.content["msgtype"] == "m.text"
    assert "3 folded" in str(empty.homeserver.current(card.event)["body"])
    (posted,) = mails_in(empty)
    assert posted.ours["message_id"] == "new@example.org"
    await happens(empty, says("!unfold", thread=card.event))
    assert [one.ours["message_id"] for one in mails_in(empty)][1:] == [
        "old1@example.org", "old2@asso.example", "old3@example.org"
    ]  # fmt: skip
    assert len(records) == 4


async def test_a_late_answer_that_begins_another_one_rings_once(tmp_path: Path) -> None:
    late = replace(INSTANCE, mailboxes=(replace(MAILBOX, new_after_days=30),))
    house = House(tmp_path, instance=late)
    await house.open()
    await brought(house)
    house.provider.deliver(mail(id="new@example.org", reply_to="old3@example.org", text="Years later\n"))
    await house.settle(NOW)
    cards = {one.ours["conversation"]: one.content["msgtype"] for one in house.homeserver.of_kind("conversation")}
    assert cards == {1: "m.notice", 4: "m.text"}
    await house.close()


async def test_work_in_a_closed_one_gives_it_a_card_without_a_sound(empty: House) -> None:
    await brought(empty)
    await happens(empty, says("!tag #1 vieux"))
    (card,) = empty.homeserver.of_kind("conversation")
    assert card.content["msgtype"] == "m.notice" and card_says(empty)["tags"] == ["vieux"]


async def test_whoever_opens_it_gets_a_card_without_a_sound(empty: House) -> None:
    await brought(empty)
    await happens(empty, says("!show #1"))
    (card,) = empty.homeserver.of_kind("conversation")
    assert card.content["msgtype"] == "m.notice" and (await one_of(empty, 1))[0].root == card.event
    assert "Thanks!" in answers_in(empty)[0]
    await happens(empty, says("!show all #1"), says("!show #1"))
    assert len(empty.homeserver.of_kind("conversation")) == 1


async def test_it_is_found_and_answered_by_its_number(empty: House) -> None:
    await brought(empty)
    await happens(empty, says("!search old answer"))
    assert "#1" in answers_in(empty)[0]
    await happens(empty, says("!reply #1 Bonjour encore"), seconds=SENT)
    # Nobody has seen its newest mail in the room: it is asked first.
    assert empty.provider.delivered == []
    await happens(empty, says("!reply #1 Bonjour encore"), seconds=SENT)
    ((_, recipients, raw),) = [one[:3] for one in empty.provider.delivered]
    assert set(recipients) == {"marie@example.org"} and b"old3@example.org" in raw
    assert card_of(empty) and len(empty.homeserver.of_kind("conversation")) == 1


async def test_a_copy_that_a_folder_shows_later_neither_doubles_nor_wakes(empty: House) -> None:
    await brought(empty)
    for raw in (ASKED, THANKS):
        empty.provider.deliver(raw)
    empty.provider.deliver(OURS, folder="Sent")
    await empty.settle()
    first, _ = await one_of(empty, 1)
    assert (first.mails, first.status) == (3, Status.CLOSED) and empty.homeserver.of_kind("conversation") == []


async def test_what_is_no_mail_or_too_big_is_named_by_its_place(empty: House) -> None:
    big = Found(sentence("cli.import_at", number=9, byte=70), 10, None, None)
    pump = ArchivePump(MAILBOX, empty.step, empty.reader, lambda tally: None)
    tally = await pump.take(each([*found([b"", b"\x00\xff garbage"]), big]))
    assert (tally.brought, tally.unplaced) == (0, 3)
    assert [reason for _, reason in tally.named] == [NO_MAIL, NO_MAIL, TOO_BIG]


class _Away(ReaderHere):
    async def read(self, path: Path, blobs: Path) -> Any:
        from bot.reader.reading import ReadingFailed

        raise ReadingFailed("timeout")


async def test_a_body_that_cannot_be_read_comes_in_by_its_headers(empty: House) -> None:
    tally = await brought(empty, (ASKED,), _Away())
    first, (record,) = await one_of(empty, 1)
    assert (tally.brought, tally.heads, [reason for _, reason in tally.named]) == (1, 1, ["timeout"])
    assert first.subject == "Old question" and empty.step.blobs.read(record.raw) == ASKED


@dataclass(slots=True)
class _Watched:
    """Dies at the n-th crossing of a file that is kept, a mail that is read, a transaction that begins."""

    at: int
    passed: int = 0

    def cross(self) -> None:
        self.passed += 1
        if self.passed == self.at:
            raise Killed

    def around(self, act: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def watched(*given: Any) -> Any:
            self.cross()
            done = await act(*given)
            self.cross()
            return done

        return watched

    def before(self, act: Callable[..., Any]) -> Callable[..., Any]:
        def watched(*given: Any) -> Any:
            self.cross()
            return act(*given)

        return watched


async def test_it_may_die_anywhere_and_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.flows.pump.archive._AT_ONCE", 2)
    at, is_whole = 0, False
    while not is_whole:
        at += 1
        folder = tmp_path / str(at)
        folder.mkdir()
        house, watched = House(folder), _Watched(at)
        await house.open()
        with monkeypatch.context() as patched:
            patched.setattr(Blobs, "put", watched.around(Blobs.put))
            patched.setattr(ReaderHere, "read", watched.around(ReaderHere.read))
            patched.setattr(Database, "write", watched.before(Database.write))
            try:
                await brought(house)
                is_whole = True
            except Killed:
                pass
        await house.close()
        await house.open()
        tally = await brought(house)
        assert (tally.brought + tally.before, tally.known, tally.unplaced) == (5, 0, 0)
        assert [(await one_of(house, number))[0].mails for number in (1, 2, 3)] == [3, 1, 1]
        await house.close()
    assert at > 20


async def test_what_went_by_itself_is_not_brought_in_again(tmp_path: Path) -> None:
    forgets = replace(INSTANCE, mailboxes=(replace(MAILBOX, keep_closed_months=3),))
    house = House(tmp_path, instance=forgets)
    await house.open()
    house.provider.deliver(mail())
    await house.settle(NOW)
    await happens(house, says("!close", thread=card_of(house)))
    house.clock.forward(120 * 86_400.0)
    for _ in range(3):
        await Housekeeping(house.step).run_once()
        await house.settle((0.0, 3.0, 86_400.0, 3.0))
    async with house.step.database.read() as tx:
        assert await conversations.get(tx, ConversationId(1)) is None
    tally = await brought(house, (mail().replace(b"\n", b"\r\n"), ASKED))
    assert (tally.known, tally.brought) == (1, 1)
    await house.close()
