"""What each caller writes where: one record a caller in `dialects`, of the kind that `dialect` describes."""
