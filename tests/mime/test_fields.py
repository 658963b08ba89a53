"""The header fields that rules look at: decoded, in one line, few and short, and the same from a mail's beginning."""

from __future__ import annotations

import time

import pytest

from bot.mime.fields import HEAD, fields_of_head
from bot.mime.read import read_headers, read_mail

HONEST = (
    b"Received: from a\r\n\tby b; today\r\nList-Id: =?utf-8?q?Les_=C3=A9chos?=\r\n =?utf-8?q?_du_soir?= <x.example>\r\n"
    b"DKIM-Signature: v=1; b=" + b"A" * 300 + b"\r\nX-Empty:\r\nFrom: a@example.org\r\n\r\nX-Body: no field\r\n"
)
HOSTILE = {
    "many": b"".join(b"X-%d: y\r\n" % n for n in range(50_000)) + b"\r\n",
    "long": b"X-Long: " + b"=?utf-8?b?w6k=?= " * 50_000 + b"\r\n\r\n",
    "folded": b"X-Fold:" + b"\r\n a" * 50_000 + b"\r\n\r\n",
    "openings": b"X-Open: " + b"=?a?q?" * 50_000 + b"\r\n\r\n",
    "returns": b"\n" + b"\r" * 200_000 + b"X-A: b",
    "colons": b":" * 200_000 + b"\r\n\r\n",
    "nothing": b"",
    "nul": b"X-Nul: a\x00b\x1b\r\n\r\n",
    "eight bits": bytes(range(256)) * 100,
    "large body": b"X-A: b\r\n\r\n" + b"x" * 50_000_000,
}


def test_a_value_is_decoded_and_unfolded_and_seals_are_left_out() -> None:
    assert fields_of_head(HONEST) == (
        ("received", "from a by b; today"),
        ("list-id", "Les échos du soir <x.example>"),
        ("x-empty", ""),
        ("from", "a@example.org"),
    )


def test_the_beginning_says_what_the_whole_mail_says() -> None:
    raw = HONEST + b"x" * (HEAD * 2)
    assert fields_of_head(raw[:HEAD]) == read_mail(raw).mail.fields == read_headers(raw).fields


@pytest.mark.parametrize("name", HOSTILE)
def test_whatever_stands_there_is_few_short_and_quick(name: str) -> None:
    started = time.process_time()
    fields = fields_of_head(HOSTILE[name])
    assert time.process_time() - started < 1
    assert len(fields) <= 150 and all(len(value) <= 500 for _, value in fields)
    "".join(value for _, value in fields).encode()
    assert not any("\0" in value for _, value in fields)
