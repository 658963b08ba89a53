"""What is said of a domain's records: what is wrong, and the record to publish."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.dns_records import DomainRecords, Key, Kind
from bot.domain.rules.dns_said import dns_said

SOUND = DomainRecords(
    "asso.example",
    mx=("mx1.mail.ovh.net", "mx2.mail.ovh.net"),
    spf=("v=spf1 include:mx.ovh.com ~all",),
    dmarc=("v=DMARC1; p=quarantine; rua=mailto:a@asso.example",),
    dmarc_of="asso.example",
    keys=(Key("mail", "v=DKIM1; k=rsa; p=MIGf"),),
    selectors=("mail", "default"),
)


def keys_of(found: DomainRecords) -> list[str]:
    return [one.key.removeprefix("dns.") for one in dns_said(found)]


def words_of(found: DomainRecords, place: int, name: str) -> str:
    return str(dict(dns_said(found)[place].values)[name])


def test_a_sound_domain_has_a_good_line_for_each_kind() -> None:
    assert keys_of(SOUND) == ["title", "mx", "spf", "dkim", "dmarc"]


def test_a_bare_domain_is_told_what_to_publish() -> None:
    bare = DomainRecords("asso.example", selectors=("mail",))
    assert keys_of(bare) == ["title", "mx_none", "spf_none", "dkim_none", "dmarc_none"]
    assert words_of(bare, 2, "record") == 'asso.example. TXT "v=spf1 mx ~all"'
    assert (
        words_of(bare, 4, "record") == '_dmarc.asso.example. TXT "v=DMARC1; p=none; rua=mailto:postmaster@asso.example"'
    )


def test_the_record_of_a_known_provider_names_it() -> None:
    without = replace(SOUND, mx=("spool.mail.gandi.net",), spf=())
    assert words_of(without, 2, "record") == 'asso.example. TXT "v=spf1 include:_mailcust.gandi.net ~all"'


@pytest.mark.parametrize(
    ("spf", "said"),
    [
        (("v=spf1 include:mx.ovh.com -all",), "spf"),
        (("V=SPF1 Include:mx.OVH.com ~ALL",), "spf"),
        (("v=spf1 redirect=spf.asso.example",), "spf"),
        (("v=spf1 include:mx.ovh.com ~all", "v=spf1 mx -all"), "spf_several"),
        (("v=spf1 include:mx.ovh.com all",), "spf_everybody"),
        (("v=spf1 +all include:mx.ovh.com",), "spf_everybody"),
        (("v=spf1 include:mx.ovh.com ?all",), "spf_open"),
        (("v=spf1 include:mx.ovh.com",), "spf_open"),
        (("v=spf1 a mx -all",), "spf_without_provider"),
        (("v=spf1 " + " ".join(f"include:{n}.example" for n in range(11)) + " -all",), "spf_too_long"),
        (("v=spf1 include:mx.ovh.com " + " ".join(f"ip4:192.0.2.{n}" for n in range(40)) + " -all",), "spf"),
    ],
)
def test_spf(spf: tuple[str, ...], said: str) -> None:
    assert keys_of(replace(SOUND, spf=spf))[2] == said


@pytest.mark.parametrize(
    ("dmarc", "of", "said"),
    [
        (("v=DMARC1; p=reject",), "asso.example", "dmarc"),
        (("v=DMARC1;p=none",), "asso.example", "dmarc_watches"),
        (("v=DMARC1; rua=mailto:a@b.example",), "asso.example", "dmarc_broken"),
        (("v=DMARC1; p=everything",), "asso.example", "dmarc_broken"),
        (("v=DMARC1; p=reject", "v=DMARC1; p=none"), "asso.example", "dmarc_several"),
        (("v=DMARC1; p=reject; sp=none",), "example", "dmarc_watches"),
        (("v=DMARC1; p=reject; sp=none",), "asso.example", "dmarc"),
    ],
)
def test_dmarc(dmarc: tuple[str, ...], of: str, said: str) -> None:
    assert keys_of(replace(SOUND, dmarc=dmarc, dmarc_of=of))[4] == said


def test_a_key_that_was_taken_back_is_none() -> None:
    assert keys_of(replace(SOUND, keys=(Key("mail", "v=DKIM1; p="),)))[3] == "dkim_taken_back"
    assert keys_of(replace(SOUND, keys=(Key("mail", "p="), Key("s1", "k=rsa; p=MIG"))))[3] == "dkim"


def test_a_domain_that_takes_no_mail_says_so() -> None:
    assert keys_of(replace(SOUND, mx=(), takes_no_mail=True))[1] == "mx_takes_none"


def test_what_could_not_be_asked_is_not_called_wrong() -> None:
    away = DomainRecords("asso.example", unknown=tuple(Kind))
    assert keys_of(away) == ["title", *["unknown"] * 4]


@given(
    spf=st.lists(st.text(max_size=40).map("v=spf1 ".__add__), max_size=2),
    dmarc=st.lists(st.text(max_size=40), max_size=2),
    key=st.text(max_size=40),
)
def test_whatever_stands_there_each_kind_has_one_line(spf: list[str], dmarc: list[str], key: str) -> None:
    found = replace(SOUND, spf=tuple(spf), dmarc=tuple(dmarc), keys=(Key("mail", key),))
    assert len(dns_said(found)) == 5
