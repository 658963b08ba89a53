"""The folders of a mailbox that are read, and what people mean by a folder's name."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.folder_list import UNCHANGED, AddedFolder, FolderChanges, Meant, kept, meant_folder, read_kept

TODAY = date(2026, 11, 28)
NAMES = (
    "INBOX",
    "INBOX.Devis 2024",
    'INBOX.Projet "Été"',
    "INBOX.Archives.2023",
    "Tout lire all",
    "Père/Fils",
    "père/fils 2",
)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("INBOX.Devis 2024", Meant(("INBOX.Devis 2024",))),
        ("inbox/devis 2024", Meant(("INBOX.Devis 2024",))),
        ("Devis 2024", Meant(("INBOX.Devis 2024",))),
        ('"Devis 2024"', Meant(("INBOX.Devis 2024",))),
        ("« Devis 2024 » tout", Meant(("INBOX.Devis 2024",), "all")),
        ("Devis 2024 new", Meant(("INBOX.Devis 2024",), "new")),
        ("Devis 2024 2026-01-31", Meant(("INBOX.Devis 2024",), "2026-01-31")),
        ("Devis 2024 31.01.2026", Meant(("INBOX.Devis 2024",), "2026-01-31")),
        ("Devis 2024 2027-01-31", Meant(())),
        ('Projet "Été"', Meant(('INBOX.Projet "Été"',))),
        ('"Projet "Été"" all', Meant(('INBOX.Projet "Été"',), "all")),
        ("projet \"e\u0301te\u0301\" nouveau", Meant(('INBOX.Projet "Été"',), "new")),
        ("archives/2023", Meant(("INBOX.Archives.2023",))),
        ("Tout lire all", Meant(("Tout lire all",))),
        ("Tout lire all all", Meant(("Tout lire all",), "all")),
        ("PÈRE/FILS", Meant(("Père/Fils",))),
        ("elsewhere", Meant(())),
        ("", Meant(())),
        ("all", Meant(())),
    ],
)  # fmt: skip
def test_a_folder_is_meant_by_its_name_in_any_letters_quotes_and_separators(written: str, meant: Meant) -> None:
    assert meant_folder(written, NAMES, TODAY) == meant


def test_where_two_may_be_meant_both_are_told() -> None:
    assert meant_folder("archives", ("Archives", "INBOX.ARCHIVES"), TODAY) == Meant(("Archives",))
    assert meant_folder("a/b", ("A.B", "A/b"), TODAY) == Meant(("A/b",))
    assert meant_folder("x.y", ("INBOX.X/Y", "INBOX/x.y"), TODAY) == Meant(("INBOX.X/Y", "INBOX/x.y"))


NAME = st.text(min_size=1, max_size=20)


@given(st.lists(NAME, min_size=1, unique=True), NAME)
def test_a_name_written_as_the_server_shows_it_means_that_folder(names: list[str], other: str) -> None:
    plain = [one for one in names if one == one.strip() and one.isprintable()]
    for one in plain:
        assert meant_folder(one, names, TODAY).names == (one,)
    meant_folder(other, names, TODAY)


@given(st.lists(st.tuples(NAME, st.sampled_from(["new", "all", "2026-01-31"]))), st.lists(NAME))
def test_what_is_kept_is_read_again(added: list[tuple[str, str]], removed: list[str]) -> None:
    changes = FolderChanges(tuple(AddedFolder(*one) for one in added), tuple(removed))
    assert read_kept(kept(changes)) == changes


def test_folders_come_and_go_above_those_of_the_settings() -> None:
    named = ("INBOX", "Contact")
    changes = UNCHANGED.with_folder("Archives", "new").without_folder("Contact")
    assert changes.of(named) == ("INBOX", "Archives")
    assert (changes.start_of("Archives"), changes.start_of("INBOX")) == ("new", None)
    back = changes.with_folder("Contact", "all")
    assert back.of(named) == ("INBOX", "Archives", "Contact")
    assert back.start_of("Contact") == "all"
    assert back.without_folder("Archives").of(named) == ("INBOX", "Contact")
    assert UNCHANGED.of(named) == named
    again = changes.with_folder("Archives", "all")
    assert again.of(named) == ("INBOX", "Archives") and again.start_of("Archives") == "all"
