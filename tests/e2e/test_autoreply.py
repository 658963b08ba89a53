"""What a mailbox answers by itself, on real servers."""

from __future__ import annotations

from tests.e2e.house import Desk, House, answer, words
from tests.e2e.letters import id_of, letter, new_id, read


async def test_it_goes_once_to_each_sender_and_comes_back_into_no_circle(house: House, own_desk: Desk) -> None:
    desk = own_desk

    async def told(text: str, *, who: str = "alice") -> str:
        by = house.bob if who == "bob" else house.alice
        event = await by.say(desk.room, text)
        return (await answer(house, desk.room, event, text)).body

    def mail(sender: str, subject: str) -> bytes:
        return letter(to=desk.address, id=new_id(), sender=sender, subject=subject)

    assert words("error.no_right") in await told("!autoreply on", who="bob")
    assert words("error.autoreply_no_text") in await told("!autoreply on")
    shown = await told("!autoreply text Bonjour {first_name},\n\nnous répondons sous *trois* jours.")
    assert "trois" in shown
    before = await house.case(desk, mail("Léa <lea@shop.example>", "Avant"))
    switched = await told("!autoreply on")
    assert desk.address in switched and words("autoreply.on") in switched

    case = await house.case(desk, first := mail("Nora Petit <nora@shop.example>", "Une commande"))
    left = await case.sent("Auto: Une commande")
    assert (left.sender, list(left.recipients)) == ("<>", ["nora@shop.example"])
    sent = read(left.raw)
    assert (sent["Auto-Submitted"], sent["In-Reply-To"]) == ("auto-replied", f"<{id_of(first)}>")
    body = sent.get_body(("plain",))
    assert body is not None and "Bonjour Nora," in body.get_content()
    await house.wait(desk.room, lambda e: e.thread == case.thread and "nora@shop.example" in e.body, "its line")
    await case.card("status", "active")

    # A robot that answers it opens nothing new that is answered, and its sender has had one today.
    again = await house.case(desk, mail("Nora Petit <nora@shop.example>", "Encore une"))
    robot = b"Auto-Submitted: auto-replied\r\n" + mail("Robot <robot@shop.example>", "Auto: Absent")
    other = await house.case(desk, robot)
    assert words("autoreply.off") in await told("!autoreply off")
    last = await house.case(desk, mail("Paul <paul@shop.example>", "Après"))
    await last.nothing_left("Auto: Après")
    subjects = [str(read(one.raw)["Subject"]) for one in house.sink.received if desk.address.encode() in one.raw]
    assert [one for one in subjects if one.startswith("Auto:")] == ["Auto: Une commande"]
    assert before.number < case.number < again.number < other.number
