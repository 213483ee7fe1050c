"""Is everything of a run there and whole? Every problem of its files, told before hours are spent."""
