"""Finds the mail servers of an address: `find` is the whole of it."""

from bot.adapters.servers.finder import NetworkFinder

__all__ = ["NetworkFinder"]
