"""Exit statuses of the process (sysexits.h), for whoever starts it again."""

from typing import Final

EX_DATA: Final = 65
EX_UNAVAILABLE: Final = 69
EX_SOFTWARE: Final = 70
EX_DISK: Final = 73
EX_CONFIG: Final = 78
"""Something is wrong in the configuration: services are told not to start again on it."""
