"""Looks after rooms, services, leases, clocks and restores, all the time."""
