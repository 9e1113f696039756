"""The schemas and the program agree on the shape of files: what one refuses, the other does.

Files are made from sound ones by one change each. What JSON Schema cannot say is listed at the end, and held to
be true: once it could be said, the list has to go.
"""

import copy
import datetime
import json
import random
import tomllib

import jsonschema
import pytest

from conftest import Workspace

DAY = datetime.date

#: Rules on the shape of a file, whatever it means.
SHAPE = {"syntax", "unknown-key", "unknown-key-result", "wrong-type", "missing-key", "bad-date", "bad-id", "bad-path",
         "bad-weight", "not-finite", "too-many-owners"}


def is_of_shape(finding):
    message = finding["message"]
    if finding["rule"] == "unknown-key":
        # A key that another kind of measure has is known, and out of place.
        return message.endswith(("is not a key of a plan", "is not a key of a key result", "is not a key of a milestone",
                                 "is not a key of an initiative", "is not a key of an allowance", "is not a key of `[close]`",
                                 "is not a key of a record", "is not a key of `goals.toml`", "is not a key of a cycle",
                                 "is not a key of a team", "is not a key of a person")) or "key of `[" in message
    if finding["rule"] == "wrong-value-type":
        return message.startswith("a value is a number")
    if finding["rule"] == "unused-allow":
        return "there is no rule" in message or "is always an error" in message
    if finding["rule"] == "bad-milestones":
        return "between" in message
    return finding["rule"] in SHAPE


