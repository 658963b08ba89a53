"""What each kind of input means, one file a kind; `table.decide` is the way in."""
