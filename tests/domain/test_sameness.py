"""When two mails are one."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.domain.conversation import Direction, MailRecord
from bot.domain.ids import BlobId, UserId
from bot.domain.inputs.mail import FolderRole
from bot.domain.mail import Address, Attachment, Mail
from bot.domain.retention import Step, without
from bot.domain.sameness import id_to_find, known_copy, of_mail, of_words
from tests.storage.made import mail as record

OWN = frozenset(("contact@asso.example",))
MARIE = Address("Marie", "marie@example.org")
US = Address("Mon Asso", "Contact+x@asso.example")
DATE = datetime(2026, 11, 5, 19, 40, tzinfo=UTC)
MAIL = Mail("m1@example.org", from_=(MARIE,), subject="Question", date=DATE, text="La salle est-elle libre ?")
FILE = Attachment("a.pdf", "application/pdf", 1, False, "", "ab" * 32)
LIST = "\n_______________________________________________\nChoir mailing list\nhttps://lists.example/choir\n"
GROUP = '\n-- \nYou received this message because you are subscribed to the Google Groups "Choir" group.\n'


def known(mail: Mail, **changes: object) -> MailRecord:
    made = record(
        message_id=mail.message_id, from_=mail.from_, subject=mail.subject, text=mail.text, sameness=of_mail(mail)
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def is_copy(mail: Mail, of: MailRecord, role: FolderRole = FolderRole.INBOX) -> bool:
    return known_copy(mail, role, same_raw=None, same_id=(of,), own=OWN) is of


@pytest.mark.parametrize(
    ("again", "is_one"),
    [
        (MAIL, True),
        (replace(MAIL, to=(US,), is_bulk=True), True),
        (replace(MAIL, from_=(replace(MARIE, name="Marie T."),)), True),
        (replace(MAIL, subject="Question "), True),
        (replace(MAIL, text="La salle\r\nest-elle libre ?\n"), True),
        (replace(MAIL, text=MAIL.text + LIST), True),
        (replace(MAIL, text=MAIL.text + GROUP), True),
        (replace(MAIL, text=MAIL.text + LIST + "x" * 3_000), False),
        (replace(MAIL, text="La salle est-elle libre ? Non."), False),
        (replace(MAIL, subject="Question 2"), False),
        (replace(MAIL, from_=(Address("Marie", "marie@example.net"),)), False),
        (replace(MAIL, date=None), False),
        (replace(MAIL, attachments=(FILE,)), False),
    ],
)
def test_a_mail_is_the_same_where_id_date_author_subject_and_body_agree(again: Mail, is_one: bool) -> None:
    assert is_copy(again, known(MAIL)) is is_one


def test_the_same_bytes_are_the_same_mail() -> None:
    same = known(MAIL)
    assert known_copy(Mail(), FolderRole.INBOX, same_raw=same, same_id=(), own=OWN) is same


def test_a_mail_without_an_id_is_found_by_what_it_says() -> None:
    nameless = replace(MAIL, message_id="")
    assert id_to_find(nameless) == known(nameless).id_to_find
    assert id_to_find(nameless) != id_to_find(replace(nameless, text="Autre"))
    assert id_to_find(MAIL) == "m1@example.org"


def test_words_of_signs_alone_differ() -> None:
    assert of_words("👍") != of_words("👎")
    assert of_words("") == of_words("\n")


OURS = replace(MAIL, message_id="r.1@asso.example", from_=(US,), text="Oui, venez.\n> La salle est-elle libre ?")
SENT = known(
    OURS, direction=Direction.OUT, author=UserId("@alice:localhost"), sameness=of_words(OURS.text), raw=BlobId("")
)


@pytest.mark.parametrize(
    ("mail", "role", "is_ours"),
    [
        (OURS, FolderRole.INBOX, True),
        (replace(OURS, text=OURS.text.replace("\n", " ")), FolderRole.INBOX, True),
        (replace(OURS, text=OURS.text + LIST), FolderRole.INBOX, True),
        (replace(OURS, text="Non."), FolderRole.INBOX, False),
        (replace(OURS, text="Non.\n> Oui, venez."), FolderRole.INBOX, False),
        (replace(OURS, text="Oui, venez. (rewritten by the server)"), FolderRole.SENT, True),
        (replace(OURS, from_=(MARIE,)), FolderRole.INBOX, False),
        (replace(OURS, from_=(MARIE,)), FolderRole.SENT, False),
        (replace(OURS, is_bounce=True), FolderRole.INBOX, False),
        (replace(OURS, from_=()), FolderRole.INBOX, False),
    ],
)
def test_a_copy_of_ours_has_our_from_and_our_words(mail: Mail, role: FolderRole, is_ours: bool) -> None:
    assert is_copy(mail, SENT, role) is is_ours


def test_what_an_older_version_kept_is_recognised_by_its_words() -> None:
    old = known(MAIL, sameness="")
    assert is_copy(MAIL, old)
    assert not is_copy(replace(MAIL, text="Autre chose"), old)
    assert is_copy(OURS, replace(SENT, sameness=""))


def test_nor_is_it_new_once_its_words_went() -> None:
    old = without(known(MAIL, sameness=""), Step.WORDS)
    assert is_copy(MAIL, old)
    assert not is_copy(replace(MAIL, subject="Autre chose"), old)


def test_a_mail_without_id_and_date_is_the_same_by_its_bytes_alone() -> None:
    bare = replace(MAIL, message_id="", date=None)
    assert known_copy(bare, FolderRole.INBOX, same_raw=None, same_id=(known(bare),), own=OWN) is None
