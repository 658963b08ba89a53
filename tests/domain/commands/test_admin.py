"""`trust` and `upgrade`: cases."""

from dataclasses import replace

import pytest

from bot.domain.calls import FollowUpgrade, TrustUser
from bot.domain.house_changes import SetUpgrade
from bot.domain.ids import RoomId, UserId
from bot.domain.needs import UpgradesWaiting
from bot.domain.upgrades import RoomUpgrade, UpgradeState
from tests.domain.commands.cases import NOW, done, given, is_marked, told
from tests.fakes.chat import ALICE, BOB, CONFIG, ROOM

KEY = "AAAA BBBB CCCC DDDD EEEE FFFF GGGG HHHH IIII JJJJ KKK"
SIGNED = {"room_encrypted": True, "was_encrypted": True}
WAITING = RoomUpgrade(ROOM, RoomId("!new:localhost"), BOB, UpgradeState.ASKED, NOW)
OTHER = RoomUpgrade(CONFIG, RoomId("!new2:localhost"), BOB, UpgradeState.ASKED, NOW)


@pytest.mark.parametrize(
    ("body", "by", "why"),
    [
        ("!trust", ALICE, "error.trust_whom"),
        ("!trust @alice", ALICE, "error.trust_yourself"),
        ("!trust @nobody", ALICE, "error.trust_whom"),
        ("!trust @bob nonsense", ALICE, "error.trust_key"),
        (f"!trust @bob {KEY}", BOB, "error.admins_only"),
    ],
)
def test_what_is_no_vouching_is_told(body: str, by: UserId, why: str) -> None:
    assert told(given(body, by=by, **SIGNED)) == [why]


@pytest.mark.parametrize("body", ["!trust @bob", "!trust @bob:localhost", f"!confiance @bob {KEY}"])
def test_an_admin_vouches_by_the_key_that_was_compared(body: str) -> None:
    decision = given(body, **SIGNED)
    assert [call.user for call in done(decision) if isinstance(call, TrustUser)] == [BOB]
    assert not is_marked(decision), "the end of the call says it"


def test_in_clear_nobody_vouches() -> None:
    assert told(given("!trust @bob")) == ["error.only_encrypted"]


@pytest.mark.parametrize(
    ("body", "waiting", "why"),
    [
        ("!upgrade", (), "error.no_upgrade"),
        ("!upgrade", (WAITING, OTHER), "error.which_upgrade"),
        ("!upgrade nonsense", (WAITING,), "error.no_such_upgrade"),
        ("!upgrade", (WAITING,), None),
        ("!migrer contact@asso.example", (WAITING, OTHER), None),
        ("!upgrade config", (WAITING, OTHER), None),
    ],
)
def test_an_admin_says_which_new_room_is_right(body: str, waiting: tuple[RoomUpgrade, ...], why: str | None) -> None:
    decision = given(body, room=CONFIG, in_thread=False, knows={UpgradesWaiting: waiting})
    assert told(decision) == ([] if why is None else [why])
    kept = [change.upgrade.state for change in decision.changes if isinstance(change, SetUpgrade)]
    followed = [call for call in done(decision) if isinstance(call, FollowUpgrade)]
    assert (kept, len(followed)) == (([UpgradeState.CONFIRMED], 1) if why is None else ([], 0))
    assert not is_marked(decision)


def test_it_counts_in_the_config_room_only_and_for_admins_only() -> None:
    assert told(given("!upgrade", knows={UpgradesWaiting: (WAITING,)})) == ["error.in_config_room"]
    assert told(given("!upgrade", by=BOB, room=CONFIG, in_thread=False)) == ["error.admins_only"]
    gone = replace(WAITING, room=RoomId("!gone:localhost"))
    decided = given("!upgrade", room=CONFIG, in_thread=False, knows={UpgradesWaiting: (gone,)})
    assert told(decided) == ["error.no_upgrade"]
