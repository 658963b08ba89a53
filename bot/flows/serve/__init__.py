"""Serving mailboxes: each is started, replaced and stopped as the settings say."""
