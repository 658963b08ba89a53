"""The meaning of each kind of input, one file a kind; `table.decide` is the way in."""
