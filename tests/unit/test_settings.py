"""A setting is declared once: the config's schema, the option and the rule's flag come from its field."""

from __future__ import annotations

import inspect
import re
import shlex
from importlib import import_module
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

import pytest

from biomarkers import settings
from biomarkers.cli import _command
from biomarkers.cli.app import commands, run
from biomarkers.declared import Group, Setting
from biomarkers.errors import Problems
from biomarkers.io import schemas, yamls

EVERY = [
    pytest.param(group, each, id=f"{group.__name__}.{each.name}")
    for group in settings.GROUPS
    for each in group.settings()
]
OF_COMMAND = {
    (command.name, group)
    for command in commands()
    for group in get_type_hints(getattr(import_module(f"biomarkers.cli.{command.module}"), command.module)).values()
    if isinstance(group, type) and issubclass(group, Group)
}


OF_COMMANDS = [group for group in settings.GROUPS if group.PROGRAM == "biomarkers"]


def another(each: Setting) -> Any:
    """A value that is allowed and not the default."""
    if each.is_date:
        return "2024-02-29"
    if each.choices:
        return [each.choices()[-1]]
    if get_origin(each.hint) is Literal:
        return next(value for value in get_args(each.hint) if value != each.default)
    known = {
        bool: not each.default,
        int: 7,
        float: 0.125,
        str: "a b's",
        list[str]: ["22C3", "x y"],
        list[float]: [2.5, 7.0],
        tuple[str, ...]: ["wga", "Tier1"],
    }
    return known[each.hint]


def config(*changed: tuple[Setting, Any]) -> dict[str, Any]:
    """A run's config in which these settings differ from the default."""
    given: dict[str, Any] = {}
    for each, value in changed:
        block = given
        for key in each.key[:-1]:
            block = block.setdefault(key, {})
        block[each.key[-1]] = value
    problems = Problems()
    yamls.check("config.yaml", yamls.Settings(given, {}), schemas.load("config"), problems)
    assert problems.found == []
    return yamls.with_defaults(given, schemas.load("config"))


def received(group: type[Group], words: list[str]) -> Group:
    """The group that a command with these words on its command line is called with."""
    found = []

    def command(*, rules: Any) -> None:
        """Take settings."""
        found.append(rules)

    command.__annotations__ = {"rules": group, "return": None}
    _command.call(command, [word for written in words for word in shlex.split(written)])
    return found[0]


@pytest.mark.parametrize("group", settings.GROUPS)
def test_a_group_is_taken_by_one_command_or_program_and_a_rule_gives_it(project: Path, group: type[Group]) -> None:
    takers = len([command for command, taken in OF_COMMAND if taken is group])
    assert takers >= 5 if group is settings.Sheets else takers == (group in OF_COMMANDS)
    places = [*(project / "workflow" / "rules").glob("*.smk"), project / "src" / "biomarkers" / "run" / "options.py"]
    assert f"settings.{group.__name__}" in "".join(path.read_text() for path in places)


@pytest.mark.parametrize("group", settings.GROUPS)
def test_the_default_is_that_of_the_field(group: type[Group]) -> None:
    assert received(group, []) == group()
    assert received(group, group.as_options(config())) == group.of(config())
    assert group.of(config()) == group()


@pytest.mark.parametrize(("group", "each"), EVERY)
def test_what_the_config_says_reaches_the_command(group: type[Group], each: Setting) -> None:
    value = another(each)
    changed = config((each, value))
    words = group.as_options(changed)
    assert words != group.as_options(config())
    got = getattr(received(group, words), each.name)
    assert (list(got) if isinstance(got, tuple) else got) == value != each.default


