"""What brings inputs: mailboxes, rooms, timers."""
