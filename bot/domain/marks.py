"""Marks that our own mails carry, so that the reader of mails knows our quoted history when it comes back."""

REPLY_ABOVE_MARKER = "-- Reply above this line --"
"""A line of this form stands above quoted history where a mailbox wants it seen."""

QUOTE_CLASS = "quoted-history"
"""CSS class of the block that holds the history in our own HTML mails: it names no program."""

ABOVE = "##--##--##"
"""Stands alone on the first line of a notification: a member's answer to it is what stands above."""