@pytest.mark.parametrize(("group", "each"), EVERY)
def test_a_setting_is_in_the_schema_and_explained_with_its_rule(
    group: type[Group], each: Setting, project: Path
) -> None:
    rule = schemas.load("config")
    for key in each.key:
        rule = rule["properties"][key]
    assert rule["default"] == (list(each.default) if isinstance(each.default, tuple) else each.default)
    assert (rule.get("minimum"), rule.get("maximum")) == (each.least, each.most) or rule.get("items")
    page = (project / "docs" / "methods.md").read_text()
    assert re.search(rf"\*\*{re.escape(each.rule)}\D", page), f"{each.name}: no rule {each.rule}"
    assert each.about.endswith(".")


def test_a_default_is_the_number_on_the_page_of_methods(project: Path) -> None:
    page = (project / "docs" / "methods.md").read_text()
    stated = dict(re.findall(r"`([a-z0-9]+\.[a-z_.]+)` \(([0-9.e-]+)[),]", page))
    every = {".".join(each.key): each.default for group in settings.GROUPS for each in group.settings()}
    numbers = {key: float(number) for key, number in stated.items() if key in every}
    assert numbers == {key: every[key] for key in numbers} and len(numbers) >= 10


def test_a_misspelt_key_gets_its_nearest_hint() -> None:
    for group in settings.GROUPS:
        for each in group.settings():
            given: Any = {each.key[-1] + "x": 1}
            for key in reversed(each.key[:-1]):
                given = {key: given}
            problems = Problems()
            yamls.check("config.yaml", yamls.Settings(given, {}), schemas.load("config"), problems)
            said = str(problems.found[0]).replace("'", "")
            if len(each.key[-1]) > 2:
                assert re.search(rf"did you mean [a-z0-9_.]*{each.key[-1]}\?", said)
            else:  # A letter or two are like everything: what is known is listed.
                assert re.search(rf"(known are .*|did you mean )\b{each.key[-1]}\b", said)


def refused(each: Setting, value: Any) -> list[str]:
    """What is said of a config in which the setting has this value."""
    given: Any = {each.key[-1]: value}
    for key in reversed(each.key[:-1]):
        given = {key: given}
    problems = Problems()
    yamls.check("config.yaml", yamls.Settings(given, {}), schemas.load("config"), problems)
    return [str(problem) for problem in problems.found]


@pytest.mark.parametrize(("group", "each"), [one for one in EVERY if one.values[1].least is not None])
def test_the_config_refuses_what_is_out_of_range(group: type[Group], each: Setting) -> None:
    several = get_origin(each.hint) is list
    least = [each.least] if several else each.least
    assert refused(each, least) == []
    for value in [each.least - 1, "low", True, float("nan"), *([] if each.most is None else [each.most + 1])]:
        said = refused(each, [value] if several else value)
        assert said and said[0].startswith(f"config.yaml: {'.'.join(each.key)}"), (value, said)


BOUNDED = [
    pytest.param(command, each, id=f"{command} --{each.option}")
    for command, group in sorted(OF_COMMAND, key=lambda pair: (pair[0], pair[1].__name__))
    for each in group.settings()
    if each.least is not None
]


@pytest.mark.parametrize(("command", "each"), BOUNDED)
def test_a_command_refuses_what_is_out_of_range(
    command: str, each: Setting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("samples").write_text("patient\tsample\tstatus\tlane\tfastq_1\nP\tT\ttumor\t1\ta.fq\n")
    function = getattr(import_module(f"biomarkers.cli.{command}"), command)
    words = [
        command,
        *(["--vcf", "a.vcf", "--tumor-sample", "auto"] if command == "variants" else []),
    ]
    for name, parameter in inspect.signature(function).parameters.items():
        kind = _command._kinds.kinds(function).get(name)
        if kind and parameter.default is parameter.empty:
            words += [f"--{name.replace('_', '-')}", name + (kind.endings[0] if kind.endings else "")]
    flag = f"--{each.option.replace('_', '-')}"
    for value in [each.least - 1, *([] if each.most is None else [each.most + 1])]:
        assert run([*words, flag, str(value)]) == 2
        assert re.search(rf"{flag} is '{value}(\.0)?'; expected a (whole )?number", capsys.readouterr().err)
