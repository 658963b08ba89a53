"""Names of files that start programs, and the names that they are posted under."""

import pytest

from bot.domain.files import harmless_name, starts_program


@pytest.mark.parametrize(
    "name",
    ["a.exe", "A.EXE", "facture.pdf.js", "x.vbs", "x.lnk", "x.scr", "x.bat", "x.hta", "x.jar", "x.ps1", "x.iso",
     "x.docm", "x.xlsm", "x.exe.", "x.exe :", "x.exe:stream", "x.txt.url", "run.sh", "x.dmg"],
)  # fmt: skip
def test_what_starts_a_program_is_posted_under_a_name_that_does_not(name: str) -> None:
    assert starts_program(name)
    assert not starts_program(harmless_name(name))
    assert harmless_name(name).startswith(name[:5])


@pytest.mark.parametrize("name", ["a.pdf", "exe", "photo.jpg", "letter.docx", "x.exe.pdf", "x.tar.gz", "", "com"])
def test_other_files_keep_their_names(name: str) -> None:
    assert harmless_name(name) == name


def test_a_long_name_stays_within_its_limit() -> None:
    assert len(harmless_name("x" * 250 + ".exe")) <= 255
    assert not starts_program(harmless_name("x" * 250 + ".exe"))
