"""`!stats` through the whole bot: words, and a picture in the same place."""

import io

from PIL import Image

from tests.fakes.chat import ROOM
from tests.fakes.house import House
from tests.fakes.looking import SENT, answers_in, card_of, happens
from tests.fakes.writing import says


def pictures(house: House) -> list[dict[str, object]]:
    return [p.content for p in house.homeserver.posted if str(p.content.get("body", "")).startswith("stats-")]


async def test_words_and_a_picture_of_what_came_and_left(house: House) -> None:
    await happens(house, says("!reply Bonjour", thread=card_of(house)), seconds=SENT)
    await happens(house, says("!stats"))
    said = answers_in(house)[-1]
    assert "1 mail left" in said and "Alice · 1" in said
    posted = pictures(house)[0]
    assert (posted["msgtype"], posted["info"]["w"]) == ("m.notice", 1200)  # type: ignore[index]
    assert str(posted["url"]).startswith("mxc://localhost/")
    (turned,) = [p for p in house.homeserver.posted if p.is_edit and "stats-" in str(p.content.get("body"))]
    assert turned.content["m.new_content"]["msgtype"] == "m.image"  # type: ignore[index]
    drawn = [file for file in house.step.blobs.folder.rglob("*") if file.is_file() and file.stat().st_size < 20_000]
    kinds = [file.read_bytes()[:8] for file in drawn]
    (png,) = [file for file, kind in zip(drawn, kinds, strict=True) if kind == b"\x89PNG\r\n\x1a\n"]
    assert Image.open(io.BytesIO(png.read_bytes())).format == "PNG"


async def test_in_an_encrypted_room_the_picture_is_encrypted_too(house: House) -> None:
    house.homeserver.encrypted.add(ROOM)
    house.step.rooms.encrypted |= {ROOM}
    await happens(house, says("!stats month", encrypted=True, sealed=True))
    (posted,) = pictures(house)[:1]
    assert "url" not in posted and "file" in posted
