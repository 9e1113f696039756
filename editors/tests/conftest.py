"""A hermetic folder to work in, and the programs that the tests speak to.

`.ci/editors` runs this with GOALS set to the program, in an environment that has the tools.
"""

import os
import pathlib
import re
import subprocess
import sys

import pytest
import pytest_asyncio

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
GOALS = os.environ.get("GOALS", str(ROOT / "target/debug/goals"))
TOOLS = pathlib.Path(sys.executable).parent
#: 21 November 2026, noon, as in the tests of the program itself.
TODAY = "1795262400"


class Workspace:
    """A folder with goal files, and programs run in it that know nothing of their user."""

    def __init__(self, top):
        self.path = top / "work"
        self.home = top / "home"
        self.path.mkdir()
        self.home.mkdir()
        who = {f"GIT_{role}_{what}": value for role in ("AUTHOR", "COMMITTER")
               for what, value in (("NAME", "Ana Silva"), ("EMAIL", "ana@northwind.example"), ("DATE", "2026-11-20T09:00:00Z"))}
        self.env = {
            "PATH": f"{TOOLS}:{os.environ['PATH']}", "HOME": str(self.home), "LC_ALL": "C.UTF-8",
            "XDG_CONFIG_HOME": str(self.home / ".config"), "XDG_CACHE_HOME": str(self.home / ".cache"),
            "XDG_DATA_HOME": str(self.home / ".local/share"), "XDG_STATE_HOME": str(self.home / ".local/state"),
            "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": str(self.home / "gitconfig"),
            "SOURCE_DATE_EPOCH": TODAY, "NO_COLOR": "1", **who,
        }

    def write(self, path, text):
        file = self.path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="")
        return file

    def read(self, path):
        return (self.path / path).read_text(encoding="utf-8")

    def uri(self, path):
        return (self.path / path).as_uri()

    def run(self, *command, status=0, cwd=None):
        run = subprocess.run(command, cwd=cwd or self.path, env=self.env, capture_output=True, text=True, check=False)
        if status is not None:
            assert run.returncode == status, f"{command}\n{run.stdout}\n{run.stderr}"
        return run

    def goals(self, *arguments, status=0):
        return self.run(GOALS, *arguments, status=status)

    def commit(self, message="begin"):
        if not (self.path / ".git").exists():
            self.run("git", "init", "-q", "-b", "main")
        self.run("git", "add", "-A")
        self.run("git", "commit", "-q", "-m", message)


@pytest.fixture
def workspace(tmp_path):
    """A folder that `goals init` has begun, without its example."""
    work = Workspace(tmp_path)
    work.goals("init")
    for plan in work.path.glob("goals/**/*.toml"):
        plan.unlink()
    return work


@pytest.fixture
def empty(tmp_path):
    """A folder with nothing in it."""
    return Workspace(tmp_path)


def blocks_of_documentation():
    """Each file that a page of the documentation shows: the page, the path, the text."""
    pages = [ROOT / "README.md", *sorted(ROOT.glob("docs/**/*.md"))]
    for page in pages:
        for body in re.findall(r"^```toml\n(.*?)^```$", page.read_text(encoding="utf-8"), re.M | re.S):
            first = body.split("\n", 1)[0]
            if re.fullmatch(r"# \S+\.toml", first):
                yield page.relative_to(ROOT).as_posix(), first[2:], body


@pytest.fixture
def northwind(empty):
    """The workspace that the sessions are about, committed."""
    from editor import TEXTS

    for path, text in TEXTS.items():
        empty.write(path, text)
    empty.commit()
    return empty


@pytest_asyncio.fixture(params=["utf-16", "utf-8"])
async def editor(request, northwind):
    """An editor that counts in one of the two ways."""
    from editor import Editor

    editor = await Editor.start(northwind, request.param)
    assert editor.encoding == request.param
    yield editor
    await editor.leave()
