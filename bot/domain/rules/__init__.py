"""Rules that stories and commands share."""
