"""The command line: one file per subcommand; it reads, calls one function and writes."""
