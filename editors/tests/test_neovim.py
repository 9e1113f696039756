"""A session in Neovim, without a screen, configured as the guide says."""

import json
import pathlib
import re
import tomllib

from conftest import GOALS, ROOT
from editor import PARENT, PLAN, RECORDS, TEXTS

HERE = pathlib.Path(__file__).parent


def played(work, session):
    """What a session told, in the configuration of the guide, with the program on the path."""
    programs, told = work.home / "bin", work.home / "told.json"
    programs.mkdir()
    (programs / "goals").symlink_to(GOALS)
    outside = work.home / "other.toml"
    outside.write_text("x = 1\n")
    work.env |= {"HERE": str(HERE), "PLAN": PLAN, "RECORDS": RECORDS, "OUTSIDE": str(outside), "TOLD": str(told),
                 "PATH": f"{programs}:{work.env['PATH']}", "TERM": "dumb"}
    work.run("nvim", "--headless", "-i", "NONE", "-u", str(HERE / "init.lua"), "-c", f"luafile {HERE / session}")
    told = json.loads(told.read_text())
    assert "trouble" not in told, told
    return told


def test_findings_and_completion_with_the_configuration_of_the_guide(northwind):
    told = played(northwind, "session.lua")
    assert told["root"] == str(northwind.path)
    # Neovim shows columns in bytes, whatever was agreed on.
    assert (told["typo"]["line"], told["typo"]["column"], told["typo"]["severity"]) == (3, 0, 1)
    assert "did you mean `owner`?" in told["typo"]["message"] or "`onwer`" in told["typo"]["message"]
    assert told["modified"] and told["elsewhere"]["line"] == 5
    assert "2026-11-21 = 150" in told["proposed"], told["proposed"]
    assert told["line"].startswith("2026-11-21 = "), told["line"]
    assert told["outside"] == 0 and told["ended"]
    assert northwind.read(PLAN) == TEXTS[PLAN]


def test_changes_are_made_and_places_found(northwind):
    told = played(northwind, "changes.lua")
    assert told["there"] == TEXTS[PARENT].splitlines()[0]
    plan, records = northwind.read(PLAN), northwind.read(RECORDS)
    assert "[key_results.merge-to-live]" in plan and 'formerly = ["lead-time"]' in plan and 'owner = "ana"' in plan
    assert "[merge-to-live]\n2026-10-05 = 240" in records
    assert northwind.goals("check", "--format", "json").returncode == 0


def test_the_guide_shows_the_configuration_that_is_tried():
    page = (ROOT / "docs/guide/editors.md").read_text(encoding="utf-8")
    [shown] = re.findall(r"^```lua\n(.*?)^```$", page, re.M | re.S)
    tried = "".join(line for line in (HERE / "init.lua").read_text().splitlines(True) if not line.startswith("--"))
    assert shown == tried


def test_the_configuration_of_helix_names_a_server_that_it_describes():
    page = (ROOT / "docs/guide/editors.md").read_text(encoding="utf-8")
    [shown] = re.findall(r"^```toml\n(.*?)^```$", page, re.M | re.S)
    told = tomllib.loads(shown)
    assert told["language-server"]["goals"] == {"command": "goals", "args": ["lsp"]}
    [language] = told["language"]
    assert language["name"] == "toml" and language["language-servers"][0] == "goals" and language["roots"] == ["goals.toml"]
