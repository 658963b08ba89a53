"""The command `postroom`: what a person types, one file a command."""
