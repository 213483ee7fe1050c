"""nf-core/sarek: its results as a sample sheet, and what is handed to it where it runs first."""
