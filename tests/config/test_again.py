"""A configuration that is read again holds whole, or is refused with the keys that need a restart."""

from __future__ import annotations

import pytest

from bot.config import MailboxSection, needs_restart, ways
from bot.config.again import MAILBOX_AT_ONCE
from tests.config.conftest import LEAST, Change, ConfigFile, Data

AT_ONCE: list[tuple[str, object]] = [
    ("name", "Renamed"),
    ("aliases", ["other@monasso.org"]),
    ("organisation", "Asso"),
    ("language", "en"),
    ("undo_seconds", 3),
    ("reply_status", "closed"),
    ("reply_assignee", "nobody"),
    ("quote", "none"),
    ("signature", "Bye"),
    ("from_name", "{me}, {mailbox}"),
    ("auto_bcc", "kept@monasso.org"),
    ("autoreply", {"text": "Bonjour", "hours": "lundi-vendredi 9h-17h"}),
    ("approval", True),
    ("forwarders", ["alice@monasso.org"]),
    ("buttons", True),
    ("provider_saves_sent", True),
    ("trusted_authserv", ["mx.monasso.org"]),
    ("answer_by_mail", False),
    ("answer_unproven", True),
    ("plus_address", True),
    ("max_recipients", 3),
    ("max_files_mb", 3),
    ("hourly_limit", 3),
    ("daily_limit", 3),
    ("fold_after", 3),
    ("new_after_days", 30),
    ("keep_originals_months", 6),
    ("keep_words_months", 12),
    ("keep_closed_months", 24),
    ("keep_spam_days", 30),
    ("reactions", {"✋": "none"}),
]


def test_every_key_that_holds_at_once_is_tried() -> None:
    assert {key for key, _ in AT_ONCE} == MAILBOX_AT_ONCE
    assert MailboxSection.model_fields.keys() >= MAILBOX_AT_ONCE


@pytest.mark.parametrize(("key", "value"), AT_ONCE)
def test_what_decisions_alone_read_holds_at_once(config_file: ConfigFile, key: str, value: object) -> None:
    before = config_file.text(LEAST)
    after = config_file.changed(lambda data: data["mailboxes"][0].update({key: value}))
    assert after != before
    assert needs_restart(before, after) == ()
    assert ways(before) == ways(after)


def test_the_same_file_needs_no_restart(config_file: ConfigFile) -> None:
    assert needs_restart(config_file.text(LEAST), config_file.text(LEAST)) == ()


def _another_mailbox(data: Data) -> None:
    data["mailboxes"].append({**data["mailboxes"][0], "address": "b@monasso.org", "aliases": []})


def _another_password(data: Data) -> None:
    data["mailboxes"][0]["imap"]["password"] = "other"


def _none(data: Data) -> None:
    data["mailboxes"] = []


@pytest.mark.parametrize(
    ("change", "gone", "come"),
    [
        (_another_mailbox, [], ["b@monasso.org"]),
        (_another_password, ["contact@monasso.org"], ["contact@monasso.org"]),
        (_none, ["contact@monasso.org"], []),
        (lambda data: data["mailboxes"][0].update(name="Renamed"), [], []),
    ],
)
def test_a_mailbox_is_served_anew_where_its_servers_change(
    config_file: ConfigFile, change: Change, gone: list[str], come: list[str]
) -> None:
    before, after = config_file.text(LEAST), config_file.changed(change)
    assert needs_restart(before, after) == ()
    old, new = ways(before), ways(after)
    assert [id for id in old if new.get(id) != old[id]] == gone
    assert [id for id in new if old.get(id) != new[id]] == come


def _another_size(data: Data) -> None:
    data["max_mail_mb"] = 3
    data["matrix"]["password"] = "other"
    data["matrix"]["allowed_servers"] = ["example.org"]
    data["timezone"] = "UTC"


@pytest.mark.parametrize(
    ("change", "keys"),
    [
        (_another_size, ("max_mail_mb", "matrix.password")),
        (lambda data: data["mailboxes"][0].update(room="!other:localhost"), ("mailboxes[0].room",)),
    ],
)
def test_what_was_opened_with_its_value_needs_one(
    config_file: ConfigFile, change: Change, keys: tuple[str, ...]
) -> None:
    after = config_file.changed(change)
    assert needs_restart(config_file.text(LEAST), after) == keys
