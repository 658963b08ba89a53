"""What is looked after all the time: rooms, services, leases, clocks, restores."""
