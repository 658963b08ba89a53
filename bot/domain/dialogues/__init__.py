"""Talks of several turns: one module for each kind, a pure state machine."""
