"""`python -m biomarkers` is the `biomarkers` command."""

from biomarkers.cli.app import main

if __name__ == "__main__":
    main()
