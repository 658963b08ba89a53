"""Real servers on loopback for the demo and the tests, each an async context manager that leaves nothing behind."""
