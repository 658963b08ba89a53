"""Encrypted rooms: the device's keys, who may read, and who wrote."""
