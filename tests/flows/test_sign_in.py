"""Somebody signs in at a provider's page in place of a password: by a code, or by an address that they paste."""

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.domain.credentials import sealed_of
from bot.domain.ids import MailboxId
from bot.domain.inputs.said import TeamMessage
from bot.domain.new_mailbox import Step
from bot.domain.servers import Security, Server, Servers, ServersFound, Source
from bot.domain.sign_in import Application, Provider, SignedIn, signed_in
from bot.flows.keep.housekeeping import Housekeeping
from bot.flows.keep.logins import SealedLogins
from bot.flows.keep.outages import Outages, Service
from bot.flows.keep.passwords import given
from storage import secrets
from tests.fakes.chat import ALICE, BOB, CONFIG
from tests.fakes.house import INSTANCE, MAILBOX, House
from tests.fakes.logged import logged
from tests.fakes.looking import happens
from tests.fakes.passwords import WORD, begins, in_files, secretly
from tests.fakes.sign_ins import ANSWER, PAGE, PROOF, REFRESH, URL, WORDS
from tests.fakes.upgrading import texts
from tests.flows.test_mailbox_add import adds, answers, open_ones, step

MICROSOFT, GOOGLE = Provider.MICROSOFT, Provider.GOOGLE
BOTH = (Application(MICROSOFT), Application(GOOGLE))
WAIT = (0.0, 6.0)
OTHER = MailboxId("info@other.example")


def found(host: str) -> ServersFound:
    one = Servers(Source.PRESET, Server(host, 993, Security.TLS), Server("smtp.example", 587, Security.STARTTLS))
    return ServersFound((one,))


async def at(house: House, provider: Provider, language: str = "en") -> None:
    """The mailbox is at this provider, and people can sign in there."""
    house.instance = replace(INSTANCE, applications=BOTH, at_providers=((MAILBOX.id, provider),), language=language)
    house.step.settings.reload(house.instance)
    words = SignedIn(provider, REFRESH).words
    house.provider.imap_password = house.provider.smtp_password = words


async def login(house: House, mailbox: MailboxId = MAILBOX.id) -> SignedIn | None:
    async with house.step.database.read() as tx:
        words = await given(tx, await house.step.settings.read(tx), house.step.vault)
    word = words.get(mailbox)
    return signed_in(word) if isinstance(word, str) else None


async def rows(house: House) -> int:
    async with house.step.database.read() as tx:
        return len(await secrets.of_mailboxes(tx))


@pytest.fixture(autouse=True)
def lines(house: House) -> Iterator[io.StringIO]:
    with logged() as stream:
        yield stream
    for word in (REFRESH, PROOF, "given-once-2342"):
        assert word not in stream.getvalue(), "the log"
        assert in_files(house.folder, word) == [], "the database"
        said = " ".join(str(one.content) for one in house.homeserver.posted)
        assert word not in said, "the room"


async def test_a_code_is_shown_and_the_mailbox_changes_over_once_somebody_has_signed_in(house: House) -> None:
    await at(house, MICROSOFT)
    await happens(house, begins(house), seconds=WAIT)
    assert URL in texts(house)[-1] and WORDS in texts(house)[-1]
    assert house.pages.begun == [(MICROSOFT, MAILBOX.address)]
    await house.settle((60.0, 60.0))
    assert await login(house) is None
    house.pages.has_signed_in = True
    await house.settle(WAIT)
    assert await login(house) == SignedIn(MICROSOFT, REFRESH)
    assert house.provider.logins == ["imap", "smtp"]
    assert texts(house)[-1].count("✅") == 2 and "signed in to from now on" in texts(house)[-1]
    assert await house.open_calls() == 0


async def test_it_goes_on_after_a_restart(house: House) -> None:
    await at(house, MICROSOFT)
    await happens(house, begins(house), seconds=WAIT)
    await house.close()
    house.pages.has_signed_in = True
    await house.open()
    await house.settle(WAIT)
    assert await login(house) == SignedIn(MICROSOFT, REFRESH)


@pytest.mark.parametrize(
    ("code", "says"), [("denied", "was refused"), ("expired", "in time"), ("client", "oauth in config.yaml")]
)
async def test_a_sign_in_that_comes_to_nothing_says_what_to_do(house: House, code: str, says: str) -> None:
    await at(house, MICROSOFT)
    await happens(house, begins(house), seconds=WAIT)
    house.pages.refuses = code
    await house.settle(WAIT)
    assert "❌" in texts(house)[-1] and says in texts(house)[-1]
    assert "!mailbox password contact@asso.example" in texts(house)[-1]
    assert await login(house) is None and await open_ones(house) == []
    house.pages.refuses = ""
    await happens(house, begins(house), seconds=WAIT)
    assert WORDS in texts(house)[-1]


async def test_a_provider_that_is_away_is_asked_a_few_times(house: House) -> None:
    await at(house, MICROSOFT)
    house.pages.is_away = True
    await happens(house, begins(house), seconds=(0.0, 16.0, 16.0))
    assert "could not be asked" in texts(house)[-1]
    assert await open_ones(house) == []


