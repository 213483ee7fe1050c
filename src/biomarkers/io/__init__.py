"""Files in and out: tables, YAML, records; nothing of biology."""
