"""Only what the whole internet has is connected to, unless the house is one of tests."""

import ipaddress
from pathlib import Path

import pytest

from bot.accounts import finder
from bot.adapters.servers.finder import NetworkFinder
from bot.adapters.servers.network import is_public
from bot.config import parse
from bot.config.least import Least


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.1", "169.254.169.254", "172.16.0.1", "192.0.2.1", "192.168.1.1",
        "198.18.0.1", "203.0.113.7", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fc00::1",
        "fd12::1", "fec0::1", "ff02::1", "2001:db8::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::",
        "2002:0a00:0001::1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "::127.0.0.1",
    ],
)  # fmt: skip
def test_an_address_within_is_not_public(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "213.186.33.20", "2001:41d0::1", "::ffff:8.8.8.8", "2002:0808:0808::1", "64:ff9b::808:808"]
)
def test_an_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("is_open", [False, True])
def test_a_house_of_tests_may_reach_its_own_network(tmp_path: Path, is_open: bool) -> None:
    least = Least(
        "https://hs.example", "@bot:hs.example", "x", "!room:hs.example", "@a:hs.example", "data", "key" * 11, "en"
    )
    text = f"{least.as_yaml()}\nallow_insecure: {str(is_open).lower()}\n"
    made = finder(parse(text, tmp_path / "config.yaml"))
    assert isinstance(made, NetworkFinder)
    assert made.network.is_allowed(ipaddress.ip_address("127.0.0.1")) is is_open
