"""What DNS says of a domain's mail is looked up whole, and what is not there is not taken for unknown."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.dns_records import DomainRecords, Key, Kind
from tests.adapters.servers.village import Village

DOMAIN = "asso.example"


@pytest.fixture
async def village(tmp_path: Path) -> AsyncIterator[Village]:
    async with Village.founded(tmp_path) as village:
        yield village


async def test_all_kinds_are_found(village: Village) -> None:
    village.zone |= {
        (DOMAIN, "MX"): ["20 mx2.asso.example.", "10 mx1.asso.example."],
        (DOMAIN, "TXT"): ['"some-verification=1"', '"v=spf1 include:mx.ovh.com" " ~all"'],
        (f"_dmarc.{DOMAIN}", "TXT"): ['"v=DMARC1; p=none"'],
        (f"s1._domainkey.{DOMAIN}", "CNAME"): ["s1.keys.example"],
        ("s1.keys.example", "TXT"): ['"v=DKIM1; p=MIG"'],
    }
    assert await village.finder().records(DOMAIN, ("default", "s1")) == DomainRecords(
        DOMAIN,
        mx=("mx1.asso.example", "mx2.asso.example"),
        spf=("v=spf1 include:mx.ovh.com ~all",),
        dmarc=("v=DMARC1; p=none",),
        dmarc_of=DOMAIN,
        keys=(Key("s1", "v=DKIM1; p=MIG"),),
        selectors=("default", "s1"),
    )


async def test_a_domain_without_anything_has_nothing(village: Village) -> None:
    assert await village.finder().records(DOMAIN, ("s1",)) == DomainRecords(DOMAIN, selectors=("s1",))


async def test_the_policy_of_the_domain_above_holds(village: Village) -> None:
    village.zone[f"_dmarc.{DOMAIN}", "TXT"] = ['"v=DMARC1; p=reject"']
    found = await village.finder().records(f"lists.{DOMAIN}", ())
    assert (found.dmarc_of, found.dmarc) == (DOMAIN, ("v=DMARC1; p=reject",))


async def test_a_domain_may_take_no_mail(village: Village) -> None:
    village.zone[DOMAIN, "MX"] = ["0 ."]
    found = await village.finder().records(DOMAIN, ())
    assert found.takes_no_mail and found.mx == ()


async def test_what_nobody_answers_is_unknown(village: Village) -> None:
    village.mute.add(DOMAIN)
    found = await village.finder().records(DOMAIN, ())
    assert set(found.unknown) == {Kind.MX, Kind.SPF}
