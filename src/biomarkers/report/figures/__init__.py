"""One file per figure; each function takes tables and returns an altair chart."""
