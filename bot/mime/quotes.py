"""Finds where the new words of a mail end and quoted history begins, line by line."""

REPLY_ABOVE_MARKER = "-- Reply above this line --"
"""Prefix of the marker line that our own mails carry above the quoted history; a mail's language may add words around it."""

QUOTE_CLASS = "postroom-quote"
"""CSS class of the block that holds the marker and the history in our own HTML mails."""
