"""The promised shape: stages meet only at tables, modules fit one sitting, one word names a thing."""

from __future__ import annotations

import ast
import re

import pytest

from biomarkers.cli.app import commands

STAGES = ("variants", "burden", "clinical", "association", "report", "demo", "quality")
ORDER = (
    ("errors",),
    ("declared",),
    ("settings_clinical", "settings_variants"),
    ("settings",),
    ("io",),
    ("genome", "stats"),
    STAGES,
    ("run",),
    ("cli",),
    ("doors",),
)
LEVELS = {room: level for level, rooms in enumerate(ORDER) for room in rooms}


def modules(project):
    return sorted((project / "src" / "biomarkers").rglob("*.py"))


def imported(path):
    """Dotted names that a module imports from this package."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("biomarkers"):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.startswith("biomarkers"))


def test_imports_go_downwards_only(project):
    """doors -> cli -> run -> stages -> stats, genome -> io -> errors; a stage never imports another stage."""
    for path in modules(project):
        room = path.relative_to(project / "src" / "biomarkers").parts[0].removesuffix(".py")
        for name in imported(path):
            other = [*name.split("."), ""][1]
            if other in LEVELS and room in LEVELS and room != other:
                assert LEVELS[room] > LEVELS[other], f"{path} imports {name}"


@pytest.mark.parametrize("ending", ["src/**/*.py", "workflow/**/*.smk"])
def test_modules_fit_one_sitting(project, ending):
    for path in project.glob(ending):
        assert len(path.read_text().splitlines()) <= 320, path


WITHOUT_RULE = ("check", "compare", "demo", "denominator", "explain", "export", "power", "resources", "run", "status")
"""The workflow checks when it is read, before there is any rule; others make, start or read a whole run. The rules of
`denominator` make more than that, or a part of it."""


def test_one_word_names_subcommand_file_function_and_rule(project):
    rules = set()
    for path in (project / "workflow" / "rules").glob("*.smk"):
        rules |= set(re.findall(r"^rule (\w+):", path.read_text(), re.M))
    for command in commands():
        source = (project / "src" / "biomarkers" / "cli" / f"{command.module}.py").read_text()
        assert re.search(rf"^def {command.module}\(", source, re.M), command.name
        assert command.name in rules | {*WITHOUT_RULE}, f"no rule {command.name}"
    files = {path.stem for path in (project / "src" / "biomarkers" / "cli").glob("*.py")}
    assert {name for name in files if not name.startswith("_")} == {c.module for c in commands()} | {"app"}


def test_rules_call_tools_by_shell_and_have_log_and_resources(project):
    for path in (project / "workflow" / "rules").glob("*.smk"):
        text = path.read_text()
        assert not re.search(r"^\s+(script|run|notebook):", text, re.M), path
        assert not re.search(r"\bopen\(|read_text|read_bytes|import (gzip|pandas)", text), f"{path} opens a file"
        for rule in re.split(r"^(?:use )?rule ", text, flags=re.M)[1:]:
            name = rule.split(":")[0]
            assert "log:" in rule, f"{path.name}: {name} has no log"
            if " as " not in name:
                assert "mem_mb" in rule and "runtime" in rule, f"{path.name}: {name} has no resources"


def test_what_is_longer_than_a_screen_is_a_shell_file_of_its_rule(project):
    called = set()
    for path in (project / "workflow" / "rules").glob("*.smk"):
        for rule in re.split(r"^rule ", path.read_text(), flags=re.M)[1:]:
            name, shell = rule.split(":")[0], rule.split("    shell:\n")[-1]
            assert len(shell.split("\nuse rule ")[0].rstrip().splitlines()) <= 20, f"{path.name}: {name}"
            called |= {name} if f'"{name}.sh ' in shell else set()
    scripts = {file.stem for file in (project / "workflow" / "scripts").glob("*")}
    assert called | {"options", "dateless", "link", "read_groups"} == scripts


def test_the_page_of_tables_is_current(project):
    from biomarkers.io import schemas

    assert (project / "docs" / "tables.md").read_text() == schemas.as_markdown(), "run `make docs`"


OPENING = {
    "open", "read_text", "read_bytes", "write_text", "write_bytes", "touch", "symlink_to", "mkdir", "unlink", "rmdir",
    "read_csv", "read_table", "read_excel", "read_parquet", "to_parquet", "to_excel", "fdopen",
    "AlignmentFile", "VariantFile", "TabixFile", "FastaFile", "FastxFile", "BGZFile", "VCF", "Writer", "faidx",
    "tabix_index", "quickcheck", "GzipFile", "IGzipFile", "ZipFile", "TarFile", "copy2", "copyfile", "copyfileobj",
    "copytree", "rmtree", "mkstemp", "mkdtemp", "TemporaryFile", "NamedTemporaryFile", "urlopen",
    "urlretrieve", "memmap", "fromfile", "tofile", "loadtxt", "genfromtxt", "savetxt", "get_data",
    "PackageLoader", "FileSystemLoader",
}  # fmt: skip
"""Calls, by the last word of their name, that open, make or remove a file."""


LEFT = {"settings_variants.py"}
"""Settings stand below io/ and ask the package which definitions it has."""


def opened_files(source):
    """Line and name of each call in a Python text that opens, makes or removes a file."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        # The end of a pipe that nobody reads any more is no file; a table that is written into no file is a text.
        if "devnull" in ast.dump(node):
            continue
        if name in OPENING or (name in ("to_csv", "to_json") and (node.args or "path_or_buf" in ast.dump(node))):
            yield node.lineno, name


def test_only_io_opens_files(project):
    """Stages compute, a command reads, computes and writes; both do it through `io/`."""
    found = []
    for path in modules(project):
        if path.parent.name != "io" and path.name not in LEFT:
            found += [f"{path.name}:{line}: {name}" for line, name in opened_files(path.read_text())]
    for path in (project / "workflow").rglob("*.smk"):
        found += [f"{path.name}: {name}" for name in re.findall(r"\b(\w+)\(", path.read_text()) if name in OPENING]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "source",
    [
        "open(p)",
        "p.open()",
        "Path(p).read_text()",
        "gzip.open(p)",
        "frame.to_csv(p)",
        "pd.read_csv(p)",
        "pysam.VariantFile(p)",
    ],
)
def test_what_opens_a_file_is_seen(source):
    assert list(opened_files(source)) and not list(opened_files("frame.to_csv(sep=';'); text.replace('a', 'b')"))
