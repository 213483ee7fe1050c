"""What is told of a run while it goes on and when it has ended: its jobs, what failed and why."""
