"""Burden stage: counted variants over callable megabases, with an exact interval."""
