"""Sign-ins and access tokens, against provider pages over TLS: refusals, outages, and tokens that change."""

from __future__ import annotations

import asyncio
from base64 import b64decode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.accounts import given_password, imap_side
from bot.adapters.imap.account import ImapAccount, ImapTimeouts
from bot.adapters.imap.folders import ImapFolders
from bot.adapters.oauth import Client, OauthPages, Tokens
from bot.adapters.oauth import pages as adapter
from bot.config import parse, smtp_account, with_password
from bot.domain.ids import SecretId
from bot.domain.sign_in import Provider, SignedIn, signed_in
from bot.ports import CredentialsRefused, SignInRefused, Unavailable, Waiting
from tests.adapters.oauth.provider import CLIENT, SECRET, FakePages
from tests.adapters.scripted import Peer, scripted
from tests.adapters.servers.village import INSIDE, Village
from tests.config.conftest import KEY, LEAST
from tests.fakes.logged import logged

MICROSOFT, GOOGLE = Provider.MICROSOFT, Provider.GOOGLE
ID = SecretId("secret")


@dataclass
class Kept:
    """The logins as the database would keep them."""

    logins: dict[SecretId, SignedIn] = field(default_factory=dict)
    is_away: bool = False

    async def newest(self, id: SecretId) -> SignedIn | None:
        return self.logins.get(id)

    async def keep(self, id: SecretId, login: SignedIn) -> None:
        if self.is_away:
            raise Unavailable("oauth", "storage")
        self.logins[id] = login


@dataclass
class World:
    village: Village
    microsoft: FakePages = field(default_factory=FakePages)
    google: FakePages = field(default_factory=lambda: FakePages(rotates=False, secret=SECRET))
    kept: Kept = field(default_factory=Kept)
    at: float = 1000.0

    @property
    def pages(self) -> OauthPages:
        clients = {MICROSOFT: Client(CLIENT), GOOGLE: Client(CLIENT, SECRET)}
        return OauthPages(self.village.network(), lambda: clients)

    @property
    def tokens(self) -> Tokens:
        return Tokens(self.pages, self.kept, lambda: self.at)

    def holds(self, provider: Provider = MICROSOFT) -> SignedIn:
        """Somebody has signed in once."""
        there = self.microsoft if provider is MICROSOFT else self.google
        there.refresh.add("refresh-0")
        self.kept.logins[ID] = SignedIn(provider, "refresh-0")
        return self.kept.logins[ID]


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with Village.founded(tmp_path) as village:
        world = World(village)
        village.at("login.microsoftonline.com", "oauth2.googleapis.com")
        await village.serve(443, world.microsoft, name="login.microsoftonline.com")
        await village.serve(443, world.google, name="oauth2.googleapis.com")
        yield world


async def test_a_device_code_is_waited_for_until_somebody_has_typed_it(world: World) -> None:
    pages = world.pages
    started = await pages.begin(MICROSOFT, "contact@asso.example")
    assert (started.url, started.words) == ("https://microsoft.com/devicelogin", "WORD1")
    path, form = world.microsoft.asked[0]
    assert path == "/common/oauth2/v2.0/devicecode"
    assert {"offline_access", "https://outlook.office.com/SMTP.Send"} <= set(form["scope"].split())
    assert await pages.look(MICROSOFT, started.proof) == Waiting(5.0)
    (device,) = world.microsoft.devices.values()
    device.state = "slow"
    assert await pages.look(MICROSOFT, started.proof) == Waiting(10.0), "slow_down holds for all that follow"
    device.state = "pending"
    assert await pages.look(MICROSOFT, started.proof) == Waiting(10.0)
    device.state = "approved"
    login = await pages.look(MICROSOFT, started.proof)
    assert isinstance(login, SignedIn) and login.refresh in world.microsoft.refresh


@pytest.mark.parametrize(("state", "code"), [("denied", "denied"), ("expired", "expired"), ("used", "expired")])
async def test_a_sign_in_that_comes_to_nothing_says_why(world: World, state: str, code: str) -> None:
    started = await world.pages.begin(MICROSOFT, "")
    world.microsoft.devices[started.proof].state = state
    with pytest.raises(SignInRefused) as refused:
        await world.pages.look(MICROSOFT, started.proof)
    assert refused.value.code == code
    assert refused.value.text.startswith("AADSTS") and "Trace" not in refused.value.text


