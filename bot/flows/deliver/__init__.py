"""Makes the calls of the outbox, and looks after those that were interrupted."""
