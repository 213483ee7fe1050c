"""Report stage: the tables become one page that works offline."""
