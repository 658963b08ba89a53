"""Finds the mail servers of an address: `NetworkFinder.find`."""

from bot.adapters.servers.finder import NetworkFinder
from bot.adapters.servers.network import Network

__all__ = ["Network", "NetworkFinder"]
