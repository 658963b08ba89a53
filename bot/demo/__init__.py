"""The servers and the play of `postroom demo`; the tests and the benchmarks use the same servers."""
