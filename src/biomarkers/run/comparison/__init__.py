"""What differs between two runs, such as two data cuts of a trial, and why."""
