"""The page of methods: every rule that the code cites is there, every setting that it names can be set."""

from __future__ import annotations

import re

import pytest

from biomarkers.association import plan
from biomarkers.errors import Problems
from biomarkers.io import schemas, yamls

RULE = re.compile(r"^\* \*\*(\d+\.\d+)", re.MULTILINE)
CITED = re.compile(r"methods\.md, (\d+\.\d+(?:(?:,| and| to) \d+\.\d+)*)")
BLOCKS = ("burden", "endpoints", "pdl1", "calling", "reference", "reads", "annotation", "qc")


@pytest.fixture(scope="module")
def page(project):
    return (project / "docs" / "methods.md").read_text("utf-8")


def test_every_rule_has_one_number(page):
    numbers = RULE.findall(page)
    assert len(numbers) == len(set(numbers)) > 60
    sections = [[int(n.split(".")[1]) for n in numbers if n.startswith(f"{section}.")] for section in range(1, 14)]
    assert all(found == list(range(1, len(found) + 1)) for found in sections)


def test_every_rule_that_is_cited_is_on_the_page(project, page):
    sources = [*(project / "src").rglob("*.py"), *(project / "src").rglob("*.toml"), *(project / "src").rglob("*.yaml")]
    cited = {
        (path.name, number)
        for path in sources
        for text in CITED.findall(path.read_text("utf-8"))
        for number in re.findall(r"\d+\.\d+", text)
    }
    assert {pair for pair in cited if pair[1] not in RULE.findall(page)} == set()


def test_every_setting_that_it_names_can_be_set(page):
    def has(block, keys):
        for key in keys:
            if key not in block.get("properties", {}):
                return False
            block = block["properties"][key]
        return True

    named = set(re.findall(rf"`((?:{'|'.join(BLOCKS)})(?:\.[a-z0-9_]+)+)", page))
    assert len(named) > 30
    assert {name for name in named if not has(schemas.load("config"), name.split("."))} == set()


def test_paths_that_the_docs_name_exist(project):
    for path in [*(project / "docs").glob("*.md"), project / "README.md", project / "CONTRIBUTING.md"]:
        for named in re.findall(r"src/biomarkers/[a-z_/.]*[a-z0-9]", path.read_text("utf-8")):
            assert (project / named).exists(), f"{path.name} names {named}"


def test_the_plan_to_begin_with_is_a_right_one(project, tmp_path):
    text = (project / "docs" / "association.md").read_text("utf-8")
    (path := tmp_path / "plan.yaml").write_text(re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)[0])
    columns = ["patient", "responder", "pfs_months", "pfs_event", "tmb_per_mb", "pdl1", "sex", "age"]
    assert plan.read_plan(yamls.load(path), path, problems=(problems := Problems()), columns=columns)
    assert not problems.found


def test_links_of_the_docs_lead_somewhere(project):
    """A page that exists, and a heading of it as GitHub and its like name it."""
    for path in [*(project / "docs").glob("*.md"), *project.glob("*.md")]:
        for link in re.findall(r"\]\(((?!https?:|mailto:)[^)\s]+)\)", path.read_text("utf-8")):
            name, _, anchor = link.partition("#")
            target = path.parent / name if name else path
            assert target.exists(), f"{path.name}: {link}"
            heads = re.findall(r"^#+ (.*)$", target.read_text("utf-8"), re.MULTILINE) if anchor else []
            anchors = [re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads]
            assert not anchor or anchor in anchors, f"{path.name}: {link}"
