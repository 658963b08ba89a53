"""The index finds what is kept, on both databases alike, and nothing else."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.conversation import Direction, EventKind, OutState
from bot.domain.decision import AddEvent, AddMail, Change, PutEvent, SaveConversation, SetWords, UpdateMail
from bot.domain.folding import folded_words
from bot.domain.ids import ConversationId, MailboxId
from bot.domain.mail import Address, Attachment
from bot.domain.searching import MOST_TERMS, MOST_WORDS, Field, Query, Term
from storage import changes, search
from storage.database import Database
from storage.schema.bookkeeping import counters
from storage.schema.search import sought, sought_words
from tests.storage.made import ALICE, MAILBOX, NOW, conversation, event, later, mail


async def keep(database: Database, *what: Change) -> None:
    async with database.write() as tx:
        await changes.apply(tx, what, NOW)


async def found(database: Database, words: str = "", *, of: MailboxId = MAILBOX, **more: object) -> list[int]:
    terms = tuple(Term((word,)) for word in folded_words(words))
    async with database.read() as tx:
        numbers, _ = await search.find(tx, (of,), Query(**{"terms": terms, **more}))  # type: ignore[arg-type]
    return list(numbers)


async def test_a_mail_is_found_by_its_words_people_and_files(database: Database) -> None:
    pdf = Attachment("Devis-2026.pdf", "application/pdf", 1, False, "", "ab" * 32)
    record = mail(1, text="Le remboursement de l’Œuvre d’été", subject="Où est ma facture ?", attachments=(pdf,))
    await keep(database, SaveConversation(conversation(1)), AddMail(record))
    for words in ("remboursement", "oeuvre", "ETE", "facture", "Marie", "marie@example.net", "devis 2026 pdf"):
        assert await found(database, words) == [1], words
    assert await found(database, "nothing") == await found(database, "facture nothing") == []
    assert await found(database, "facture", has_file=True) == [1]
    assert await found(database, terms=(Term(("facture",), Field.SUBJECT),)) == [1]
    assert await found(database, terms=(Term(("remboursement",), Field.SUBJECT),)) == []
    assert await found(database, terms=(Term(("marie",), Field.FROM),)) == [1]
    assert await found(database, terms=(Term(("marie",), Field.TO),)) == []
    assert await found(database, terms=(Term(("rembours",), is_start=True),)) == [1]
    assert await found(
        database,
        terms=(
            Term(
                ("de", "l", "oeuvre"),
            ),
        ),
    ) == [1]
    assert (
        await found(
            database,
            terms=(
                Term(
                    ("oeuvre", "de"),
                ),
            ),
        )
        == []
    )
    assert await found(database, number=ConversationId(1)) == [1]
    assert await found(database, "facture", number=ConversationId(2)) == []


async def test_nothing_of_another_mailbox_is_found(database: Database) -> None:
    await keep(database, SaveConversation(conversation(1)), AddMail(mail(1)))
    assert await found(database, "boil") == [1]
    assert await found(database, "boil", of=MailboxId("other@example.org")) == []


async def test_a_conversation_that_moves_is_found_where_it_is(database: Database) -> None:
    other = MailboxId("other@example.org")
    await keep(database, SaveConversation(conversation(1)), AddMail(mail(1)))
    note = event("$n", kind=EventKind.NOTE, sender=ALICE, body="kilowatts")
    await keep(database, AddEvent(note))
    await keep(database, SaveConversation(conversation(1, version=1, mailbox=other)))
    # Its mails are of the mailbox that they came to; whoever moves them saves them too.
    assert await found(database, "kilowatts") == []
    assert await found(database, "kilowatts", of=other) == [1]


async def test_the_newest_come_first_each_conversation_once(database: Database) -> None:
    days = {1: 0, 2: 900, 3: 40, 4: 2, 5: 100}
    for number, ago in days.items():
        record = mail(number, of=number, date=NOW - timedelta(days=ago))
        await keep(database, SaveConversation(conversation(number)), AddMail(record))
    await keep(database, AddMail(mail(9, of=3, date=later(9))))
    assert await found(database, "boil") == [3, 1, 4, 5, 2]
    assert await found(database, "boil", after=NOW - timedelta(days=50)) == [3, 1, 4]
    assert await found(database, "boil", before=NOW - timedelta(days=50)) == [5, 2]


async def test_with_nothing_asked_but_a_time_the_newest_come_first(database: Database) -> None:
    for number, ago in {1: 100, 2: 0, 3: 40}.items():
        record = mail(number, of=number, date=NOW - timedelta(days=ago))
        await keep(database, SaveConversation(conversation(number)), AddMail(record))
    assert await found(database) == [2, 3, 1]
    assert await found(database, after=NOW - timedelta(days=50)) == [2, 3]
    assert await found(database, before=NOW - timedelta(days=20)) == [3, 1]
    assert await found(database, after=NOW + timedelta(days=1)) == []
    assert await found(database, of=MailboxId("other@example.org")) == []


async def test_a_mail_that_is_rewritten_is_found_by_its_new_words(database: Database) -> None:
    out = mail(1, direction=Direction.OUT, state=OutState.QUEUED, text="Demain")
    await keep(database, SaveConversation(conversation(1)), AddMail(out))
    await keep(database, UpdateMail(mail(1, direction=Direction.OUT, state=OutState.QUEUED, text="Lundi")))
    assert (await found(database, "demain"), await found(database, "lundi")) == ([], [1])


async def test_notes_are_found_edited_and_forgotten(database: Database) -> None:
    talk = event("$t", kind=EventKind.NOTE, sender=ALICE, body="Appeler la mairie")
    note = event("$n", kind=EventKind.COMMAND, sender=ALICE)
    await keep(database, SaveConversation(conversation(1)), AddEvent(talk), AddEvent(note), SetWords(note, "Trésorier"))
    assert (await found(database, "mairie"), await found(database, "tresorier")) == ([1], [1])
    await keep(database, PutEvent(event("$t", kind=EventKind.NOTE, sender=ALICE, body="Appeler le maire")))
    await keep(database, SetWords(note, "Secrétaire", only_known=True))
    assert (await found(database, "mairie"), await found(database, "tresorier")) == ([], [])
    assert (await found(database, "maire"), await found(database, "secretaire")) == ([1], [1])
    await keep(database, PutEvent(event("$t", kind=EventKind.NOTE, sender=ALICE, body="")), SetWords(note, ""))
    await keep(database, SetWords(note, "Secrétaire", only_known=True))
    assert (await found(database, "maire"), await found(database, "secretaire")) == ([], [])


async def test_another_subject_is_found(database: Database) -> None:
    await keep(database, SaveConversation(conversation(1)), AddMail(mail(1)))
    await keep(database, SaveConversation(conversation(1, version=1, subject="Bouilloire", mailed_subject="Kettle")))
    assert await found(database, "bouilloire") == await found(database, "kettle") == [1]


@pytest.mark.parametrize(
    "hostile",
    [
        '"',
        "'",
        "a' | 'b",
        'a" OR "b',
        "NEAR(a b)",
        "words:x",
        "-a",
        "a AND NOT b",
        "\\",
        "a:*",
        "%",
        "\x00",
        "&|!<->()",
    ],
)
async def test_operators_of_an_index_are_words(database: Database, hostile: str) -> None:
    await keep(database, SaveConversation(conversation(1)), AddMail(mail(1, subject=hostile, text=hostile)))
    assert await found(database, hostile + " kettle") == []
    assert await found(database, hostile + " marie") == [1]


async def test_what_was_there_before_is_filled_in(database: Database) -> None:
    for number in range(1, 46):
        record = mail(number, of=number, date=datetime(2020, 1, 1, tzinfo=UTC) + timedelta(days=number))
        await keep(database, SaveConversation(conversation(number)), AddMail(record))
    async with database.write() as tx:
        for table in (sought, sought_words):
            await tx.run(table.delete())
        await tx.run(counters.insert(), {"name": "search_unfilled", "next": 45})
    assert await found(database, "kettle") == []
    steps = 0
    is_left = True
    while is_left:
        async with database.write() as tx:
            is_left = await search.fill(tx)
        steps += 1
    assert await found(database, "kettle") == list(range(45, 0, -1)) and steps == 3
    async with database.write() as tx:
        assert not await search.fill(tx)


async def test_people_are_found_in_every_part(database: Database) -> None:
    record = mail(1, cc=(Address("Paul Martin", "paul@example.org"),))
    await keep(database, SaveConversation(conversation(1)), AddMail(record))
    assert await found(database, terms=(Term(("martin",), Field.TO),)) == [1]


async def test_a_mail_that_is_taken_back_is_found_no_more(database: Database) -> None:
    out = mail(1, direction=Direction.OUT, state=OutState.QUEUED, text="Demain")
    await keep(database, SaveConversation(conversation(1)), AddMail(out))
    await keep(database, UpdateMail(replace(out, state=OutState.CANCELLED)))
    assert await found(database, "demain") == []
    await keep(database, UpdateMail(replace(out, state=OutState.QUEUED, text="Lundi")))
    assert await found(database, "lundi") == [1]


async def test_a_mail_that_is_rewritten_later_is_one_text(database: Database) -> None:
    """One that waits for its files gets the time of its newest words."""
    out = mail(1, direction=Direction.OUT, state=OutState.QUEUED, text="Demain")
    await keep(database, SaveConversation(conversation(1)), AddMail(out))
    await keep(database, UpdateMail(replace(out, text="Lundi", date=later(5))))
    assert (await found(database, "demain"), await found(database, "lundi")) == ([], [1])
    await keep(database, UpdateMail(replace(out, text="Lundi", date=later(5), state=OutState.CANCELLED)))
    assert await found(database, "lundi") == []


async def test_a_note_moves_with_its_conversation(database: Database) -> None:
    other = MailboxId("other@example.org")
    note = event("$n", kind=EventKind.COMMAND, sender=ALICE)
    await keep(database, SaveConversation(conversation(1)), AddMail(mail(1)), AddEvent(note), SetWords(note, "Trésor"))
    await keep(database, SaveConversation(conversation(1, version=1, mailbox=other)))
    assert await found(database, "tresor") == []
    assert await found(database, "tresor", of=other) == [1]
    await keep(database, SetWords(note, ""))
    assert await found(database, "tresor", of=other) == []


async def test_a_mail_of_very_many_long_words_is_kept(database: Database) -> None:
    """PostgreSQL takes no vector of more than a megabyte."""
    long = " ".join(f"{chr(0xFDFA) * 12}{number}" for number in range(3000))
    people = tuple(Address(chr(0xFDFA) * 200, f"{number}{chr(0xFDFA) * 150}@x.example") for number in range(200))
    record = mail(1, subject=f"Facture {long * 20}", text=f"Bonjour {long}", cc=people, to=people)
    await keep(database, SaveConversation(conversation(1)), AddMail(record))
    assert await found(database, "facture") == [1]


async def test_a_long_question_is_answered(database: Database) -> None:
    await keep(database, SaveConversation(conversation(1)), AddMail(mail(1)))
    words = tuple(f"w{number}" for number in range(MOST_WORDS))
    assert await found(database, terms=(Term(words),)) == []
    assert await found(database, terms=tuple(Term((word,), is_start=True) for word in words[:MOST_TERMS])) == []


async def test_an_answer_that_left_is_found_where_it_goes_on(database: Database) -> None:
    out = mail(1, direction=Direction.OUT, state=OutState.SENT, text="Demain")
    await keep(database, SaveConversation(conversation(1)), SaveConversation(conversation(2)), AddMail(out))
    await keep(database, UpdateMail(replace(out, state=OutState.BOUNCED)))
    assert await found(database, "demain") == [1]
    await keep(database, UpdateMail(replace(out, conversation=ConversationId(2))))
    assert await found(database, "demain") == [2]
    assert await found(database, "demain", number=ConversationId(1)) == []
