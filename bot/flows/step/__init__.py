"""One input, one transaction."""
