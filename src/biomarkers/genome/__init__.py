"""Intervals, targets, and the one vocabulary of consequences."""
