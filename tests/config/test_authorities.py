"""A mailbox of the house trusts what the operator lists for its servers, and nobody else can say whom."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.config import ConfigMistakes, house_section, imap_account, needs_restart, parse, smtp_account
from bot.domain.ids import MailboxId, RoomId
from bot.domain.mail_ways import MailWay, MailWays, Secured
from bot.domain.settings import MailboxSettings
from tests.config.conftest import LEAST

SYSTEM = Path("/etc/ssl/certs/ca-certificates.crt")
WAYS = MailWays(
    MailWay("mail.asso.example", 993, Secured.TLS, "a@asso.example"),
    MailWay("smtp.provider.example", 465, Secured.TLS, "a@asso.example"),
)
MAILBOX = MailboxSettings(MailboxId("a@asso.example"), "a@asso.example", "Asso", RoomId("!a:x"), ways=WAYS)


@pytest.fixture(autouse=True)
def secret_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSTROOM_SECRET_KEY", "k" * 40)


@pytest.fixture
def own(tmp_path: Path) -> Path:
    if not SYSTEM.exists():
        pytest.skip("no certificates here: apt-get install ca-certificates")
    file = tmp_path / "own.pem"
    file.write_text(SYSTEM.read_text().partition("-----END CERTIFICATE-----")[0] + "-----END CERTIFICATE-----\n")
    return file


def test_it_holds_for_the_server_that_it_names_alone_and_without_a_restart(tmp_path: Path, own: Path) -> None:
    before = parse(LEAST, tmp_path / "config.yaml")
    config = parse(LEAST + f"authorities: {{Mail.Asso.example: {own}}}\n", tmp_path / "config.yaml")
    section = house_section(MAILBOX, "x", config)
    assert section is not None
    assert imap_account(section).ca_file == own
    assert smtp_account(section).ca_file is None
    assert needs_restart(before, config) == ()
    without = house_section(MAILBOX, "x", before)
    assert without is not None and imap_account(without).ca_file is None


@pytest.mark.parametrize("written", ["missing.pem", "empty.pem"])
def test_a_file_without_certificates_is_a_mistake_with_its_key(tmp_path: Path, written: str) -> None:
    (tmp_path / "empty.pem").write_text("nothing\n")
    with pytest.raises(ConfigMistakes) as found:
        parse(LEAST + f"authorities: {{mail.asso.example: {tmp_path / written}}}\n", tmp_path / "config.yaml")
    assert found.value.mistakes[0].path.startswith("authorities")
