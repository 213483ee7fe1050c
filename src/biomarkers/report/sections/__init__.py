"""The sections of the page: each chooses what it shows of the tables, and captions it.

A figure is drawn by its file in `figures/`; the section that shows it says for whom, and what the test found.
"""
