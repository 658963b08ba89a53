"""Brings inputs, from mailboxes, rooms and timers."""
