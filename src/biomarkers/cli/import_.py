"""`biomarkers import` (Clinical data): turn other people's clinical tables, or results of sarek, into sheets."""

from __future__ import annotations

from biomarkers.cli._kinds import InputMapping, InputSource, InputTable, OutputFolder, Printed
from biomarkers.settings import Sheets


def import_(
    format: str | None = None,
    source: InputSource | None = None,
    /,
    *,
    mapping: InputMapping | None = None,
    suggest: list[InputTable] | None = None,
    out: OutputFolder | None = None,
    sheets_only: bool = False,
    reading: Sheets,
) -> Printed:
    """Turn other people's clinical tables into the sheets of this program, by a declared mapping.

    Either `biomarkers import FORMAT SOURCE --out DIR` for a format whose mapping is known, or `--mapping FILE --out
    DIR` for any other table, or `--suggest FILE...`, which prints a mapping to begin with. A word that the mapping does
    not have is named with file and line, counted, and left missing; where the column must be filled it stops the
    command. Columns that look like names, birth dates or record numbers are not carried. See docs/import.md.

    Into DIR come the sheets, `import.tsv` (what was made of each column and word), `mapping.yaml` (the mapping in
    force) and `config/config.yaml`, so that DIR can be run by the workflow.

    `biomarkers import sarek OUTDIR --out DIR` makes a sample sheet of the results of nf-core/sarek instead: the somatic
    calls of each tumor, and `sarek.tsv`, which says of every VCF why it is taken or left. See docs/sarek.md.

    Args:
        format: A known format, such as cbioportal, cdisc or redcap; docs/import.md has the list.
        source: File or folder in that format.
        mapping: Mapping of tables of any other form; its paths are relative to its folder.
        suggest: Tables for which to print a mapping, made of headings and words that are known. It is a proposal: what
            a person must confirm stands in its comments.
        out: Folder to write; it must be empty, absent, or written by an earlier import.
        sheets_only: Write no config/config.yaml.
    """
    from biomarkers.clinical.imports import commands
    from biomarkers.clinical.imports import suggest as proposals
    from biomarkers.run.sarek import sheet

    commands.check_usage(format, source, mapping, suggest, out)
    if suggest:
        print(proposals.proposed(suggest), end="")
    elif mapping is not None and out is not None:
        commands.by_mapping(mapping, out, missing=reading.missing_words, sheets_only=sheets_only)
    elif format == "sarek" and source is not None and out is not None:
        sheet.write(source, out, sheets_only=sheets_only)
    elif format is not None and source is not None and out is not None:
        commands.by_format(format, source, out, missing=reading.missing_words, sheets_only=sheets_only)
