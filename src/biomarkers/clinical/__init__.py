"""Clinical stage: visits, dates and scores become endpoints, PD-L1 and the cohort table."""
