"""A dump of MySQL or PostgreSQL is read as its rows, however it is cut, and within bounds."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cli import sql_dump
from bot.cli.dumps import rows_of
from bot.cli.sql_dump import NoDump

_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30) | st.sampled_from(
    ["it's", "a\\b", "x'), ('y", "';--", "\\", "'", "''", "\n-- x\n", "\x1a\0\r\t", "); INSERT INTO `t` VALUES (1"]
)
_VALUES = st.none() | _TEXTS
_ROWS = st.lists(st.tuples(_VALUES, _VALUES), min_size=1, max_size=5)
_ESCAPES = {"\0": "\\0", "\n": "\\n", "\r": "\\r", "\x1a": "\\Z", "\\": "\\\\", "'": "\\'", '"': '\\"'}


@pytest.fixture(params=[7, 64, 1 << 20], autouse=True)
def chunk(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(sql_dump, "CHUNK", request.param)
    return iter(())


def mysql(value: str | None, *, doubled: bool = False) -> str:
    if value is None:
        return "NULL"
    if doubled:
        return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"
    return "'" + "".join(_ESCAPES.get(c, c) for c in value) + "'"


def read(text: str, tables: tuple[str, ...] = ("t",)) -> list[tuple[str, dict[str, str | None]]]:
    return [(table, dict(row)) for table, row in rows_of(io.BytesIO(text.encode()), tables)]


HEAD = """-- MySQL dump 10.13; it's
/*!40101 SET NAMES utf8mb4 */;
DROP TABLE IF EXISTS `t`;
CREATE TABLE `t` (
  `a` varchar(9) DEFAULT ';)''' COMMENT 'x`y;',
  `b b` longtext,
  PRIMARY KEY (`a`)
) ENGINE=InnoDB COMMENT='; it\\'s';
LOCK TABLES `t` WRITE;
"""


@given(_ROWS, st.booleans())
def test_every_row_comes_back_as_it_was(rows: list[tuple[str | None, str | None]], doubled: bool) -> None:
    said = ",\n".join(f"({mysql(a, doubled=doubled)},{mysql(b, doubled=doubled)})" for a, b in rows)
    text = f"{HEAD}INSERT INTO `other` VALUES ('x;y',1);\nINSERT INTO `t` VALUES {said};\nUNLOCK TABLES;\n"
    assert read(text) == [("t", {"a": a, "b b": b}) for a, b in rows]


@given(_ROWS)
def test_so_do_those_of_postgresql(rows: list[tuple[str | None, str | None]]) -> None:
    escapes = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
    rows = [tuple(v.replace("\0", "") if v else v for v in row) for row in rows]  # type: ignore[misc]

    def one(value: str | None) -> str:
        return "\\N" if value is None else "".join(escapes.get(c, c) for c in value)

    lines = "".join(f"{one(a)}\t{one(b)}\n" for a, b in rows)
    text = f'--\n-- PostgreSQL database dump\n--\n\nCOPY public.other (x) FROM stdin;\n1\n\\.\n\nCOPY public.t (a, "b b") FROM stdin;\n{lines}\\.\n\n'
    assert read(text) == [("t", {"a": a, "b b": b}) for a, b in rows]


@given(st.binary(max_size=300))
def test_any_bytes_end_in_rows_or_in_a_refusal(raw: bytes) -> None:
    for text in (raw, b"INSERT INTO `t` VALUES (" + raw, HEAD.encode() + raw, b"PostgreSQL database dump\n" + raw):
        try:
            list(rows_of(io.BytesIO(text), ("t",)))
        except NoDump:
            pass


def test_columns_may_be_named_and_values_have_several_forms() -> None:
    text = "INSERT INTO `t` (`b`, `a`) VALUES (0x6869,_binary 'x'),(-1.5e3 , 'O''K' );\n"
    assert read(text) == [("t", {"b": "hi", "a": "x"}), ("t", {"b": "-1.5e3", "a": "O'K"})]


def test_a_value_that_is_too_long_is_none_and_the_next_one_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sql_dump, "MOST_VALUE", 100)
    text = f"INSERT INTO `t` (`a`,`b`) VALUES ('{'x' * 5000}\\'{'y' * 99}','1'),('2','3');"
    assert read(text) == [("t", {"a": None, "b": "1"}), ("t", {"a": "2", "b": "3"})]


@pytest.mark.parametrize(
    "text",
    [
        "INSERT INTO `t` VALUES ('a",
        "INSERT INTO `t` VALUES (1,2",
        "INSERT INTO `t` VALUES (1) x",
        "CREATE TABLE `t` (`a` int",
    ],
)
def test_a_dump_that_is_cut_off_is_refused(text: str) -> None:
    with pytest.raises(NoDump):
        read(text)


def test_of_postgresql_only_the_value_is_lost_that_is_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sql_dump, "MOST_VALUE", 100)
    text = (
        f"-- PostgreSQL database dump\nCOPY public.t (a, b) FROM stdin;\n{'x' * 5000}\t1\n2\t{'y' * 200}\n3\t4\n\\.\n"
    )
    assert read(text) == [("t", {"a": None, "b": "1"}), ("t", {"a": "2", "b": None}), ("t", {"a": "3", "b": "4"})]


@pytest.mark.parametrize("length", range(5, 20))
def test_no_words_end_a_table_of_postgresql(length: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sql_dump, "MOST_VALUE", 12)
    text = f"-- PostgreSQL database dump\nCOPY public.t (a) FROM stdin;\n{'x' * length}\\\\.\n2\n\\.\n"
    assert read(text) == [("t", {"a": "x" * length + "\\." if length < 10 else None}), ("t", {"a": "2"})]


def test_a_long_text_with_doubled_quotes_ends_where_it_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sql_dump, "MOST_VALUE", 1000)
    text = "INSERT INTO `t` (`a`,`b`) VALUES ('" + "it''s " * 500 + "','1'),('" + "it''s " * 50 + "','2');"
    assert read(text) == [("t", {"a": None, "b": "1"}), ("t", {"a": "it's " * 50, "b": "2"})]


def test_a_megabyte_of_escapes_is_read_in_their_length() -> None:
    text = f"INSERT INTO `t` (`a`) VALUES ('{chr(92) + 'n'}');".replace("\\n", "\\n" * 500_000)
    began = time.process_time()
    assert read(text) == [("t", {"a": "\n" * 500_000})]
    assert time.process_time() - began < 3
