"""The parts of every process of the bot: log, health, metrics, the lock of its folder, its last words."""
