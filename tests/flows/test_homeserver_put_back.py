"""The homeserver comes back as it was before: what it lost is posted anew, nobody's mail is lost, people are told."""

from collections import Counter

from tests.fakes.chat import CONFIG
from tests.fakes.house import House
from tests.fakes.looking import NOW, SENT, card_of, happens, mails_in
from tests.fakes.writing import mail, says


async def test_mails_of_the_gap_are_posted_anew_and_their_threads_go_on(house: House) -> None:
    before = len(house.homeserver.posted)
    for number in (2, 3):
        house.provider.deliver(mail(id=f"m{number}@example.org", sender=f"P{number} <p{number}@example.org>"))
    house.provider.deliver(mail(id="m1b@example.org", reply_to="m1@example.org", text="Encore une chose."))
    await house.settle(NOW)
    assert len(mails_in(house)) == 4
    await house.close()
    house.homeserver.put_back(before)
    await house.open()
    await house.settle(NOW)
    shown = Counter(m.ours["message_id"] for m in mails_in(house))
    assert shown == Counter({f"{name}@example.org": 1 for name in ("m1", "m2", "m3", "m1b")})
    cards = Counter(p.ours["conversation"] for p in house.homeserver.of_kind("conversation"))
    assert cards == Counter({1: 1, 2: 1, 3: 1})
    (again,) = [m for m in mails_in(house) if m.ours["message_id"] == "m1b@example.org"]
    assert all("Encore une chose" in str(again.content[part]) for part in ("body", "formatted_body"))
    told = [p for p in house.homeserver.posted if p.room == CONFIG and "homeserver was put back" in str(p.content)]
    assert len(told) == 1
    await happens(house, says("!reply Bonjour", thread=card_of(house, 3)), seconds=SENT)
    assert [to for _, to, _ in house.provider.delivered] == [("p3@example.org",)]


async def test_it_is_noticed_after_an_outage_too_and_once(house: House) -> None:
    before = len(house.homeserver.posted)
    house.provider.deliver(mail(id="m2@example.org", sender="P2 <p2@example.org>"))
    await house.settle(NOW)
    house.homeserver.put_back(before)
    await house.chat_pump.returned()
    await house.settle(NOW)
    await house.chat_pump.returned()
    await house.settle(NOW)
    assert Counter(p.ours["conversation"] for p in house.homeserver.of_kind("conversation")) == Counter({1: 1, 2: 1})
    told = [p for p in house.homeserver.posted if p.room == CONFIG and "homeserver was put back" in str(p.content)]
    assert len(told) == 1


async def test_a_homeserver_that_has_everything_is_asked_little_and_nothing_is_posted(house: House) -> None:
    before = len(house.homeserver.posted)
    await house.close()
    await house.open()
    await house.settle(NOW)
    assert [p for p in house.homeserver.posted[before:] if not p.is_edit] == []