async def test_google_is_answered_by_the_address_that_the_browser_was_sent_to(world: World) -> None:
    started = await world.pages.begin(GOOGLE, "contact@asso.example")
    fields = {key: values[0] for key, values in parse_qs(urlsplit(started.url).query).items()}
    assert started.words == "" and started.url.startswith("https://accounts.google.com/")
    assert fields["scope"] == "https://mail.google.com/" and fields["login_hint"] == "contact@asso.example"
    assert (fields["access_type"], fields["prompt"]) == ("offline", "consent")
    answer = world.google.opened(started.url)
    login = await world.pages.answered(GOOGLE, started.proof, f" <{answer[:40]}\n{answer[40:]}> ")
    assert login.refresh in world.google.refresh
    with pytest.raises(SignInRefused) as again:
        await world.pages.answered(GOOGLE, started.proof, answer)
    assert again.value.code == "expired", "a code is good once"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ("abcd efgh ijkl mnop", "not_code"),
        ("https://evil.example/?state=STATE&code=c", "not_code"),
        ("http://127.0.0.1/?state=another&code=c", "bad_answer"),
        ("http://127.0.0.1/?state=STATE", "bad_answer"),
        ("http://127.0.0.1/?state=STATE&error=access_denied", "denied"),
        ("http://[", "bad_answer"),
    ],
)
async def test_what_is_no_answer_of_this_sign_in_is_sent_nowhere(world: World, answer: str, code: str) -> None:
    started = await world.pages.begin(GOOGLE, "")
    with pytest.raises(SignInRefused) as refused:
        await world.pages.answered(GOOGLE, started.proof, answer.replace("STATE", started.proof.split(".")[0]))
    assert refused.value.code == code and not world.google.asked


async def test_an_unknown_application_is_nobodys_sign_in(world: World) -> None:
    world.microsoft.secret_is_over = True
    with pytest.raises(SignInRefused, match="client"):
        await world.pages.begin(MICROSOFT, "")
    nobody = OauthPages(world.village.network(), dict)
    with pytest.raises(SignInRefused, match="client"):
        await nobody.begin(MICROSOFT, "")


async def test_a_token_is_asked_for_once_and_again_before_it_ends(world: World) -> None:
    token = world.tokens.source(ID, world.holds())
    first, second = await asyncio.gather(token(), token())
    assert first == second and len(world.microsoft.asked) == 1
    world.at += 3600 - 301
    assert await token() == first
    world.at += 2
    assert await token() != first and len(world.microsoft.asked) == 2


async def test_a_token_that_a_server_refused_is_replaced_once_for_all_who_were_refused(world: World) -> None:
    token = world.tokens.source(ID, world.holds())
    first = await token()
    second, third = await asyncio.gather(token(first), token(first))
    assert second == third != first and await token() == second
    assert len(world.microsoft.asked) == 2


async def test_a_refresh_token_that_changes_is_kept_and_one_that_does_not_stays(world: World) -> None:
    login = world.holds()
    await world.tokens.source(ID, login)()
    assert world.kept.logins[ID] != login and world.kept.logins[ID].refresh in world.microsoft.refresh
    login = world.holds(GOOGLE)
    await world.tokens.source(ID, login)()
    assert world.kept.logins[ID] == login


async def test_a_process_that_dies_before_the_new_token_is_kept_goes_on_with_the_one_before(world: World) -> None:
    login = world.holds()
    world.kept.is_away = True
    assert await world.tokens.source(ID, login)() in world.microsoft.access
    assert world.kept.logins[ID] == login
    world.kept.is_away = False
    assert await world.tokens.source(ID, world.kept.logins[ID])() in world.microsoft.access, "the next process"


async def test_a_provider_whose_tokens_are_good_once_loses_the_mailbox_by_such_a_death_alone(world: World) -> None:
    world.microsoft.is_strict = True
    login = world.holds()
    world.kept.is_away = True
    token = world.tokens.source(ID, login)
    assert await token() in world.microsoft.access
    world.kept.is_away = False
    world.at += 4000
    assert await token() in world.microsoft.access, "in the same process the newest one is known"
    assert world.kept.logins[ID].refresh in world.microsoft.refresh, "and kept as soon as it can be"
    with pytest.raises(CredentialsRefused):
        await world.tokens.source(SecretId("other"), login)()


async def test_a_token_of_another_process_is_taken_up(world: World) -> None:
    token = world.tokens.source(ID, world.holds())
    world.microsoft.refresh = {"newer"}
    world.kept.logins[ID] = SignedIn(MICROSOFT, "newer")
    assert await token() in world.microsoft.access


async def test_a_refused_refresh_is_a_refused_login_with_the_providers_words(world: World) -> None:
    token = world.tokens.source(ID, world.holds())
    await token()
    world.microsoft.refresh.clear()
    world.at += 3500
    with pytest.raises(CredentialsRefused) as refused:
        await token()
    assert refused.value.text == "AADSTS50173: The provided grant has expired due to it being revoked."
    with pytest.raises(CredentialsRefused):
        await token()


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("503", "http_503"),
        ("429", "http_429"),
        ("html", "bad_answer"),
        ("moved", "http_302"),
        ("large", "not_understood"),
        ("silent", "timeout"),
    ],
)
async def test_a_provider_that_is_away_is_no_wrong_password(
    world: World, fault: str, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adapter, "_SECONDS", 0.5)
    token = world.tokens.source(ID, world.holds())
    first = await token()
    world.microsoft.fault = fault
    world.at += 3400
    assert await token() == first, "while it is still good the old one serves"
    world.at += 300
    with pytest.raises(Unavailable) as away:
        await token()
    assert away.value.reason == reason
    world.microsoft.fault = ""
    assert await token() != first