def written(value):
    """A value as TOML, on one line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{name(key)} = {written(inner)}" for key, inner in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(written, value)) + "]"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return value.isoformat() if hasattr(value, "isoformat") else repr(value)


def name(key):
    return key if key and all(c.isascii() and (c.isalnum() or c in "-_") for c in key) else json.dumps(key)


def file(table):
    return "".join(f"{name(key)} = {written(value)}\n" for key, value in table.items())


def as_json(value):
    """What a validator of JSON gets to see: it knows no dates."""
    if isinstance(value, dict):
        return {key: as_json(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [as_json(inner) for inner in value]
    return value.isoformat() if hasattr(value, "isoformat") else value


PLAN = {
    "title": "T", "why": "Because.", "owner": "ana", "ambition": "aspirational", "weight": 2, "tags": ["a", "b"],
    "contributes_to": ["2026/grow"], "supports": "2026/grow", "starts": DAY(2026, 10, 5), "due": DAY(2026, 12, 18),
    "draft": True, "dropped": "r", "formerly": ["old"], "continues": "2026-q3/x", "allow": {"missing-why": "r", "no-number": {"reason": "r", "until": DAY(2026, 12, 1)}},
    "key_results": {
        "a": {"title": "A", "owner": "ben", "starts": DAY(2026, 10, 6), "due": DAY(2026, 12, 1), "weight": 0.5, "unit": "min",
              "baseline": 240, "target": 1.5, "plan": {"2026-10-31": 180}, "source": "s", "formerly": ["b1"], "allow": {"no-number": "r"}},
        "b": {"title": "B", "kind": "threshold", "at_least": 1, "at_most": 2.5, "strict": False, "evaluate": "share"},
        "c-1": {"title": "C", "kind": "milestone", "milestones": {"beta": 0.3, "live": {"title": "L", "score": 1, "due": DAY(2026, 12, 1)}}},
        "d": {"title": "D", "kind": "binary", "dropped": "r"},
    },
    "initiatives": {"i": {"title": "I", "owner": "eli", "link": "l", "due": DAY(2026, 11, 15), "done": DAY(2026, 11, 12)}},
    "close": {"date": DAY(2027, 1, 8), "verdict": "achieved", "score": 0.8, "note": "n"},
}
SMART = {"title": "S", "owner": "ana", "kind": "metric", "unit": "x", "baseline": 0, "target": 10, "plan": {"2026-11-30": 60}, "source": "s"}
RECORDS = {
    "2026-10-12": {"confidence": 6, "note": "n"},
    "a": {"2026-10-05": 240, "2026-10-12": {"value": 180, "confidence": 7, "note": "n", "by": "ben", "void": True}, "2026-10-12T14:30": 1.5},
    "c-1": {"2026-10-05": "beta"},
    "d": {"2026-10-05": False},
}
SETTINGS = {
    "format": 1, "name": "N", "plans": "goals", "year_starts": 7,
    "cycles": {"launch": {"start": DAY(2026, 3, 2), "end": DAY(2026, 5, 29)}},
    "teams": {"engineering/platform": {"name": "P", "lead": "ana"}},
    "people": {"ana": {"name": "A", "emails": ["a@b.example"]}},
    "checkins": {"every": 14}, "status": {"aspirational": [0.7, 0.4], "committed": [1, 0.7], "quiet_until": 0.2},
    "history": {"planning_grace": 0, "work": True},
    "check": {"profile": "okr", "levels": {"missing-why": "off"}, "words": {"language": "en", "vague": ["x"], "except": "y"}},
    "report": {"base_url": "https://goals.example/", "repository_url": "https://example.com/goals"},
}


def paths(table, way=()):
    for key, value in table.items():
        yield (*way, key)
        if isinstance(value, dict):
            yield from paths(value, (*way, key))


def inside(table, way):
    for key in way:
        table = table[key]
    return table


#: Values of every sort. Text and dates are told apart by none who speaks JSON, so there is no change between them.
OTHERS = ["q q", 3, -1, 0.5, 1.5, 11, 400, True, DAY(2026, 11, 3), [], ["x"], [2, 1], [1, 2, 3], {}, {"zzz": 1}]


def is_text(value):
    return isinstance(value, (str, datetime.date))


def changes(sound, random_):
    """Files that differ from a sound one in one place."""
    yield copy.deepcopy(sound)
    for way in list(paths(sound)):
        *above, key = way
        old = inside(sound, way)
        for other in OTHERS:
            if is_text(old) and is_text(other) and type(old) is not type(other):
                continue
            if isinstance(old, list) and isinstance(other, DAY) or isinstance(other, DAY) and not isinstance(old, DAY):
                continue
            made = copy.deepcopy(sound)
            inside(made, above)[key] = copy.deepcopy(other)
            yield made
        made = copy.deepcopy(sound)
        del inside(made, above)[key]
        yield made
        for wrong in (key + "x", key[:-1] + key[-1].upper(), "zz_" + key, key.replace("-", "_", 1) + "_"):
            if wrong != key and wrong not in inside(sound, above):
                made = copy.deepcopy(sound)
                table = inside(made, above)
                renamed = {wrong if name == key else name: value for name, value in table.items()}
                table.clear()
                table.update(renamed)
                yield made
        if isinstance(old, dict):
            made = copy.deepcopy(sound)
            inside(made, way)[random_.choice(["budget", "ownr", "2026-1-5", "titel"])] = random_.choice([1, "x", {}])
            yield made


@pytest.fixture(scope="module")
def work(tmp_path_factory):
    return Workspace(tmp_path_factory.mktemp("agree"))


def validator(work, kind):
    schema = json.loads(work.goals("schema", kind).stdout)
    jsonschema.Draft7Validator.check_schema(schema)
    return jsonschema.Draft7Validator(schema, format_checker=jsonschema.Draft7Validator.FORMAT_CHECKER)


def findings(work):
    """The findings on shape, by path."""
    run = work.goals("check", "--format", "json", status=None)
    assert run.returncode in (0, 1), run.stderr
    said = {}
    for finding in json.loads(run.stdout)["findings"]:
        if is_of_shape(finding):
            said.setdefault(finding["path"], []).append(f"{finding['rule']}: {finding['message']}")
    return said


def judged(check, table):
    return [f"{list(error.path)}: {error.message}" for error in check.iter_errors(as_json(table))]


def is_beyond(said):
    """What a schema cannot say, and the program does."""
    words = " ".join(said)
    return (
        # Which key another makes necessary, here `note` with `score`.
        "needs a `note` that says why" in words
        # The order of two numbers, or of two dates.
        or "two numbers above 0, the higher first" in words
        or "ends before it starts" in words
        # What stands in another file.
        or "unknown-key-result" in words
        # What makes an address one of the web: a pattern could say some of it, and nobody could read it.
        or "takes an address of the web" in words
        # A folder that stays inside the workspace.
        or "bad-path" in words
    )


def disagreement(table, refused, found):
    """What the two say of a file where they differ; nothing where they agree."""
    if bool(refused) == bool(found) or found and is_beyond(found):
        return []
    return [f"{file(table)}\nschema: {refused}\nprogram: {found}\n"]


def agree(work, made, kind):
    for path, table in made.items():
        work.write(path, file(table))
        assert tomllib.loads(file(table)) == table
    check, said = validator(work, kind), findings(work)
    refused = {path: judged(check, table) for path, table in made.items()}
    wrong = [line for path, table in made.items() for line in disagreement(table, refused[path], said.get(path, []))]
    assert wrong == [], "\n".join(wrong[:5])
    count = sum(map(bool, refused.values()))
    assert len(made) / 4 < count < len(made), f"{count} of {len(made)}"


def test_on_plans(work):
    work.write("goals.toml", "format = 1\n")
    random_ = random.Random(8)
    all_ = [*changes(PLAN, random_), *changes(SMART, random_)]
    agree(work, {f"goals/2026-q4/p-{at}.toml": table for at, table in enumerate(all_)}, "plan")


def test_on_check_ins(work):
    work.write("goals.toml", "format = 1\n")
    for at, table in enumerate(changes(RECORDS, random.Random(9))):
        work.write(f"goals/2026-h2/c-{at}.toml", file(PLAN))
        work.write(f"goals/2026-h2/c-{at}.checkins.toml", file(table))
    made = {f"goals/2026-h2/c-{at}.checkins.toml": table for at, table in enumerate(changes(RECORDS, random.Random(9)))}
    agree(work, made, "checkins")


def test_on_settings(tmp_path):
    work = Workspace(tmp_path)
    check = validator(work, "workspace")
    wrong, refused, all_ = [], 0, 0
    for table in changes(SETTINGS, random.Random(10)):
        work.write("goals.toml", file(table))
        errors = judged(check, table)
        wrong += disagreement(table, errors, findings(work).get("goals.toml", []))
        refused += bool(errors)
        all_ += 1
    assert wrong == [], "\n".join(wrong[:5])
    assert all_ / 4 < refused < all_ and all_ > 300, f"{refused} of {all_}"


#: What no schema of JSON can say: the file, the text, what the program finds.
BEYOND = [
    ("goals/2026-q4/x.toml", 'title = "T"\ndue = "2026-12-01"\n', "wrong-type"),
    ("goals/2026-q4/x.toml", "title = 2026-12-01\n", "wrong-type"),
    ("goals/2026-q4/x.toml", 'title = "T"\nweight = inf\n', "not-finite"),
    ("goals/2026-q4/x.toml", 'title = "T"\nbaseline = 1e300\ntarget = 2\n', "not-finite"),
    ("goals/2026-q4/x.toml", 'title = "T"\n[key_results.a]\ntitle = "A"\nplan = { 2026-02-29 = 1 }\n', "bad-date"),
    ("goals/2026-q4/x.toml", f'title = "T"\n[key_results.{"a" * 65}]\ntitle = "A"\n', "bad-id"),
    ("goals/2026-q4/x.toml", 'title = "T"\n[close]\ndate = 2027-01-08\nverdict = "missed"\nscore = 0.5\n', "missing-key"),
    ("goals/2026-q4/x.toml", 'title = "T"\n[key_results.a]\ntitle = "A"\nkind = "binary"\ntarget = 1\n', "unknown-key"),
    ("goals/2026-q4/x.toml", 'title = "T"\n[key_results.a]\ntitle = "A"\n', "missing-baseline"),
    ("goals/2026-q4/x.checkins.toml", "[a]\n2026-02-29 = 1\n", "bad-date"),
    ("goals/2026-q4/x.checkins.toml", "[a]\n2026-10-05 = inf\n", "not-finite"),
    ("goals/2026-q4/x.checkins.toml", "[nowhere]\n2026-10-05 = 1\n", "unknown-key-result"),
    ("goals.toml", 'format = 1\nplans = "../x"\n', "bad-path"),
    ("goals.toml", 'format = 1\n[report]\nbase_url = "our intranet"\n', "wrong-type"),
    ("goals.toml", "format = 1\n[status]\ncommitted = [0.4, 0.7]\n", "wrong-type"),
    ("goals.toml", "format = 1\n[cycles.2026-q4]\nstart = 2026-01-01\nend = 2026-02-01\n", "bad-id"),
]


@pytest.mark.parametrize("case", BEYOND, ids=lambda case: case[2] + " " + case[1].splitlines()[-1])
def test_beyond_a_schema(empty, case):
    path, text, rule = case
    empty.write("goals.toml", "format = 1\n")
    empty.write(path, text)
    if path.endswith(".checkins.toml"):
        empty.write(path.replace(".checkins", ""), 'title = "T"\n[key_results.a]\ntitle = "A"\nbaseline = 1\ntarget = 2\n')
    kind = "workspace" if path == "goals.toml" else "checkins" if ".checkins." in path else "plan"
    assert judged(validator(empty, kind), tomllib.loads(text)) == []
    said = json.loads(empty.goals("check", "--format", "json", status=1).stdout)["findings"]
    assert rule in {finding["rule"] for finding in said}, said


def test_a_schema_is_stricter_in_one_thing(empty):
    """Three numbers as the id of a key result would be a date that lacks a zero."""
    empty.write("goals.toml", "format = 1\n")
    empty.write("goals/2026-q4/x.toml", file({"title": "T", "key_results": {"1-2-3": {"title": "A"}}}))
    assert findings(empty) == {}
    assert judged(validator(empty, "plan"), {"title": "T", "key_results": {"1-2-3": {"title": "A"}}})