async def test_nobody_waits_any_more_after_the_word_or_the_time(house: House) -> None:
    await at(house, MICROSOFT)
    asks = begins(house)
    await happens(house, asks, seconds=WAIT)
    await happens(house, secretly("!cancel", thread=asks.event), seconds=WAIT)
    house.pages.has_signed_in = True
    await house.settle(WAIT)
    assert await house.open_calls() == 0 and await login(house) is None
    house.pages.has_signed_in = False
    await happens(house, begins(house), seconds=WAIT)
    await house.settle((901.0, 16.0, 16.0))
    assert "in time" in texts(house)[-1]
    assert await house.open_calls() == 0


async def test_a_password_out_of_habit_is_deleted_and_not_tried(house: House) -> None:
    await at(house, MICROSOFT)
    asks, habit = begins(house), secretly(WORD)
    await happens(house, asks, habit, seconds=WAIT)
    assert house.homeserver.redacted == {habit.event}
    assert WORDS in texts(house)[-1] and house.provider.logins == []
    assert in_files(house.folder, WORD) == []


async def test_what_another_writes_is_nothing_to_it(house: House) -> None:
    await at(house, GOOGLE)
    await happens(house, begins(house), seconds=WAIT)
    await happens(house, says_now(house, "https://example.org/ is not mine"), seconds=WAIT)
    assert house.pages.given == 0 and house.homeserver.redacted == set()


async def test_google_sends_the_browser_to_an_address_that_is_pasted(house: House) -> None:
    await at(house, GOOGLE)
    asks = begins(house)
    await happens(house, asks, seconds=WAIT)
    assert PAGE in texts(house)[-1] and "127.0.0.1" in texts(house)[-1]
    wrong = secretly("http://127.0.0.1/?state=of-another&code=4", thread=asks.event)
    await happens(house, wrong, seconds=WAIT)
    assert "does not take that address" in texts(house)[-1] and PAGE in texts(house)[-1]
    right = secretly(ANSWER, thread=asks.event)
    await happens(house, right, seconds=WAIT)
    assert await login(house) == SignedIn(GOOGLE, REFRESH)
    assert house.homeserver.redacted == {wrong.event, right.event}
    assert await rows(house) == 1


async def test_an_app_password_in_its_place_is_a_password(house: House) -> None:
    await at(house, GOOGLE)
    house.provider.imap_password = house.provider.smtp_password = WORD
    await happens(house, begins(house), seconds=WAIT)
    await happens(house, secretly(WORD), seconds=(0.0, 6.0))
    async with house.step.database.read() as tx:
        words = await given(tx, await house.step.settings.read(tx), house.step.vault)
    assert words == {MAILBOX.id: WORD}


async def test_a_server_that_takes_no_sign_in_says_why_and_nothing_changes(house: House) -> None:
    await at(house, MICROSOFT)
    house.provider.smtp_password = "another"
    house.pages.has_signed_in = True
    await happens(house, begins(house), seconds=(0.0, 6.0, 6.0))
    said = texts(house)[-1]
    assert "does not take the sign-in" in said and "Authenticated SMTP" in said
    assert await login(house) is None and await rows(house) == 0


async def test_without_an_application_a_password_is_asked_for_as_ever(house: House) -> None:
    house.step.settings.reload(replace(INSTANCE, at_providers=((MAILBOX.id, MICROSOFT),)))
    await happens(house, begins(house), seconds=WAIT)
    assert "Write the new password" in texts(house)[-1]


async def test_the_words_are_french_where_the_room_is(house: House) -> None:
    await at(house, MICROSOFT, "fr")
    house.pages.has_signed_in = True
    await happens(house, begins(house), seconds=(0.0, 6.0, 6.0))
    assert "désormais" in texts(house)[-1]


async def test_a_mailbox_is_added_by_a_sign_in(house: House) -> None:
    await at(house, MICROSOFT)
    house.finder.found = found("outlook.office365.com")
    asks = adds(house)
    house.provider.imap_password = house.provider.smtp_password = SignedIn(MICROSOFT, REFRESH).words
    house.provider.folders["INBOX"].clear()
    await happens(house, asks, seconds=WAIT)
    assert WORDS in texts(house)[-1] and await step(house) is Step.PASSWORD
    house.pages.has_signed_in = True
    await house.settle((6.0, 6.0))
    assert await step(house) is Step.ROOM
    await answers(house, asks, "new", "!yes")
    assert await login(house, OTHER) == SignedIn(MICROSOFT, REFRESH)


async def test_an_early_password_is_dropped_where_none_opens_a_mailbox(house: House) -> None:
    await at(house, MICROSOFT)
    house.finder.found = found("outlook.office365.com")
    asks = adds(house)
    await happens(house, asks, secretly(WORD, thread=asks.event), seconds=WAIT)
    assert house.provider.logins == [] and await step(house) is Step.PASSWORD
    assert in_files(house.folder, WORD) == []