async def test_a_secret_that_is_over_is_the_instances_fault_and_not_the_mailboxs(world: World) -> None:
    token = world.tokens.source(ID, world.holds())
    world.microsoft.secret_is_over = True
    with pytest.raises(Unavailable) as away:
        await token()
    assert away.value.reason == "oauth_client"


async def test_a_token_page_within_our_own_network_is_not_asked(world: World) -> None:
    world.village.at("login.microsoftonline.com", address=INSIDE)
    with pytest.raises(Unavailable) as away:
        await world.tokens.source(ID, world.holds())()
    assert away.value.reason == "not_safe" and not world.microsoft.asked


async def test_a_page_without_its_certificate_gets_no_token(tmp_path: Path) -> None:
    async with Village.founded(tmp_path) as village:
        world = World(village)
        village.at("login.microsoftonline.com")
        await village.serve(443, world.microsoft, name="login.microsoftonline.com", trusted=False)
        with pytest.raises(Unavailable) as away:
            await world.tokens.source(ID, world.holds())()
        assert away.value.reason == "not_safe" and not world.microsoft.asked


async def test_no_line_of_the_log_and_no_text_of_a_value_has_a_token(world: World) -> None:
    with logged() as lines:
        login = world.holds()
        access = await world.tokens.source(ID, login)()
        world.kept.is_away = True
        world.at += 4000
        await world.tokens.source(ID, login)()
    said = lines.getvalue() + repr(login) + repr(world.kept.logins)
    assert "token_replaced" in said and access not in said and "refresh-" not in said


async def test_what_is_sealed_is_read_again_and_a_password_is_none_of_it() -> None:
    login = SignedIn(GOOGLE, "1//refresh")
    assert signed_in(login.words) == login
    for words in ("password", "", "\x02", "\x02nobody\x02x", "\x02google\x02"):
        assert signed_in(words) is None


@asynccontextmanager
async def imap(world: World) -> AsyncIterator[ImapAccount]:
    """An IMAP server that lets in who has an access token of the provider."""

    async def script(peer: Peer) -> None:
        await peer.send("* OK hi")
        while line := await peer.line():
            tag, _, command = line.partition(" ")
            if command == "CAPABILITY":
                await peer.send("* CAPABILITY IMAP4rev1 AUTH=PLAIN AUTH=XOAUTH2 SASL-IR", f"{tag} OK done")
            elif command.startswith("AUTHENTICATE XOAUTH2"):
                said = b64decode(command.split(" ")[2]).decode()
                if said.removeprefix("user=me\x01auth=Bearer ").rstrip("\x01") in world.microsoft.access:
                    await peer.send(f"{tag} OK welcome")
                    continue
                await peer.send("+ eyJzdGF0dXMiOiI0MDAifQ==")
                assert await peer.line() == ""
                await peer.send(f"{tag} NO AUTHENTICATE failed.")
            else:
                assert not command.startswith(("LOGIN", "AUTHENTICATE"))
                await peer.send(f"{tag} OK done")

    async with scripted(script) as running:
        token = world.tokens.source(ID, world.holds())
        timeouts = ImapTimeouts(connect=5, command=5, transfer=5)
        yield ImapAccount("127.0.0.1", running.port, "none", "me", token=token, timeouts=timeouts)


async def test_a_mailbox_logs_in_by_its_token_and_says_when_somebody_must_sign_in_again(world: World) -> None:
    async with imap(world) as account:
        folders = ImapFolders(account)
        await folders.check()
        await folders.close()
        world.microsoft.fault, world.at = "503", world.at + 4000
        with pytest.raises(Unavailable, match="http_503"):
            await folders.check()
        await folders.close()
        world.microsoft.fault = ""
        world.microsoft.refresh.clear()
        with pytest.raises(CredentialsRefused, match="oauth"):
            await folders.check()
        await folders.close()


async def test_what_is_sealed_says_how_both_servers_are_logged_in_to(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POSTROOM_SECRET_KEY", KEY)
    text = LEAST.replace("smtp: {host: 127.0.0.1, port: 25, security: none}", _SMTP)
    (section,) = parse(text, tmp_path / "config.yaml").mailboxes
    tokens = world.tokens
    signed = with_password(section, given_password(world.holds().words, ID, tokens))
    token = imap_side(signed, {}).token
    assert token is not None and await token() in world.microsoft.access
    to_send = smtp_account(signed).password.token
    assert to_send is not None and await to_send() in world.microsoft.access
    assert "refresh-" not in repr(signed) + repr(imap_side(signed, {}))
    plain = imap_side(with_password(section, given_password("word", ID, tokens)), {})
    assert (plain.token, plain.password) == (None, "word")


_SMTP = "smtp: {host: 127.0.0.1, port: 25, security: none, user: contact@monasso.org, password: x}"
