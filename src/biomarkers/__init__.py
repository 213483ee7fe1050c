"""From exome reads and clinical tables to the markers associated with response."""

__version__ = "0.1.0"
