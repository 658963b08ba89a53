"""An admin vouches for a new identity: from an encrypted room only, and for one key that was shown before."""

from dataclasses import replace

from bot.domain.inputs.said import TeamMessage
from bot.domain.sentences import sentence
from bot.text.wording import say
from tests.fakes.chat import ALICE, BOB, CONFIG, ROOM
from tests.fakes.house import House
from tests.fakes.looking import answers_in, card_of, card_says, happens
from tests.fakes.writing import says

KEY = "AbCdEfGhIjKlMnOpQrStUvWxYz0123456789+/AbCdE"
OTHER = KEY[::-1]
SHOWN = "AbCd EfGh IjKl MnOp QrSt UvWx Yz01 2345 6789 +/Ab CdE"


def sealed(body: str, *, trust: str = "", encrypted: bool = True, **more: object) -> TeamMessage:
    """Written in the config room by a session that nothing speaks against, where nothing else is said."""
    said = says(body, room=CONFIG, encrypted=encrypted, sealed=True, **more)  # type: ignore[arg-type]
    return replace(said, session_trust=trust)


def en(key: str, **values: str) -> str:
    return say("en", sentence(key, **values))


async def test_the_first_word_shows_the_key_and_trusts_nobody(house: House) -> None:
    house.homeserver.identities[BOB] = KEY
    await happens(house, sealed("!trust @bob:localhost"))
    assert house.homeserver.trusted == {}
    assert SHOWN in answers_in(house)[-1]
    assert answers_in(house)[-1] == en("trust.asked", who="Bob", fingerprint=SHOWN)


async def test_the_key_that_was_shown_is_trusted_once_an_admin_repeats_it(house: House) -> None:
    house.homeserver.identities[BOB] = KEY
    await happens(house, sealed(f"!trust @bob:localhost {SHOWN}"))
    assert house.homeserver.trusted == {BOB: KEY}
    assert SHOWN in answers_in(house)[-1]
    await happens(house, sealed(f"!trust @bob:localhost {KEY}"))
    assert house.homeserver.trusted == {BOB: KEY}


async def test_another_key_than_the_one_that_was_shown_is_not_trusted(house: House) -> None:
    house.homeserver.identities[BOB] = OTHER
    await happens(house, sealed(f"!trust @bob:localhost {SHOWN}"))
    assert house.homeserver.trusted == {}
    assert OTHER[:4] in answers_in(house)[-1]


async def test_what_is_no_key_is_not_asked_for(house: House) -> None:
    house.homeserver.identities[BOB] = KEY
    await happens(house, sealed("!trust @bob:localhost please"))
    assert house.homeserver.trusted == {}
    assert answers_in(house) == [en("error.trust_key")]


async def test_a_word_in_clear_makes_nobody_trusted_and_the_cure_is_told(house: House) -> None:
    """The homeserver writes in clear whatever it likes, under anybody's name."""
    house.homeserver.identities[BOB] = KEY
    for forged in (says(f"!trust @bob:localhost {SHOWN}", room=CONFIG), says("!trust @bob:localhost", room=ROOM)):
        await happens(house, forged)
        assert answers_in(house)[-1] == en("error.only_encrypted", name="trust")
    assert house.homeserver.trusted == {}
    assert house.homeserver.shown == []


async def test_a_session_that_is_not_trusted_makes_nobody_trusted(house: House) -> None:
    """Also where the homeserver says that the room is not encrypted."""
    house.homeserver.identities[BOB] = KEY
    for trust in ("unsigned_device", "identity_changed", "foreign_session"):
        for encrypted in (True, False):
            await happens(house, sealed(f"!trust @bob:localhost {SHOWN}", trust=trust, encrypted=encrypted))
            assert answers_in(house)[-1] == en(f"error.trust.{trust}")
    assert house.homeserver.trusted == {}


async def test_only_admins_vouch_for_an_identity_and_not_for_their_own(house: House) -> None:
    house.homeserver.identities.update({ALICE: KEY, BOB: KEY})
    await happens(house, sealed(f"!trust @alice:localhost {SHOWN}", sender=BOB))
    assert answers_in(house)[-1] == en("error.admins_only")
    await happens(house, sealed(f"!trust @alice:localhost {SHOWN}"))
    assert answers_in(house)[-1] == en("error.trust_yourself")
    assert house.homeserver.trusted == {}


async def test_somebody_who_is_not_in_the_config_room_can_be_vouched_for_there(house: House) -> None:
    house.homeserver.members[CONFIG] = tuple(m for m in house.homeserver.members[CONFIG] if m.user != BOB)
    await house.close()
    await house.open()
    house.homeserver.identities[BOB] = KEY
    await happens(house, sealed(f"!trust @bob:localhost {SHOWN}"))
    assert house.homeserver.trusted == {BOB: KEY}


async def test_nothing_is_done_for_a_session_that_is_nobodys_and_the_reason_is_told(house: House) -> None:
    """A homeserver that shows bob's words as alice's gets nothing done by them, be it ever so harmless."""
    for command in ("!close", "!note x", "!spam", "!undo", "!original", "!list", "!help", "!whatever"):
        said = says(command, thread=card_of(house), encrypted=True, sealed=True)
        await happens(house, replace(said, session_trust="foreign_session"))
        (told,) = [p for p in house.homeserver.of_kind("answer") if _answered(p.relation) == said.event]
        assert en("error.trust.foreign_session") in str(told.content["body"])
    assert card_says(house)["status"] == "active"


async def test_the_right_reason_is_told_for_each_refusal(house: House) -> None:
    said = says("!reply Bonjour", thread=card_of(house), encrypted=True, sealed=True)
    for trust in ("unsigned_device", "identity_changed", "foreign_session"):
        await happens(house, replace(said, event=type(said.event)(f"$of-{trust}"), session_trust=trust))
        assert en(f"error.trust.{trust}") in answers_in(house)[-1]
    await happens(house, says("!reply Bonjour", thread=card_of(house), encrypted=True))
    assert en("error.plain_in_encrypted") in answers_in(house)[-1]
    assert house.provider.delivered == []


def _answered(relation: dict[str, object]) -> object:
    found = relation.get("m.in_reply_to")
    return found.get("event_id") if isinstance(found, dict) else None
