"""What several stages make together: endpoints, the cohort, its analysis, and how a burden came about."""
