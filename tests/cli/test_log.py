"""The log holds ids, and hides what looks like an address, a secret or a mail's words."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from hypothesis import example, given
from hypothesis import strategies as st

from bot.config import Secret
from bot.process import log
from tests.fakes.logged import logged
from tests.fakes.plain_log import plain_log


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What the log writes; everything is put back afterwards."""
    with logged() as stream:
        yield stream


def only(stream: io.StringIO) -> dict[str, Any]:
    (line,) = stream.getvalue().splitlines()
    read: dict[str, Any] = json.loads(line)
    return read


def test_a_line_is_an_object_with_its_ids(lines: io.StringIO) -> None:
    with log.context(effect=1841):
        log.get_logger("bot.flows.deliver.deliver").info("effect", kind="send_mail", conversation=312, ms=412)

    line = only(lines)
    assert (line["event"], line["effect"], line["conversation"], line["ms"]) == ("effect", 1841, 312, 412)
    assert (line["level"], line["logger"]) == ("info", "bot.flows.deliver.deliver")
    assert line["timestamp"].endswith("Z")


def test_a_matrix_id_stays_readable(lines: io.StringIO) -> None:
    log.get_logger("x").info("ignored", user="@alice:example.org", room="!abc:example.org", note="by @bob:example.org")

    line = only(lines)
    assert (line["user"], line["room"], line["note"]) == (
        "@alice:example.org",
        "!abc:example.org",
        "by @bob:example.org",
    )


@pytest.mark.parametrize(
    "text",
    [
        "zoe.martin+x@example.org",
        "to <zoe@example.org>, and",
        "mailto:zoe@example.org",
        "zoë@exämple.org",
        "imap:zoe@example.org",
        "a=zoe@localhost",
        '"zoe"@example.org zoe@x',
    ],
)
def test_what_looks_like_an_address_is_hidden(text: str) -> None:
    assert "zoe@" not in log.redacted(text)
    assert "martin" not in log.redacted(text)


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Bearer syt_c2VjcmV0_word",
        "?access_token=s3cr3t&x=1",
        '{"password": "s3cr3t"}',
        "password=s3cr3t",
        "token syt_Ym90_s3cr3ts3cr3t_1xYz",
        "postgresql://bot:s3cr3t@db/postroom",
    ],
)
def test_what_looks_like_a_secret_is_hidden(text: str) -> None:
    assert "s3cr3t" not in log.redacted(text)
    assert "c2VjcmV0" not in log.redacted(text)


@pytest.mark.parametrize("key", ["subject", "body", "to", "recipient", "password", "text"])
def test_a_key_for_words_of_a_mail_is_hidden_whatever_it_holds(lines: io.StringIO, key: str) -> None:
    log.get_logger("x").info("oversight", **{key: "Facture impayée"}, deep={key: "Facture"})

    assert "Facture" not in lines.getvalue()


def test_values_within_values_are_looked_through(lines: io.StringIO) -> None:
    log.get_logger("x").info("deep", values=({"a": ["zoe@example.org"]}, Secret("s3cr3t")), n=3, ok=True, none=None)

    line = only(lines)
    assert line["values"] == [{"a": [log.HIDDEN]}, "(secret)"]
    assert (line["n"], line["ok"], line["none"]) == (3, True, None)


def test_libraries_are_redacted_too(lines: io.StringIO) -> None:
    logging.getLogger("some.library").warning("login of %s failed", "zoe@example.org")

    assert only(lines)["event"] == f"login of {log.HIDDEN} failed"


@pytest.mark.parametrize("name", ["aioimaplib.aioimaplib", "nio.rooms", "aiosmtplib", "peewee", "sqlalchemy.engine"])
def test_libraries_that_would_write_mails_or_keys_are_quiet(lines: io.StringIO, name: str) -> None:
    logging.getLogger(name).debug("FETCH BODY[] secret")
    logging.getLogger(name).info("event content secret")

    assert lines.getvalue() == ""


def test_a_stack_shows_the_way_but_not_the_words_of_foreign_errors(lines: io.StringIO) -> None:
    def fail() -> None:
        subject = "Facture impayée"
        raise ValueError(f"cannot read {subject}")

    try:
        try:
            fail()
        except ValueError as error:
            raise ConnectionResetError("reset by peer") from error
    except ConnectionResetError:
        log.get_logger("x").exception("shunted")

    stack = only(lines)["exception"]
    assert "in fail" in stack
    assert f"ValueError: {log.HIDDEN}" in stack
    assert "ConnectionResetError: reset by peer" in stack
    assert "cannot read Facture" not in stack


def test_a_group_of_errors_shows_each(lines: io.StringIO) -> None:
    try:
        raise ExceptionGroup("zoe@example.org", [KeyError("Facture"), OSError(2, "No such file")])
    except ExceptionGroup:
        logging.getLogger("x").exception("ended")

    stack = only(lines)["exception"]
    assert "KeyError: [hidden]" in stack
    assert "No such file" in stack
    assert "Facture')" not in stack


def test_the_console_form_is_redacted_as_well() -> None:
    before = logging.getLogger().handlers[:], logging.getLogger().level
    stream = io.StringIO()
    log.set_up(format="console", stream=stream)
    try:
        log.get_logger("x").info("sent", note="zoe@example.org")
    finally:
        logging.getLogger().handlers[:], level = before[0], before[1]
        logging.getLogger().setLevel(level)
        logging.captureWarnings(False)
        plain_log()

    assert "sent" in stream.getvalue()
    assert "zoe@" not in stream.getvalue()


@example("'@A.Am", "mail:{}:INBOX")
@given(st.emails(), st.sampled_from(["{}", "<{}>", "user {} failed", "mail:{}:INBOX", "'{}'", "a,{};b", "x=({})"]))
def test_no_address_passes(address: str, around: str) -> None:
    local, _, domain = address.rpartition("@")

    shown = log.redacted(around.format(address))

    assert address not in shown
    assert f"@{domain}" not in shown or not local


@given(st.text(max_size=300))
def test_redaction_takes_any_text(text: str) -> None:
    once = log.redacted(text)

    assert log.redacted(once) == once or len(once) <= 2 * len(text) + 20


def test_what_a_homeserver_sends_without_end_writes_few_lines_and_the_next_one_counts_them() -> None:
    now = [0.0]
    few = log.Few(clock=lambda: now[0])

    def written(name: str) -> list[object]:
        try:
            return [few(None, "info", {"event": name}).get("left_out", 0)]
        except structlog.DropEvent:
            return []

    assert sum(len(written("matrix_event_malformed")) for _ in range(1000)) == 30
    assert sum(len(written("call")) for _ in range(1000)) == 1000
    now[0] = 61.0
    assert written("matrix_event_malformed") == [970]
    assert written("matrix_event_malformed") == [0]
