"""Reads the rows that one kind of input names."""
