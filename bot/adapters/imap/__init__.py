"""Reads mailboxes and acts on their folders: the ports `Inbox` and `Folders` on aioimaplib."""

from bot.adapters.imap.account import ImapAccount, ImapTimeouts
from bot.adapters.imap.folders import ImapFolders
from bot.adapters.imap.inbox import ImapInbox

__all__ = ["ImapAccount", "ImapFolders", "ImapInbox", "ImapTimeouts"]
