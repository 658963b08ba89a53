"""From foreign bytes to a mail: in a child process, under a time and a memory limit."""

from typing import Final

HEAD: Final = 256 * 1024
"""Bytes from the beginning of a mail that its headers are read from at most."""