async def test_a_mailbox_is_added_by_a_pasted_address_and_back_begins_anew(house: House) -> None:
    await at(house, GOOGLE)
    house.finder.found = found("imap.gmail.com")
    asks = adds(house)
    house.provider.imap_password = house.provider.smtp_password = SignedIn(GOOGLE, REFRESH).words
    house.provider.folders["INBOX"].clear()
    await happens(house, asks, seconds=WAIT)
    await happens(house, secretly("http://127.0.0.1/?state=x", thread=asks.event), seconds=WAIT)
    assert "does not take that address" in texts(house)[-1] and await step(house) is Step.PASSWORD
    await happens(house, secretly(ANSWER, thread=asks.event), seconds=(0.0, 6.0))
    assert await step(house) is Step.ROOM
    house.pages.given = 0
    await happens(house, secretly("!back", thread=asks.event), seconds=WAIT)
    assert await step(house) is Step.PASSWORD and PAGE in texts(house)[-1]
    await happens(house, secretly(ANSWER, thread=asks.event), seconds=(0.0, 6.0))
    await answers(house, asks, "new", "!yes")
    assert await login(house, OTHER) == SignedIn(GOOGLE, REFRESH)


async def test_a_sign_in_that_is_refused_while_adding_is_left_for_later(house: House) -> None:
    await at(house, MICROSOFT)
    house.finder.found = found("outlook.office365.com")
    await happens(house, adds(house), seconds=WAIT)
    house.pages.refuses = "denied"
    await house.settle(WAIT)
    assert "was refused" in texts(house)[-1] and await step(house) is Step.RESTING
    house.pages.refuses, house.pages.has_signed_in = "", True
    again = adds(house)
    house.provider.imap_password = house.provider.smtp_password = SignedIn(MICROSOFT, REFRESH).words
    await happens(house, again, seconds=(0.0, 6.0, 6.0))
    assert await step(house) is Step.ROOM


async def test_other_servers_are_not_shown_what_a_provider_gave(house: House) -> None:
    await at(house, MICROSOFT)
    house.finder.found = found("outlook.office365.com")
    asks = adds(house)
    house.provider.imap_password = house.provider.smtp_password = SignedIn(MICROSOFT, REFRESH).words
    house.pages.has_signed_in = True
    await happens(house, asks, seconds=(0.0, 6.0, 6.0))
    assert await step(house) is Step.ROOM
    before = list(house.provider.logins)
    await answers(house, asks, "imap imap.elsewhere.example 993 tls")
    assert await step(house) is Step.PASSWORD and house.provider.logins == before


async def test_where_no_application_is_known_the_host_of_the_instance_is_named(house: House) -> None:
    house.finder.found = found("outlook.office365.com")
    await happens(house, adds(house), seconds=WAIT)
    assert "oauth in config.yaml" in texts(house)[-1]


async def test_a_newer_login_takes_the_place_of_the_one_before_and_a_dropped_one_does_not_come_back(
    house: House,
) -> None:
    await at(house, MICROSOFT)
    house.pages.has_signed_in = True
    await happens(house, begins(house), seconds=(0.0, 6.0, 6.0))
    (mailbox,) = house.step.settings.known.mailboxes
    id = sealed_of(mailbox.password)
    assert id is not None
    kept = SealedLogins(house.step)
    await kept.keep(id, SignedIn(MICROSOFT, "newer"))
    assert await login(house) == await kept.newest(id) == SignedIn(MICROSOFT, "newer")
    async with house.step.database.write() as tx:
        await secrets.drop(tx, id)
    await kept.keep(id, SignedIn(MICROSOFT, "newest"))
    assert await kept.newest(id) is None


def says_now(house: House, words: str) -> TeamMessage:
    return replace(secretly(words, sender=BOB), at=house.clock.now())


async def test_a_refused_login_names_the_way_back(house: House) -> None:
    await at(house, MICROSOFT)
    await Outages(house.step).went_away(Service("imap", MAILBOX.id), "credentials")
    await house.settle(WAIT)
    (told,) = [str(one.content["body"]) for one in house.homeserver.posted if one.room == CONFIG]
    assert "Sign in again" in told and "!mailbox password contact@asso.example" in told
    assert ALICE in str([one.content for one in house.homeserver.posted])


async def test_admins_are_warned_three_times_before_a_client_secret_ends(house: House) -> None:
    ends = house.clock.at.date() + timedelta(days=20)
    keeper = Housekeeping(house.step)

    async def told(days: int, secret: date = ends) -> list[str]:
        house.step.settings.reload(replace(INSTANCE, applications=(Application(MICROSOFT, secret),)))
        house.clock.at = datetime.combine(ends - timedelta(days=days), time(12), UTC)
        before = len(texts(house))
        await keeper.run_once()
        await keeper.run_once()
        await house.settle(WAIT)
        return texts(house)[before:]

    assert await told(15) == []
    (said,) = await told(14)
    assert "Microsoft" in said and ends.isoformat() in said
    assert await told(10) == []
    assert len(await told(5)) == 1, "also where nobody was there on the seventh day"
    assert len(await told(1)) == 1
    assert await told(0) == []
    assert await told(0, ends + timedelta(days=400)) == [], "a new one was made"
