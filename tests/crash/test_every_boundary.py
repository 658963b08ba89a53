"""The main job, with the process killed at every boundary: before and after each call, between any two steps."""

from pathlib import Path

import pytest

from bot.domain.ids import EventId
from tests.crash.play import UNHURT, Stage, deaths, play
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


async def _play(folder: Path, kill_at: int | None) -> tuple[House, int]:
    folder.mkdir()
    house = House(folder, Boundaries(kill_at))
    return house, await play(house, (lambda _: None, *_STAGES))


@pytest.mark.timeout(900)
async def test_the_main_job_survives_a_death_at_every_boundary(tmp_path: Path) -> None:
    """No mail lost, none posted twice, no reply sent twice, one copy in Sent, each reply sent or told as unknown."""
    async for house, where in deaths(tmp_path, _play):
        _must_hold(house, where)
        if where == UNHURT:
            assert len(house.boundaries.passed) > 60
            assert await house.open_calls() == 0


@pytest.mark.parametrize("name", ["submit in data", "submit after dot"])
async def test_a_reply_that_was_under_way_is_told_as_uncertain_and_never_sent_again(tmp_path: Path, name: str) -> None:
    dry, died = await _play(tmp_path / "dry", None)
    assert died == 0
    _must_hold(dry, UNHURT)
    assert await dry.open_calls() == 0
    await dry.close()
    house, _ = await _play(tmp_path / "real", dry.boundaries.passed.index(name) + 1)

    (shown_as,) = outgoing(house)
    about = house.homeserver.current(shown_as.event)["org.postroom"]
    assert isinstance(about, dict)
    assert about["state"] in ("unknown", "sent")
    assert len(house.provider.delivered) <= 1
    await house.close()
