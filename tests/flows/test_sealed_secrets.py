"""Passwords that were told lie sealed: another key, a look beside the bot, and for whom they are."""

from pathlib import Path

from bot.adapters.vault import KeyVault
from bot.config import Origin, Secret, parse, with_password
from bot.flows.keep.passwords import look
from bot.flows.keep.sealed_anew import seal_anew
from storage import secrets
from tests.fakes.house import INSTANCE, MAILBOX, VAULT, House
from tests.fakes.looking import happens
from tests.fakes.passwords import WORD, begins, secretly
from tests.flows.test_secrets import NEW_MARK, password_of

_CONFIG = """
matrix: {{homeserver: "http://127.0.0.1:8008", user_id: "@p:localhost", password: x, config_room: "!c:localhost"}}
admins: ["@alice:localhost"]
data_dir: {folder}
secret_key: {{env: HOME}}
mailboxes:
  - address: contact@asso.example
    name: Mon Asso
    room: "!r:localhost"
    imap: {{host: 127.0.0.1, security: none, password: old}}
    smtp: {{{smtp}host: 127.0.0.1, security: none}}
"""


async def test_another_secret_key_does_not_open_it_and_the_file_s_password_is_used(house: House) -> None:
    house.provider.imap_password = house.provider.smtp_password = WORD
    await happens(house, begins(house), secretly(WORD))
    house.step.vault = KeyVault(b"another key, also of 32 bytes...")
    assert await password_of(house) is None


async def test_with_the_former_key_it_is_sealed_anew_and_a_newer_one_stays(house: House) -> None:
    house.provider.imap_password = house.provider.smtp_password = WORD
    await happens(house, begins(house), secretly(WORD))
    new = b"another key, also of 32 bytes..."
    house.step.vault = KeyVault(new)
    await seal_anew(house.step, NEW_MARK)
    assert await password_of(house) is None, "no key opens it: it stays for when one does"
    house.step.vault = KeyVault(new, (b"a key for the tests of 32 bytes.",))
    assert await password_of(house) == WORD
    async with house.step.database.read() as tx:
        ((id, before),) = (await secrets.every(tx)).items()
    await seal_anew(house.step, NEW_MARK)
    house.step.vault = KeyVault(new)
    assert await password_of(house) == WORD
    async with house.step.database.write() as tx:
        # Somebody read it before it was sealed anew, and comes late.
        await secrets.anew(tx, id, before, KeyVault(new).close("of before", id))
    assert await password_of(house) == WORD


async def test_a_look_beside_the_bot_finds_the_password_that_holds(house: House) -> None:
    """As `check --connect` does; where there is no database yet, none is made."""
    url, nowhere_yet = f"sqlite:///{house.folder}/postroom.db", house.folder / "not" / "there.db"
    assert await look(url, INSTANCE, VAULT) == {}
    house.provider.imap_password = house.provider.smtp_password = WORD
    await happens(house, begins(house), secretly(WORD))
    assert await look(url, INSTANCE, VAULT) == {MAILBOX.id: WORD}
    assert await look(url, INSTANCE, KeyVault(b"another key, also of 32 bytes...")) == {MAILBOX.id: None}
    assert await look(f"sqlite:///{nowhere_yet}", INSTANCE, VAULT) == {}
    assert not nowhere_yet.exists()


def test_the_password_is_for_whoever_logs_in_under_the_mailbox_s_name(tmp_path: Path) -> None:
    def passwords(smtp: str) -> tuple[str, str | None]:
        text = _CONFIG.format(folder=tmp_path, smtp=smtp)
        (section,) = parse(text, tmp_path / "config.yaml").mailboxes
        given = with_password(section, Secret(WORD, Origin.HOUSE))
        return given.imap.password.reveal(), given.smtp.password.reveal() if given.smtp.password else None

    assert passwords("user: Contact@asso.example, password: old, ") == (WORD, WORD)
    assert passwords("user: relay, password: old, ") == (WORD, "old")
    assert passwords("") == (WORD, None)
