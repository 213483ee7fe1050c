"""The simulated trial, with known truth, that `make demo` runs."""
