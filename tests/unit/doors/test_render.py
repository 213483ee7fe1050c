"""Wrappers and modules are what the commands say, byte for byte."""

from __future__ import annotations

import pytest

from biomarkers.doors import command, render
from command_examples import examples


@pytest.fixture(scope="module")
def made(project):
    return render.every(project)


def test_what_stands_in_the_project_is_what_the_commands_say(project, made):
    """`make doors` was run, nobody edited its files, and those of a command that is gone are gone."""
    there = {
        str(path.relative_to(project)): path.read_text()
        for folder in render.FOLDERS
        for path in (project / folder).rglob("*")
        if path.is_file()
    }
    assert {name for name, text in made.items() if there.get(name) != text} == set(), "run `make doors`"
    assert there.keys() == made.keys(), "run `make doors`"


def test_every_command_has_its_doors_or_says_why_not(made):
    for one in command.every():
        assert bool(one.why_no_module) != (f"modules/{one.name}/main.nf" in made), one.name


def test_the_page_of_doors_has_every_command(project):
    rows = [
        row.split(" | ") for row in (project / "docs" / "doors.md").read_text().splitlines() if row.startswith("| `")
    ]
    told = {row[0].strip("| `"): (bool(row[1].strip()), bool(row[2].strip())) for row in rows if len(row) == 4}
    assert told == {one.name: (not one.why_no_wrapper, not one.why_no_module) for one in command.every()}


def test_every_command_with_a_door_is_run_for_real(shared_data):
    """By `tests/doors`, which calls what stands in `command_examples`."""
    assert {one.name for one in command.every() if not one.why_no_wrapper} == examples(shared_data).keys()
