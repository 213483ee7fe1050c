"""The made-up trial, with known truth, that `make demo` runs."""
