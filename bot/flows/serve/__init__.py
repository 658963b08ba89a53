"""What serves each mailbox: starts, replaces and stops it as the settings say."""
