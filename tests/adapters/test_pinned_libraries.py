"""Libraries whose private names are touched: pinned exactly, and each of those names is still there.

A name that a new release took away would show itself in the middle of a sync. Here it shows itself when the pin moves.
"""

import ast
import asyncio
import inspect
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import aioimaplib.aioimaplib as imap_library
import pytest
from nio.crypto import GroupSessionStore, Olm
from nio.store import SqliteStore

from bot.adapters.imap.protocol import Exchange, Protocol

PROJECT = Path(__file__).parents[2]
MATRIX, IMAP = PROJECT / "bot/adapters/matrix", PROJECT / "bot/adapters/imap"

NIO = {
    "_entries": "(GroupSessionStore) all sessions of a room: the library finds one by the sender's key, which may be missing",
    "_mark_device_for_unwedging": "a session begun from our side where another client says m.no_olm",
    "_olm_encrypt": "room keys and m.dummy to the devices that we chose; the library's own way chooses them itself",
}
"""What is private of matrix-nio and touched by us, and what for."""
AIOIMAPLIB = {
    imap_library.Command: {"_exception", "_reset_timer", "_timeout_callback"},
    imap_library.IMAP4ClientProtocol: {"_continuation"},
}


def attributes(folder: Path) -> Iterator[ast.Attribute]:
    for path in folder.rglob("*.py"):
        yield from (node for node in ast.walk(ast.parse(path.read_bytes())) if isinstance(node, ast.Attribute))


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


def defined(folder: Path) -> set[str]:
    """Private names of our own modules."""
    names = {node.attr for node in attributes(folder) if isinstance(node.ctx, ast.Store)}
    for path in folder.rglob("*.py"):
        tree = ast.parse(path.read_bytes())
        names |= {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    return names


@pytest.fixture
def olm(tmp_path: Path) -> Iterator[Olm]:
    store = SqliteStore("@bot:hs", "BOT", str(tmp_path), "pickle")
    yield Olm("@bot:hs", "BOT", store)
    store.database.close()


@pytest.mark.parametrize("name", ["matrix-nio", "aioimaplib"])
def test_a_library_whose_private_names_are_touched_is_pinned_exactly_and_the_locks_agree(name: str) -> None:
    wanted = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]["dependencies"]
    pins = [line for line in wanted if re.split(r"[\[=<>]", line)[0] == name]
    assert len(pins) == 1
    pin = re.sub(r"\[.*\]", "", pins[0])
    assert re.fullmatch(rf"{name}==[0-9.]+", pin)
    for lock in ("requirements.lock", "requirements-dev.lock"):
        assert f"{pin} \\" in (PROJECT / lock).read_text().splitlines()


def test_the_private_names_of_matrix_nio_that_are_touched_are_these() -> None:
    ours = defined(MATRIX)
    touched = {node.attr for node in attributes(MATRIX) if is_private(node.attr) and node.attr not in ours}
    assert touched == set(NIO)


def test_every_name_of_the_olm_machine_that_is_touched_is_still_there(olm: Olm) -> None:
    """The class stands in no page of the library's documentation: its public names may go as well."""
    touched = {node.attr for node in attributes(MATRIX) if ast.unparse(node.value) in ("self._olm", "olm")}
    assert {"_olm_encrypt", "wedged_devices", "uploaded_key_count"} <= touched
    assert {name for name in touched if not hasattr(olm, name)} == set()
    assert isinstance(olm.inbound_group_store, GroupSessionStore)
    assert dict(olm.inbound_group_store._entries) == {}


def test_the_private_methods_of_the_olm_machine_take_what_they_are_given() -> None:
    assert [*inspect.signature(Olm._olm_encrypt).parameters][1:] == [
        "session", "recipient_device", "message_type", "content",
    ]  # fmt: skip
    assert [*inspect.signature(Olm._mark_device_for_unwedging).parameters][1:] == ["sender", "sender_key"]


async def test_the_private_names_of_aioimaplib_that_are_touched_are_these_and_still_there() -> None:
    """Called, set, or put in place of the library's own: a method in the place of none would never be called."""
    command = imap_library.Command("NOOP", "A1", loop=asyncio.get_running_loop())
    for mine, theirs in ((Exchange, imap_library.Command), (Protocol, imap_library.IMAP4ClientProtocol)):
        tree = ast.parse(inspect.getsource(mine))
        names = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        names |= {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
        known = {*dir(theirs), *(vars(command) if theirs is imap_library.Command else ())}
        assert {name for name in names if is_private(name)} & known == AIOIMAPLIB[theirs]
    assert {"send", "data_received", "connection_lost"} <= {*vars(Protocol)} & {*vars(imap_library.IMAP4ClientProtocol)}
