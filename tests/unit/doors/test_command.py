"""A command is described by its function alone: a new one has its doors without a word about it here."""

from __future__ import annotations

from biomarkers.cli._kinds import InputBed, InputConfig, InputMapping, InputVariants, OutputLink, OutputTable, Printed
from biomarkers.cli.app import Command as Listed
from biomarkers.doors import modules, wrappers
from biomarkers.doors.command import describe
from biomarkers.doors.project import Project, read
from biomarkers.settings import CallableBases

PROJECT = Project(package="p", version="1.2.3", licence="MIT", description="", authors=("A", "B"), url="https://x.org")


def new(
    name: str,
    /,
    *,
    beds: list[InputBed],
    variants: InputVariants | None = None,
    table: OutputTable,
    count: int = 3,
    sample: str | None = None,
    rules: CallableBases,
) -> Printed:
    """Do something new.

    At length,
    over two lines.

    Args:
        name: A word.
        beds: What is
            read.
        variants: Beside it a JSON.
        table: What is written.
        count: A number.
        sample: A sample.
    """


def described(function=new):
    return describe(function, Listed(function.__name__, "Analysis", "do"))


def test_a_command_is_described_by_its_signature_and_docstring():
    one = described()
    assert (one.summary, one.about) == ("Do something new.", "At length,\nover two lines.")
    assert [option.name for option in one.inputs] == ["beds", "variants"]
    assert [option.name for option in one.outputs] == ["table"]
    assert [option.name for option in one.parameters] == [
        "name", "count", "sample", "min_tumor_depth", "min_normal_depth",
    ]  # fmt: skip
    beds, count = one.inputs[0], one.parameters[1]
    assert (beds.flag, beds.about, beds.is_required, beds.is_list) == ("--beds", "What is read.", True, True)
    assert (count.flag, count.hint, count.is_required, count.is_list) == ("--count", int, False, False)
    assert one.parameters[0].is_placed and one.prints is not None
    assert "Fewest tumor reads over a callable base" in one.parameters[3].about


def test_its_wrapper_names_everything():
    made = wrappers.wrapper(described(), PROJECT)
    assert (
        '"count_": "--count"' in made["wrapper.py"] and '"variants_json": ("variants", ".json")' in made["wrapper.py"]
    )
    assert 'PLACED = [\n    "name",\n]' in made["wrapper.py"] and '__author__ = "A, B"' in made["wrapper.py"]
    assert 'url: "https://x.org"' in made["meta.yaml"] and "- p =1.2.3" in made["environment.yaml"]


def test_its_module_stages_everything():
    made = modules.module(described(), PROJECT)
    assert (
        "tuple val(meta), val(name), path(beds, stageAs: 'beds?/*'), path(variants, stageAs: 'variants/*')\n"
        in made["main.nf"]
    )
    assert "args =~ /--sample[= ]/ ? '' : option('--sample', meta.id)" in made["main.nf"]
    assert "emit: text" in made["main.nf"] and 'container "p:1.2.3"' in made["main.nf"]
    assert 'homepage: "https://x.org"' in made["meta.yml"]


def test_a_command_without_a_door_says_why_by_its_kinds():
    def linked(*, link: OutputLink) -> None:
        """Link."""

    def run(*, config: InputConfig) -> Printed:
        """Run."""

    def tells(run: InputConfig) -> None:
        """Tell."""

    def mapped(*, mapping: InputMapping) -> Printed:
        """Map."""

    assert "several runs share" in described(linked).why_no_wrapper and described(linked).why_no_module
    assert "makes no file" in described(tells).why_no_wrapper
    assert not described(run).why_no_wrapper and "the folder of a run" in described(run).why_no_module
    assert not described(mapped).why_no_module
    assert "option('--mapping', listed(mapping).take(1))" in modules.module(described(mapped), PROJECT)["main.nf"]


def test_the_package_is_that_of_pyproject(project, tmp_path):
    told = read(project)
    assert told.pinned == f"bioconda::{told.package}={told.version}"
    (tmp_path / "pyproject.toml").write_text(
        '[project]\nname = "x"\nversion = "2"\nlicense = "MIT"\ndescription = "d"\nauthors = [{name = "N"}]\n'
        '[project.urls]\nRepository = "https://r.org"\n'
    )
    assert read(tmp_path) == Project(
        package="x", version="2", licence="MIT", description="d", authors=("N",), url="https://r.org"
    )
