"""What a run is: the sheet, the config, and whether everything is there and whole."""
