"""Comments of a MAF that name every sequenced sample, also those without a mutation."""

from __future__ import annotations

import re

LISTED = "#sequenced_samples:"
"""cBioPortal's."""
LISTS = re.compile(r"#\s*(?:sequenced_samples|tumor\.aliquots\.submitter_id)\s*:?\s*(.*)", re.IGNORECASE)
"""That comment, and GDC's with the same content."""
