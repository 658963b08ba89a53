"""`mailbox set` and `mailbox show`: each key takes what it shows, refuses the rest, and a bad row harms nothing."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.adjusting import BY_NAME, KEYS, adjusted, key_named
from bot.domain.conversation import Status
from bot.domain.merged import SET, Rows, mailbox_scope, merged
from bot.domain.sentences import Sentence
from bot.domain.settings import MailboxSettings, QuoteMode
from bot.domain.words import bare
from tests.fakes.house import INSTANCE, MAILBOX


def put(key: str, text: str) -> MailboxSettings | Sentence:
    return BY_NAME[key].put(MAILBOX, text)


@pytest.mark.parametrize(
    ("key", "text", "expected"),
    [
        ("name", "Les Amis", replace(MAILBOX, name="Les Amis")),
        ("from-name", "{me}, {mailbox}", replace(MAILBOX, from_name="{me}, {mailbox}")),
        ("from-name", "aucun", replace(MAILBOX, from_name="")),
        ("signature", "**Asso**\nnous", replace(MAILBOX, signature="**Asso**\nnous")),
        ("aliases", "info@asso.example, INFO@asso.example", replace(MAILBOX, aliases=("INFO@asso.example",))),
        ("aliases", "contact@asso.example", replace(MAILBOX, aliases=())),
        ("aliases", "none", replace(MAILBOX, aliases=())),
        ("bcc", "archive@asso.example", replace(MAILBOX, auto_bcc="archive@asso.example")),
        ("language", "français", replace(MAILBOX, language="fr")),
        ("undo", "0", replace(MAILBOX, undo_seconds=0)),
        ("reply-status", "Fermée", replace(MAILBOX, reply_status=Status.CLOSED)),
        ("quote", "toutes", replace(MAILBOX, quote=QuoteMode.FULL)),
        ("approval", "oui", replace(MAILBOX, approval=True)),
        ("buttons", "on", replace(MAILBOX, buttons=True)),
        ("max-recipients", "100", replace(MAILBOX, max_recipients=100)),
    ],
)
def test_a_value_counts_as_it_was_written(key: str, text: str, expected: MailboxSettings) -> None:
    assert put(key, text) == expected


@pytest.mark.parametrize(
    ("key", "text", "why"),
    [
        ("undo", "3601", "error.set_number"),
        ("undo", "-1", "error.set_number"),
        ("undo", "²", "error.set_number"),
        ("max-recipients", "101", "error.set_number"),
        ("max-recipients", "0", "error.set_number"),
        ("reply-status", "spam", "error.set_one_of"),
        ("approval", "perhaps", "error.set_one_of"),
        ("name", "", "error.set_line"),
        ("name", "none\tof it", "error.set_line"),
        ("from-name", "{customer.name}", "error.set_variable"),
        ("signature", "{%me%} {nobody}", "error.set_variable"),
        ("signature", "x" * 10_001, "error.set_text"),
        ("bcc", "a@b.example, c@d.example", "error.set_address"),
        ("aliases", "nobody", "error.set_address"),
        ("forwarders", ",", "error.set_address"),
        ("aliases", ",".join(f"a{n}@asso.example" for n in range(51)), "error.set_addresses"),
    ],
)
def test_what_cannot_be_used_is_a_sentence(key: str, text: str, why: str) -> None:
    changed = put(key, text)
    assert isinstance(changed, Sentence) and changed.key == why


def test_every_key_is_found_by_all_its_words_and_no_word_means_two() -> None:
    said = [name for key in KEYS for name in key.word.said]
    assert len(said) == len({*said})
    assert all(key_named(word.upper()) is key for key in KEYS for word in (key.word.own, *key.word.french))


@given(st.dictionaries(st.sampled_from([*BY_NAME, "unknown"]), st.text(max_size=40), max_size=6))
def test_rows_of_any_kind_leave_a_mailbox_that_works(values: dict[str, str]) -> None:
    rows = Rows({(mailbox_scope(MAILBOX.id), SET + key): text for key, text in values.items()})
    (found,) = merged(INSTANCE, rows).mailboxes
    again = adjusted(MAILBOX, sorted(values.items()))
    assert (found, found.room, found.id) == (again, MAILBOX.room, MAILBOX.id)
    assert {*found.set_here} <= {*values}
    assert all(isinstance(key.shown(found), str | Sentence) for key in KEYS)


def test_without_rows_the_instance_stays_the_same_object() -> None:
    assert merged(INSTANCE, Rows()) is INSTANCE
    assert bare("Défaut") == "defaut"
