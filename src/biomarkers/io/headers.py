"""The header of a table against its schema."""

from __future__ import annotations

import re
from typing import Any

from biomarkers.errors import Problem, Problems, log, nearest
from biomarkers.io import schemas

IDENTIFYING = re.compile(
    r"(?:^|[\s_.-])(?:first|last|sur|family|given|full|middle|maiden|patient|subject)[\s_.-]*name(?:$|[\s_.-])"
    r"|^names?$|(?:^|[\s_.-])initials$|birth|^d\.?o\.?b\.?$|(?:^|[\s_.-])(?:mrn|ssn|nhs)(?:$|[\s_.-])"
    r"|medical[\s_.-]*record|record[\s_.-]*(?:number|no|nr)\.?$"
    r"|^(?:e[\s_-]*mail|phone|telephone|address|street|zip|post[\s_-]*code)(?:[\s_.-]*(?:number|no|address|code))?\.?$"
    r"|^(?:(?:nach|vor|familien|patienten)?name|geburts.*|geb\.?|geb[\s_.-]*datum|anschrift|adresse|stra(?:ss|ß)e|plz"
    r"|wohnort|telefon.*|versicherten.*|date de naissance|pr[ée]nom|fecha de nacimiento)$"
    r"|姓名|身份证|电话|手机|微信|邮箱|联系方式|住址|地址|出生|生日|病历号|病案号|住院号|门诊号|就诊号|医保号",
    re.IGNORECASE,
)
"""Column names that suggest direct identifiers: names, birth dates, record numbers; in German and Chinese too."""


def check(shown: str, header: list[str], definition: dict[str, Any], problems: Problems, *, quiet: bool) -> None:
    """Add a problem for each column that must be there or must not; warn of those that may name patients."""
    properties: dict[str, Any] = definition["properties"]
    for column in schemas.absent(definition, header):
        others = [c for c in header if c not in properties]
        problems.add(Problem(shown, column, None, f"a column of that name{nearest(column, others)}", 1))
    for column in header:
        if column not in properties and definition.get("additionalProperties") is False:
            known = ", ".join(properties)
            problems.add(Problem(shown, "column", column, f"one of {known}{nearest(column, properties)}", 1))
        if not quiet and definition.get("x-patient-data") and IDENTIFYING.search(column):
            said = "%s:1: column '%s' looks like a direct identifier; remove it before sharing results"
            log.warning(said, shown, column)
