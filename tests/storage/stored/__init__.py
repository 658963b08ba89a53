"""What databases hold: one stored value of each kind, and small databases of each older version."""
