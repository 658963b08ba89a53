"""What every process of the bot has: log, health, metrics, the lock of its folder, its last words."""
