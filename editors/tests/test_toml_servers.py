"""Taplo and Tombi, with the settings that `goals init` writes: they accept what is right, and point
at what is wrong with words that help."""

import json
import re

import pytest

from conftest import Workspace, blocks_of_documentation

HEAD = 'title = "T"\n'
METRIC = HEAD + '[key_results.a]\ntitle = "A"\n'


def taplo(work):
    """What Taplo says of each file: line and words."""
    run = work.run("taplo", "lint", "--colors", "never", status=None)
    found = re.findall(r"^error: (.*)\n +┌─ (.*):(\d+):\d+$", run.stderr, re.M)
    said = {}
    for message, path, line in found:
        said.setdefault(path.removeprefix(f"{work.path}/"), []).append((int(line), message))
    assert bool(said) == (run.returncode != 0), run.stderr
    return said


def tombi(work):
    """What Tombi says of each file: line and words."""
    report = work.home / "tombi.json"
    run = work.run("tombi", "lint", "--offline", "--diagnostics-format", "json", "--diagnostics-file", str(report),
                   ".", status=None)
    said = {}
    for one in json.loads(report.read_text()) if report.exists() else []:
        said.setdefault(one["path"], []).append((one["range"]["start"]["line"], one["message"]))
    assert bool(said) == bool(report.exists() and said), run.stderr
    return said


SERVERS = {"taplo": taplo, "tombi": tombi}

