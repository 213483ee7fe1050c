"""Statistics: arrays in, named results out; no plan, no table."""
