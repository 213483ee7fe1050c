"""Association stage: every test that the plan asks for becomes a row of the result table."""