# What is wrong, the file, its text, the line, and what each of the two says there.
PLAN, RECORDS, SETTINGS = "goals/2026-q4/x.toml", "goals/2026-q4/x.checkins.toml", "goals.toml"
MISTAKES = {
    "text for a number": (PLAN, METRIC + 'baseline = "240"\n', 4, '"240" is not of type "number"', "Float, but found String"),
    "a number for text": (PLAN, HEAD + "owner = 7\n", 2, '7 is not of type "string"', "String, but found Integer"),
    "no date of the calendar": (PLAN, HEAD + 'due = "soon"\n', 2, '"soon" is not a "date"', "LocalDate, but found String"),
    "a date with a time": (PLAN, HEAD + "due = 2026-12-01T10:00:00\n", 2, 'is not a "date"', "LocalDate, but found LocalDateTime"),
    "several owners": (PLAN, HEAD + 'owner = ["ana", "ben"]\n', 2, 'is not of type "string"', "String, but found Array"),
    "true for a reason": (PLAN, HEAD + "dropped = true\n", 2, 'true is not of type "string"', "String, but found Boolean"),
    "an unknown key": (PLAN, HEAD + "budget = 7\n", 2, "'budget' was unexpected", '"budget" is not allowed'),
    "a misspelt key": (PLAN, METRIC + "basline = 7\n", 4, "'basline' was unexpected", '"basline" is not allowed'),
    "an unknown table": (PLAN, HEAD + "[outcomes.a]\ntitle = 'A'\n", 2, "'outcomes' was unexpected", '"outcomes" is not allowed'),
    "an unknown word": (PLAN, HEAD + 'ambition = "comitted"\n', 2, '"comitted" is not one of ["aspirational","committed"]',
                        'one of ["aspirational", "committed"], but found "comitted"'),
    "an unknown kind": (PLAN, METRIC + 'kind = "treshold"\n', 4, '"treshold" is not one of ["metric","threshold"', 'found "treshold"'),
    "no title": (PLAN, 'owner = "ana"\n', 1, '"title" is a required property', '"title" is required'),
    "a key result without a title": (PLAN, HEAD + "[key_results.a]\nbaseline = 1\n", 2, '"title" is a required property',
                                     '"title" is required'),
    "an id in capitals": (PLAN, HEAD + "[key_results.Lead-Time]\ntitle = 'A'\n", 2, "'Lead-Time' was unexpected", "must match the pattern"),
    "a negative weight": (PLAN, HEAD + "weight = -1\n", 2, "-1 is less than the minimum of 0", "must be ≥ 0, but found -1"),
    "a score in percent": (PLAN, METRIC + 'kind = "milestone"\nmilestones = { beta = 30 }\n', 5, "30 is greater than the maximum of 1",
                           "must be ≤ 1, but found 30"),
    "a point on no date": (PLAN, METRIC + "plan = { 2026-1-31 = 7 }\n", 4, "'2026-1-31' was unexpected", "must match the pattern"),
    "an allowance of no rule": (PLAN, HEAD + 'allow = { missing-wy = "x" }\n', 2, "'missing-wy' was unexpected", '"missing-wy" is not allowed'),
    "an allowance without a reason": (PLAN, HEAD + "allow = { missing-why = { until = 2026-12-01 } }\n", 2,
                                      '"reason" is a required property', '"reason" is required'),
    "a verdict of one's own": (PLAN, HEAD + '[close]\ndate = 2027-01-08\nverdict = "partly"\n', 4, '"partly" is not one of',
                               '["achieved", "missed"], but found "partly"'),
    "a date without its zeros": (RECORDS, "[a]\n2026-1-5 = 3\n", 2, "'2026-1-5' was unexpected", "must match the pattern"),
    "a thirteenth month": (RECORDS, "[a]\n2026-13-05 = 3\n", 2, "'2026-13-05' was unexpected", "must match the pattern"),
    "a day that its month has not": (RECORDS, "[a]\n2026-11-31 = 3\n", 2, "'2026-11-31' was unexpected", "must match the pattern"),
    "a point on 30 February": (PLAN, METRIC + "plan = { 2026-02-30 = 7 }\n", 4, "'2026-02-30' was unexpected", "must match the pattern"),
    "a date that ends early": (RECORDS, "2026-10 = 3\n", 1, '3 is not of type "object"', "Table, but found Integer"),
    "a list of values": (RECORDS, "[a]\n2026-10-05 = [3]\n", 2, 'types "boolean", "number", "object", "string"', "Float, but found Array"),
    "confidence in percent": (RECORDS, "[a]\n2026-10-05 = { confidence = 70 }\n", 2, "70 is greater than the maximum of 10",
                              "must be ≤ 10, but found 70"),
    "confidence as a share": (RECORDS, "[a]\n2026-10-05 = { confidence = 0.7 }\n", 2, '0.7 is not of type "integer"',
                              "Integer, but found Float"),
    "a misspelt key of a record": (RECORDS, "[a]\n2026-10-05 = { valeu = 3 }\n", 2, "'valeu' was unexpected", '"valeu" is not allowed'),
    "a word for void": (RECORDS, '[a]\n2026-10-05 = { void = "yes" }\n', 2, '"yes" is not of type "boolean"', "Boolean, but found String"),
    "two records of one day": (RECORDS, "[a]\n2026-10-05 = 3\n2026-10-05 = 4\n", 3, "conflicting keys", "duplicate key"),
    "a fourteenth month of the year": (SETTINGS, "format = 1\nyear_starts = 14\n", 2, "14 is greater than the maximum of 12",
                                       "must be ≤ 12, but found 14"),
    "another format": (SETTINGS, "format = 2\n", 1, "2 is greater than the maximum of 1", "must be ≤ 1, but found 2"),
    "no format": (SETTINGS, 'name = "N"\n', 1, '"format" is a required property', '"format" is required'),
    "an unknown setting": (SETTINGS, "format = 1\n[checkins]\nevry = 7\n", 3, "'evry' was unexpected", '"evry" is not allowed'),
    "an unknown level": (SETTINGS, 'format = 1\n[check]\nlevels = { missing-why = "of" }\n', 3, '"of" is not one of ["off"', 'found "of"'),
    "a level of no rule": (SETTINGS, 'format = 1\n[check]\nlevels = { missing-wy = "off" }\n', 3, "'missing-wy' was unexpected",
                           '"missing-wy" is not allowed'),
    "one bound of two": (SETTINGS, "format = 1\n[status]\ncommitted = [1.0]\n", 3, "has less than 2 items", "at least 2"),
    "half a cycle": (SETTINGS, "format = 1\n[cycles.launch]\nstart = 2026-03-02\n", 2, '"end" is a required property', '"end" is required'),
}


