"""The extension for VS Code: what its package holds, and what its bundle does when it is loaded."""

import json
import shutil
import subprocess
import zipfile

import pytest

from conftest import GOALS, ROOT

pytestmark = pytest.mark.skipif(not (shutil.which("node") and shutil.which("npm")), reason="needs node and npm")
SOURCE = ROOT / "editors/vscode"


@pytest.fixture(scope="module")
def package():
    subprocess.run(["bash", SOURCE / "build"], check=True, capture_output=True)
    return ROOT / "target/vscode/goals.vsix"


def tried(package, tmp_path, folder, program):
    """What came of loading the bundle in a folder, with a program to start."""
    with zipfile.ZipFile(package) as files:
        bundle = files.extract("extension/dist/extension.js", tmp_path)
    run = subprocess.run(["node", SOURCE / "try.cjs", bundle, folder, program], capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == 0, run.stderr[-2000:]
    return json.loads(run.stdout)


def test_the_package_holds_what_it_must_and_no_more(package):
    with zipfile.ZipFile(package) as files:
        names = set(files.namelist())
        told = json.loads(files.read("extension/package.json"))
        bundle = files.read("extension/dist/extension.js").decode()
        licence = files.read("extension/LICENSE.txt").decode()
    assert names == {
        "[Content_Types].xml", "extension.vsixmanifest", "extension/LICENSE.txt", "extension/changelog.md",
        "extension/package.json", "extension/readme.md", "extension/dist/extension.js",
    }
    assert told["main"] == "./dist/extension.js" and told["activationEvents"] == ["workspaceContains:**/goals.toml"]
    assert set(told["contributes"]["configuration"]["properties"]) == {"goals.path", "goals.trace.server"}
    assert {one["command"] for one in told["contributes"]["commands"]} == {"goals.restart", "goals.showOutput"}
    assert "Permission is hereby granted" in licence
    # The version is the program's, so that nobody wonders which belongs to which.
    assert f'version = "{told["version"]}"' in (ROOT / "Cargo.toml").read_text()
    # Everything that is not the editor's own or node's stands in the bundle.
    assert 'require("vscode-languageclient' not in bundle and 'require("vscode")' in bundle


def test_the_bundle_starts_the_server_and_shows_what_it_finds(package, tmp_path, workspace):
    spied = tmp_path / "spied"
    program = tmp_path / "a program"
    program.write_text(f'#!/bin/sh\necho "$@" >> "{spied}"\nexec "{GOALS}" "$@"\n')
    program.chmod(0o755)
    workspace.write("goals/2026-q4/x.toml", 'title = "T"\nbasline = 2\n')
    told = tried(package, tmp_path, workspace.path, program)
    assert spied.read_text().splitlines() == ["--version", "lsp"]
    assert told["diagnostics"]["goals/2026-q4/x.toml"] > 0, told
    assert told["messages"] == [] and told["contexts"] == {"goals.active": True}
    assert told["status"][0] == "Goals: starting" and told["status"][1].startswith("Goals: goals "), told["status"]
    assert told["commands"] == ["goals.restart", "goals.showOutput", "goals.show"] and "**/goals.toml" in told["watched"]


def test_a_program_that_is_not_there_is_told_of_once_with_what_to_do(package, tmp_path, workspace):
    told = tried(package, tmp_path, workspace.path, tmp_path / "nowhere")
    [[message, *choices]] = told["messages"]
    assert message.startswith(f"Goals: `{tmp_path}/nowhere` was not found. Install it"), message
    assert choices == ["Open settings", "Try again"] and told["status"] == ["Goals: not found"]
    assert told["diagnostics"] == {}


def test_a_folder_without_goals_starts_nothing(package, tmp_path, empty):
    spied = tmp_path / "spied"
    program = tmp_path / "program"
    program.write_text(f'#!/bin/sh\necho "$@" >> "{spied}"\n')
    program.chmod(0o755)
    told = tried(package, tmp_path, empty.path, program)
    assert not spied.exists() and told["messages"] == [] and told["status"] == ["Goals: no workspace"]


@pytest.mark.parametrize(("folder", "settings", "patterns"), [
    ("/w", "format = 1\n", ["/w/goals.toml", "/w/goals/**/*.toml"]),
    ("/w", 'format = 1\nplans = "docs/goals" # here\n[report]\n', ["/w/goals.toml", "/w/docs/goals/**/*.toml"]),
    ("/w", "plans = 'ziele'\n", ["/w/goals.toml", "/w/ziele/**/*.toml"]),
    ("/w", 'format = 1\n[teams.x]\nplans = "no"\n', ["/w/goals.toml", "/w/goals/**/*.toml"]),
    ("/a [b]/{c}", "", ["/a [[]b[]]/[{]c[}]/goals.toml", "/a [[]b[]]/[{]c[}]/goals/**/*.toml"]),
    ("C:\\w", "", ["C:/w/goals.toml", "C:/w/goals/**/*.toml"]),
])
def test_the_files_that_the_editor_asks_about(folder, settings, patterns):
    script = "const [folder, text] = process.argv.slice(1); console.log(JSON.stringify(require(" \
        f"{json.dumps(str(SOURCE / 'selector.js'))}).selectorOf(folder, text)))"
    told = json.loads(subprocess.run(["node", "-e", script, folder, settings], capture_output=True, text=True, check=True).stdout)
    assert told == [{"scheme": "file", "pattern": pattern} for pattern in patterns]
