"""A certificate authority that is put into `ca_file` is trusted from the next connection on."""

import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from bot.adapters.imap.connection import Connection
from bot.adapters.smtp.account import SmtpAccount
from bot.adapters.smtp.session import Session
from bot.config.trust import TrustedFile
from bot.demo.servers.certificate import make_certificate
from bot.demo.servers.dovecot import Dovecot
from bot.demo.servers.imap_server import ImapAccount as Login
from bot.ports import Unavailable
from tests.adapters.imap.conftest import account_on


@pytest.fixture
def ca_file(tmp_path: Path) -> Path:
    """It holds an authority that signed nothing here."""
    (tmp_path / "other").mkdir()
    return Path(shutil.copy(make_certificate(tmp_path / "other").certificate, tmp_path / "ca.pem"))


@pytest.mark.parametrize("security", ["tls", "starttls"])
async def test_a_new_authority_is_trusted_at_the_next_connection(
    dovecot: Dovecot, dovecot_account: Login, ca_file: Path, security: str
) -> None:
    port = dovecot.tls_port if security == "tls" else dovecot.port
    plain = account_on(dovecot, dovecot_account)
    account = replace(plain, host="localhost", port=port, security=security, trusted=TrustedFile(ca_file))  # type: ignore[arg-type]
    with pytest.raises(Unavailable, match="certificate"):
        await Connection.open(account)

    shutil.copy(dovecot.certificate.certificate, ca_file)

    (await Connection.open(account)).close()


def test_a_file_that_did_not_change_is_read_once(ca_file: Path) -> None:
    trusted = TrustedFile(ca_file)
    assert trusted() is trusted()


@pytest.mark.parametrize("content", [None, "", "-----BEGIN CERT"])
def test_what_held_until_now_holds_while_the_file_is_being_written(ca_file: Path, content: str | None) -> None:
    trusted = TrustedFile(ca_file)
    before = trusted()
    good = ca_file.read_text()
    if content is None:
        ca_file.unlink()
    else:
        ca_file.write_text(content)
    assert trusted() is before
    ca_file.write_text(good)
    os.utime(ca_file, (1, 1))
    assert trusted() is not before


async def test_a_file_that_was_never_there_is_an_outage_with_a_name(tmp_path: Path) -> None:
    missing = TrustedFile(tmp_path / "missing.pem")
    account = SmtpAccount("localhost", 9, "tls", trusted=missing)
    with pytest.raises(Unavailable, match="ca_file"):
        await Session.open(account)