@pytest.mark.parametrize("server", SERVERS)
@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_pointed_at(workspace, server, name):
    path, text, line, *words = MISTAKES[name]
    workspace.write(path, text)
    said = SERVERS[server](workspace)
    assert set(said) == {path}, said
    words = words[list(SERVERS).index(server)]
    assert any(at == line and words in message for at, message in said[path]), said
    # What Taplo says of an unknown or a missing key it says at every key of the table.
    if server == "tombi":
        assert {at for at, _ in said[path]} <= {line, line - 1}, said
    # The program itself has something to say of each of them.
    findings = json.loads(workspace.goals("check", "--format", "json", status=None).stdout)["findings"]
    assert any(found["path"] == path for found in findings), findings


def formatted(work, server):
    """Runs a server's formatter, as an editor does that formats on saving."""
    work.run(*{"taplo": ["taplo", "fmt"], "tombi": ["tombi", "format", "--offline", "."]}[server])


@pytest.mark.parametrize("server", SERVERS)
def test_what_init_writes_is_accepted_and_stays_as_it_is(empty, server):
    empty.goals("init")
    assert SERVERS[server](empty) == {}
    before = {file: file.read_text() for file in empty.path.rglob("*") if file.is_file()}
    formatted(empty, server)
    assert [file.name for file, text in before.items() if file.read_text() != text] == []


@pytest.fixture(scope="session")
def demo(tmp_path_factory):
    work = Workspace(tmp_path_factory.mktemp("demo"))
    work.goals("demo", "sample")
    work.path = work.path / "sample"
    work.goals("schema", "--write")
    work.run("git", "add", "-A")
    return work


@pytest.mark.parametrize("server", SERVERS)
def test_every_file_of_the_demo_is_accepted_and_left_as_it_is(demo, server):
    assert len(list(demo.path.glob("goals/**/*.toml"))) > 40
    assert SERVERS[server](demo) == {}
    formatted(demo, server)
    assert demo.run("git", "diff", "--stat").stdout == ""


@pytest.mark.parametrize("server", SERVERS)
def test_a_long_record_stays_on_its_line(workspace, server):
    note = "two services are still on the old pipeline, and nobody knows yet who is to move them " * 2
    record = f'[a]\n2026-10-05 = {{ value = 3, confidence = 7, note = "{note}", by = "ben" }} # read out\n2026-11-05 = 4 # too\n'
    workspace.write(RECORDS, record)
    formatted(workspace, server)
    lines = workspace.read(RECORDS).splitlines()
    assert len(lines) == 3 and lines[2] == "2026-11-05 = 4 # too", lines


# Rules on what a schema sees too.
RULES_OF_SHAPE = {
    "bad-date", "bad-id", "bad-milestones", "bad-weight", "missing-key", "not-finite", "syntax", "too-many-owners",
    "toml-1-1", "unknown-key", "unknown-key-result", "unused-allow", "wrong-type",
}

# Pages that show what is wrong on purpose, in a way that a schema sees.
REFUSED = {
    "README.md", "docs/guide/ci.md", "docs/guide/first-goal.md",
    *(f"docs/rules/{rule}.md" for rule in RULES_OF_SHAPE),
}


@pytest.mark.parametrize("server", SERVERS)
def test_every_file_that_the_documentation_shows_is_accepted(empty, server):
    places, seen = {}, {}
    for at, (page, path, text) in enumerate(blocks_of_documentation()):
        folder = f"{at:03}"
        if path == SETTINGS:
            seen[page] = seen.get(page, 0) + 1
            places[f"settings-{folder}/goals.toml"] = page
            empty.write(f"settings-{folder}/goals.toml", text)
        elif path.startswith("goals/"):
            seen[page] = seen.get(page, 0) + 1
            places[f"plans/goals/{folder}/{path}"] = page
            empty.write(f"plans/goals/{folder}/{path}", text)
    empty.write("plans/goals.toml", "format = 1\n")
    assert sum(seen.values()) > 100 and "docs/guide/goal-files.md" in seen
    refused = {}
    top = empty.path
    for folder in sorted(top.iterdir()):
        empty.path = folder
        empty.goals("schema", "--write")
        for path, said in SERVERS[server](empty).items():
            refused.setdefault(places[f"{folder.name}/{path}"], []).extend(said)
    assert set(refused) <= REFUSED, {page: said[:3] for page, said in refused.items()}
    assert {"README.md", "docs/rules/wrong-type.md", "docs/rules/unknown-key.md"} <= set(refused)
