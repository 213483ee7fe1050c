"""Quality stage: what is measured of a sample beside its variants, and the verdict on it."""
