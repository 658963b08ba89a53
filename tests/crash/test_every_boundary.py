"""The main job, with the process killed at every boundary: before and after each call, between any two steps."""

import contextlib
from pathlib import Path

import pytest

from bot.domain.ids import EventId
from tests.crash.play import Stage, play
from tests.fakes.boundaries import Boundaries
from tests.fakes.house import House
from tests.fakes.looking import answers_in, outgoing
from tests.fakes.mail import id_of
from tests.fakes.writing import mail, posts, reacts, reads, says


def _mails_come(house: House) -> None:
    house.provider.deliver(mail(id="a1@example.org", subject="Adhésion", file=b"%PDF-1.4 x"))
    house.provider.deliver(mail(id="a2@example.org", subject="Re: Adhésion", reply_to="a1@example.org"))
    house.provider.deliver(mail(id="b1@example.org", subject="Win", sender="x <x@spam.example>"))


def _the_team_works(house: House) -> None:
    adhesion, spam = _cards(house)
    house.homeserver.happens(reacts("✋", adhesion))
    house.homeserver.happens(says("!note entre nous", thread=adhesion))
    house.homeserver.happens(reads(house.homeserver.of_kind("mail")[-1].event))
    house.homeserver.happens(reads(next(p.event for p in house.homeserver.of_kind("mail") if "a2@" in str(p.ours))))
    house.homeserver.files["mxc://localhost/form.pdf"] = b"%PDF-1.4 a form"
    house.homeserver.happens(posts("form.pdf", 15, thread=adhesion))
    house.homeserver.happens(says("!attach", thread=adhesion))
    house.homeserver.happens(says("!reply Bonjour, **oui**.", thread=adhesion))
    house.homeserver.happens(reacts("🚫", spam))


def _the_answer_comes(house: House) -> None:
    house.homeserver.happens(says("!search entre adhesion*"))
    house.homeserver.happens(says('!search "entre nous"'))
    for _, _, raw in house.provider.delivered[:1]:
        house.provider.deliver(mail(id="a3@example.org", subject="Re: Adhésion", reply_to=id_of(raw)))


_STAGES: tuple[Stage, ...] = (_mails_come, _the_team_works, _the_answer_comes)


def _cards(house: House) -> list[EventId]:
    return [p.event for p in house.homeserver.of_kind("conversation")]


def _must_hold(house: House, where: str) -> None:
    room = house.homeserver
    shown = [(str(p.ours["direction"]), str(p.ours["message_id"])) for p in room.of_kind("mail")]
    arrived = sorted(m for d, m in shown if d == "in" and m != "a3@example.org")
    assert arrived == ["a1@example.org", "a2@example.org", "b1@example.org"], where
    assert len(shown) == len(set(shown)), f"{where}: a mail was posted twice: {shown}"
    assert len(_cards(house)) == 2, f"{where}: {len(_cards(house))} cards"
    assert len(room.of_kind("attachment")) == 1, where
    assert len(house.provider.delivered) <= 1, f"{where}: the reply was sent {len(house.provider.delivered)} times"
    assert all(b"form.pdf" in raw for _, _, raw in house.provider.delivered), f"{where}: the file was left behind"
    (shown_as,) = outgoing(house)
    about = room.current(shown_as.event)["org.postroom"]
    assert isinstance(about, dict)
    state = about["state"]
    copies = list(house.provider.folders["Sent"])
    if state == "sent":
        assert len(house.provider.delivered) == 1, where
        assert len(copies) == 1, f"{where}: {len(copies)} copies in Sent"
        assert ("in", "a3@example.org") in shown, where
        assert ("out", about["message_id"]) in shown, where
    else:
        assert state == "unknown", f"{where}: the reply is {state}"
        said = " ".join(str(p.content.get("body")) for p in room.posted)
        assert "resend" in said, where
    (nothing, found) = [said for said in answers_in(house) if "entre" in said]
    assert "#1 " not in nothing and "#1 " in found, f"{where}: the note is found as it was kept: {found}"
    junk = [id_of(s.raw) for s in house.provider.folders["Junk"]]
    assert junk == ["b1@example.org"], where


async def _dry_run(folder: Path) -> list[str]:
    house = House(folder)
    with contextlib.ExitStack():
        assert await play(house, (lambda _: None, *_STAGES)) == 0
    _must_hold(house, "without a death")
    assert await house.open_calls() == 0
    await house.close()
    return house.boundaries.passed


@pytest.mark.timeout(900)
async def test_the_main_job_survives_a_death_at_every_boundary(tmp_path: Path) -> None:
    """No mail lost, none posted twice, no reply sent twice, one copy in Sent, each reply sent or told as unknown."""
    (tmp_path / "dry").mkdir()
    passed = await _dry_run(tmp_path / "dry")
    assert len(passed) > 60
    # Most boundaries are looks at servers that changed nothing; each that did, and every fifth of the others.
    chosen = [n for n, name in enumerate(passed, 1) if name != "sync" or n % 5 == 0]
    for kill_at in chosen:
        folder = tmp_path / str(kill_at)
        folder.mkdir()
        house = House(folder, Boundaries(kill_at))
        where = f"killed at {kill_at}, {passed[kill_at - 1]}"
        assert await play(house, (lambda _: None, *_STAGES)) == 1, where
        _must_hold(house, where)
        assert await house.open_calls() == 0, where
        await house.close()


@pytest.mark.parametrize("name", ["submit in data", "submit after dot"])
async def test_a_reply_that_was_under_way_is_told_as_uncertain_and_never_sent_again(tmp_path: Path, name: str) -> None:
    (tmp_path / "dry").mkdir()
    passed = await _dry_run(tmp_path / "dry")
    (tmp_path / "real").mkdir()
    house = House(tmp_path / "real", Boundaries(passed.index(name) + 1))
    await play(house, (lambda _: None, *_STAGES))

    (shown_as,) = outgoing(house)
    about = house.homeserver.current(shown_as.event)["org.postroom"]
    assert isinstance(about, dict)
    assert about["state"] in ("unknown", "sent")
    assert len(house.provider.delivered) <= 1
    await house.close()
