"""The forge's jobs and the hooks, run for real: against a bare repository and an API on loopback.

Called by `.ci/forge`, with GOALS set to the program and the venv's tools on the path.
"""

import http.server
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import threading
import unittest
import urllib.parse

import cmarkgfm
import yaml

ROOT = pathlib.Path(__file__).resolve().parent.parent
GOALS = os.environ["GOALS"]
MARKER = "<!-- goals:review -->"
PLAN = """title = "100 clubs recommend us by December"
owner = "ben"
why = "Skippers listen to skippers."
unit = "clubs"
baseline = 0
target = 100
source = "the club list"
"""
BROKEN = PLAN.replace("owner =", "onwer =")
CLUBS = "goals/2026-q4/clubs.toml"
RECORDS = "goals/2026-q4/clubs.checkins.toml"
TOKENS = {"robot": "github-actions[bot]", "read-only": None, "person": "ana"}


class Api(http.server.BaseHTTPRequestHandler):
    """As much of the three APIs as the jobs use; pages hold two items, so that there are some."""

    def log_message(self, *_):
        pass

    def answer(self, status, body):
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def handle_call(self):
        store, url = self.server.store, urllib.parse.urlsplit(self.path)
        query = dict(urllib.parse.parse_qsl(url.query))
        body = None
        if length := int(self.headers.get("Content-Length", 0)):
            body = json.loads(self.rfile.read(length))
        token = self.headers.get("PRIVATE-TOKEN") or self.headers.get("Authorization", "").split(" ")[-1]
        store["calls"].append((self.command, url.path))
        if token not in TOKENS:
            return self.answer(401, {})
        if url.path == "/user":
            return self.answer(200, {"login": "ana", "username": "ana"}) if token == "person" else self.answer(403, {})
        if self.command != "GET" and TOKENS[token] is None:
            return self.answer(403, {"message": "Resource not accessible by integration"})
        listed = re.fullmatch(
            r"/(?:repos/acme/goals/issues(?:/7/comments)?|projects/41/(?:issues|merge_requests/7/notes))", url.path)
        one = re.fullmatch(
            r"/(?:repos/acme/goals/issues/(?:comments/)?|projects/41/(?:merge_requests/7/notes|issues)/)(\d+)", url.path)
        if listed and self.command == "GET":
            kind = "issue" if url.path.endswith("/issues") else "comment"
            page = int(query["page"])
            items = [item for item in store["items"] if item["kind"] == kind and item["state"] == "open"]
            return self.answer(200, items[2 * page - 2:2 * page])
        if listed and self.command == "POST":
            number = len(store["items"]) + 1
            author = {"login": TOKENS[token], "username": TOKENS[token]}
            kind = "issue" if url.path.endswith("/issues") else "comment"
            item = {"id": number, "number": number, "iid": number, "user": author, "author": author,
                    "kind": kind, "state": "open", **body}
            store["items"].append(item)
            return self.answer(201, item)
        if one and self.command in ("PATCH", "PUT"):
            item = store["items"][int(one[1]) - 1]
            if body.pop("state_event", None) == "close":
                body["state"] = "closed"
            item.update(body)
            return self.answer(200, item)
        return self.answer(404, {})

    do_GET = do_POST = do_PATCH = do_PUT = handle_call


class Case(unittest.TestCase):
    """A hermetic folder, git in it, and an API."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.top = pathlib.Path(folder.name)
        (self.top / "home").mkdir()
        keep = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        self.env = {
            **keep, "HOME": str(self.top / "home"), "GIT_CONFIG_NOSYSTEM": "1", "no_proxy": "127.0.0.1",
            "GIT_AUTHOR_NAME": "Ana", "GIT_AUTHOR_EMAIL": "ana@northwind.example",
            "GIT_COMMITTER_NAME": "Ana", "GIT_COMMITTER_EMAIL": "ana@northwind.example",
            "GIT_CONFIG_COUNT": "2",
            "GIT_CONFIG_KEY_0": "init.defaultBranch", "GIT_CONFIG_VALUE_0": "main",
            "GIT_CONFIG_KEY_1": "protocol.file.allow", "GIT_CONFIG_VALUE_1": "always",
            "SOURCE_DATE_EPOCH": "1795262400", "LC_ALL": "C.UTF-8",
            "PATH": f"{pathlib.Path(GOALS).parent}:{keep['PATH']}",
        }
        self.store = {"items": [], "calls": []}
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Api)
        server.store = self.store
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        self.api = f"http://127.0.0.1:{server.server_port}"

    def run_in(self, folder, *command, env=None, status=0):
        run = subprocess.run(command, cwd=folder, env={**self.env, **(env or {})}, capture_output=True, text=True)
        if status is not None:
            self.assertEqual(run.returncode, status, f"{command}\n{run.stdout}\n{run.stderr}")
        return run

    def git(self, folder, *arguments):
        return self.run_in(folder, "git", *arguments).stdout

    def commit(self, folder, files, message="a change"):
        for path, text in files.items():
            path = folder / path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        self.git(folder, "add", "-A")
        self.git(folder, "commit", "-q", "-m", message)


class Forge(Case):
    """A bare repository with `main` and a pull request, number 7, as a forge keeps them."""

    def setUp(self):
        super().setUp()
        self.bare, self.dev = self.top / "bare.git", self.top / "dev"
        self.git(self.top, "init", "-q", "--bare", str(self.bare))
        self.git(self.top, "clone", "-q", str(self.bare), str(self.dev))
        self.commit(self.dev, {"goals.toml": "format = 1\n", CLUBS: PLAN, RECORDS: "2026-10-12 = 20\n",
                               "goals/2026-q4/old.toml": BROKEN}, "goals, one with an old mistake")
        self.git(self.dev, "push", "-q", "origin", "main")
        self.git(self.dev, "checkout", "-q", "-b", "feature")

    def push(self, files, to="refs/heads/feature"):
        """Commits on the branch, and makes the merge that GitHub checks out."""
        self.git(self.dev, "checkout", "-q", "feature")
        self.commit(self.dev, files)
        for ref in {to, "refs/pull/7/head"}:
            self.git(self.dev, "push", "-q", "origin", f"feature:{ref}")
        self.git(self.dev, "checkout", "-q", "--detach", "main")
        self.git(self.dev, "merge", "-q", "--no-ff", "-m", "merge", "feature")
        self.git(self.dev, "push", "-q", "-f", "origin", "HEAD:refs/pull/7/merge")

    def move_main(self, commits):
        self.git(self.dev, "checkout", "-q", "main")
        for step in range(commits):
            self.commit(self.dev, {"README.md": f"{step}\n"})
        self.git(self.dev, "push", "-q", "origin", "main")

    def checkout(self, depth=0, ref="merge"):
        """What actions/checkout leaves behind."""
        work = self.top / "work"
        shutil.rmtree(work, ignore_errors=True)
        self.git(self.top, "init", "-q", str(work))
        self.git(work, "remote", "add", "origin", f"file://{self.bare}")
        refs = [f"+refs/pull/7/{ref}:refs/remotes/pull/7/{ref}"]
        if depth == 0:
            refs.append("+refs/heads/*:refs/remotes/origin/*")
        shallow = [f"--depth={depth}"] if depth else []
        self.git(work, "fetch", "-q", "--no-tags", *shallow, "origin", *refs)
        self.git(work, "checkout", "-q", "--detach", f"refs/remotes/pull/7/{ref}")
        return work

    def github(self, **more):
        summary = self.top / "summary.md"
        summary.unlink(missing_ok=True)
        return {"GITHUB_ACTIONS": "true", "GITHUB_API_URL": self.api, "GITHUB_REPOSITORY": "acme/goals",
                "GITHUB_REF": "refs/pull/7/merge", "GITHUB_BASE_REF": "main", "GITHUB_ACTION_PATH": str(ROOT),
                "GITHUB_STEP_SUMMARY": str(summary), "RUNNER_TEMP": str(self.top), **more}

    def summary(self):
        return (self.top / "summary.md").read_text(encoding="utf-8")

    def bodies(self, kind="comment"):
        return [item["body"] for item in self.store["items"] if item["kind"] == kind]

    def action(self, work, inputs, env, status=0):
        """Runs the steps of action.yml as GitHub would."""
        action = yaml.safe_load((ROOT / "action.yml").read_text())
        values = {name: str(told.get("default", "")) for name, told in action["inputs"].items()}
        self.assertLessEqual(set(inputs), set(values))
        values.update(inputs)
        known = {f"inputs.{name}": value for name, value in values.items()}
        known["github.token"] = "robot"
        known.update({"runner.os": "Linux", "runner.arch": "X64"})

        def filled(text):
            return re.sub(r"\$\{\{ *([\w.-]+) *\}\}", lambda found: known.get(found[1], ""), text)

        for step in action["runs"]["steps"]:
            if "if" in step:
                self.assertEqual(step["if"], "inputs.binary == ''")
                if values["binary"]:
                    continue
            if "uses" in step:
                continue
            self.assertNotIn("${{", step["run"])
            outputs = self.top / "outputs"
            outputs.write_text("")
            is_last = step is action["runs"]["steps"][-1]
            env_of_step = {name: filled(filled(value)) for name, value in step.get("env", {}).items()}
            run = self.run_in(work, "bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"],
                              env={**env, **env_of_step, "GITHUB_OUTPUT": str(outputs)},
                              status=status if is_last else 0)
            for line in outputs.read_text().splitlines():
                name, value = line.split("=", 1)
                known[f"steps.{step['id']}.outputs.{name}"] = value
        return run

    def test_a_second_push_updates_the_comment(self):
        self.push({RECORDS: "2026-10-12 = 20\n2026-11-02 = 30\n"})
        self.store["items"] += [{"id": n, "user": {"login": "zoe"}, "kind": "comment", "state": "open", "body": "hi"}
                                for n in (1, 2, 3)]
        # Whoever writes the marker does not get their comment rewritten.
        self.store["items"][1]["body"] = f"{MARKER}\nmine"
        self.action(self.checkout(), {"binary": GOALS}, self.github())
        self.assertEqual(len(self.bodies()), 4)
        first = self.bodies()[3]
        self.assertTrue(first.startswith(MARKER + "\n"), first)
        self.assertIn("20 → 30", first)
        self.assertEqual(first, self.summary())
        self.push({RECORDS: "2026-10-12 = 20\n2026-11-02 = 36\n"})
        self.action(self.checkout(), {"binary": GOALS}, self.github())
        self.assertEqual(len(self.bodies()), 4)
        self.assertIn("20 → 36", self.bodies()[3])
        self.assertEqual(self.bodies()[1], f"{MARKER}\nmine")
        # The same once more says nothing; a change taken back says so.
        calls = len(self.store["calls"])
        self.action(self.checkout(), {"binary": GOALS}, self.github())
        self.assertNotIn("PATCH", [method for method, _ in self.store["calls"][calls:]])
        self.push({RECORDS: "2026-10-12 = 20\n"})
        self.action(self.checkout(), {"binary": GOALS}, self.github())
        self.assertIn("no changes to goals", self.bodies()[3])

    def test_a_change_without_goals_gets_no_comment(self):
        self.push({"code.rs": "fn main() {}\n"})
        self.action(self.checkout(), {"binary": GOALS}, self.github())
        self.assertEqual(self.bodies(), [])

    def test_a_fork_gets_the_summary_and_is_checked_all_the_same(self):
        self.push({RECORDS: "2026-10-12 = 20\n2026-11-02 = 30\n"}, to="refs/pull/7/head")
        run = self.action(self.checkout(), {"binary": GOALS, "token": "read-only"}, self.github())
        self.assertEqual(self.bodies(), [])
        self.assertIn("20 → 30", self.summary())
        self.assertIn("may not write", run.stderr)
        self.action(self.checkout(), {"binary": GOALS, "token": ""}, self.github())
        self.push({"goals/2026-q4/new.toml": BROKEN}, to="refs/pull/7/head")
        self.action(self.checkout(), {"binary": GOALS, "token": "read-only"}, self.github(), status=1)

    def test_a_new_mistake_fails_with_an_annotation_and_an_old_one_does_not(self):
        self.push({RECORDS: "2026-10-12 = 20\n2026-11-02 = 30\n"})
        run = self.action(self.checkout(), {"binary": GOALS}, self.github())
        self.assertNotIn("::error", run.stdout)
        self.push({"goals/2026-q4/new.toml": BROKEN})
        run = self.action(self.checkout(), {"binary": GOALS}, self.github(), status=1)
        self.assertRegex(run.stdout, r"(?m)^::error .*file=goals/2026-q4/new\.toml")
        self.assertNotRegex(run.stdout, r"(?m)^::error .*file=goals/2026-q4/old\.toml")
        self.assertEqual(len(self.bodies()), 1)

    def test_a_gate_fails_after_the_comment(self):
        self.push({RECORDS: "2026-10-12 = 21\n"})
        run = self.action(self.checkout(), {"binary": GOALS, "gate": "past-rewritten"}, self.github(), status=1)
        self.assertIn("the change has something of: past-rewritten", run.stderr)
        self.assertIn("20 clubs → 21 clubs", self.bodies()[0])
        self.action(self.checkout(), {"binary": GOALS, "gate": "goalpost-moved"}, self.github())
        self.action(self.checkout(), {"binary": GOALS, "gate": "nonsense"}, self.github(), status=2)
        self.action(self.checkout(), {"binary": GOALS, "task": "x; touch pwned"}, self.github(), status=2)

    def test_a_shallow_checkout_is_deepened(self):
        for to in ("refs/heads/feature", "refs/pull/7/head"):
            with self.subTest(to):
                self.store["items"].clear()
                self.run_in(self.bare, "git", "update-ref", "-d", "refs/heads/feature")
                self.push({RECORDS: "2026-10-12 = 20\n2026-11-02 = 30\n", "at": to}, to=to)
                self.move_main(3)
                self.git(self.dev, "checkout", "-q", "--detach", "main")
                self.git(self.dev, "merge", "-q", "--no-ff", "-m", "merge", "feature")
                self.git(self.dev, "push", "-q", "-f", "origin", "HEAD:refs/pull/7/merge")
                whole = self.checkout()
                self.action(whole, {"binary": GOALS, "comment": "false"}, self.github())
                expected = self.summary()
                for ref in ("merge", "head"):
                    self.action(self.checkout(depth=1, ref=ref), {"binary": GOALS}, self.github())
                    self.assertEqual(self.summary(), expected, ref)
                    self.assertEqual(len(self.bodies()), 1)

    def test_without_a_way_to_fetch_it_says_how_to_check_out(self):
        self.push({RECORDS: "2026-10-12 = 20\n2026-11-02 = 30\n"})
        self.move_main(2)
        work = self.checkout(depth=1, ref="head")
        self.git(work, "fetch", "-q", "--depth=1", "origin", "+refs/heads/main:refs/remotes/origin/main")
        self.git(work, "remote", "set-url", "origin", f"file://{self.top}/gone")
        run = self.action(work, {"binary": GOALS}, self.github(), status=2)
        self.assertIn("check out with the whole history", run.stderr)

    def test_a_workspace_in_a_folder(self):
        self.push({"a b/goals.toml": "format = 1\n", f"a b/{CLUBS}": PLAN})
        self.action(self.checkout(), {"binary": GOALS, "directory": "a b"}, self.github())
        self.assertIn("added", self.bodies()[0])

    def test_a_binary_is_found_from_a_folder_too(self):
        self.push({"team/goals.toml": "format = 1\n", f"team/{CLUBS}": PLAN})
        work = self.checkout()
        os.makedirs(work / "tools")
        os.symlink(GOALS, work / "tools/goals")
        self.action(work, {"binary": "tools/goals", "directory": "team"}, self.github())
        self.assertEqual(len(self.bodies()), 1)

    def test_the_key_of_the_cache_is_one_of_the_source(self):
        first, again = (self.run_in(folder, str(ROOT / "forge/install"), "--key").stdout for folder in (self.top, self.dev))
        self.assertRegex(first, r"^[0-9a-f]{40}\n$")
        self.assertEqual(first, again)

    def test_hostile_names_and_titles_stay_text(self):
        title = "@everyone **x** <script>y</script> <img src=x> [z](https://z.example) www.z.example $(touch pwned) ::error::x"
        hostile = PLAN.replace("100 clubs recommend us by December", title)
        self.push({"goals/2026-q4/$(touch pwned);::x.toml": hostile, "goals/2026-q4/h.toml": hostile})
        work = self.checkout()
        run = self.action(work, {"binary": GOALS, "fail-on": "never"}, self.github())
        self.assertFalse(list(work.rglob("pwned")))
        self.assertNotRegex(run.stdout + run.stderr, r"(?m)^::error::x")
        [body] = self.bodies()
        self.assertNotIn("@everyone", body)
        # With the renderer that GitHub's is made from.
        html = cmarkgfm.github_flavored_markdown_to_html(body, options=cmarkgfm.cmark.Options.CMARK_OPT_UNSAFE)
        self.assertIn("**x** &lt;script&gt;y&lt;/script&gt;", html.replace("\u2060", ""))
        tags = set(re.findall(r"</?([a-z0-9]+)", html))
        own = "h3 h4 table thead tbody tr th td code sub details summary b br p ul ol li strong em"
        self.assertLessEqual(tags, set(own.split()))
        self.assertIn("table", tags)

    def test_without_a_pull_request_everything_is_checked(self):
        self.push({RECORDS: "2026-10-12 = 20\n"} | {"x": "y"})
        env = self.github(GITHUB_REF="refs/heads/main", GITHUB_BASE_REF="")
        run = self.action(self.checkout(), {"binary": GOALS}, env, status=1)
        self.assertIn("old.toml", run.stdout)
        self.assertEqual(self.store["calls"], [])

    def test_the_stale_job_keeps_one_issue_and_closes_it(self):
        work = self.dev
        self.git(work, "rm", "-q", "goals/2026-q4/old.toml")
        self.commit(work, {})
        for _ in range(2):
            self.action(work, {"binary": GOALS, "task": "stale"}, self.github(GITHUB_REF="refs/heads/main"))
            self.assertEqual(len(self.bodies("issue")), 1)
        issue = self.store["items"][0]
        self.assertEqual(issue["title"], "Check-ins that are overdue")
        self.assertIn("2026-q4/clubs", issue["body"])
        self.commit(work, {RECORDS: "2026-10-12 = 20\n2026-11-20 = 60\n"})
        for _ in range(2):
            self.action(work, {"binary": GOALS, "task": "stale"}, self.github(GITHUB_REF="refs/heads/main"))
            self.assertEqual([item["state"] for item in self.store["items"]], ["closed"])

    def gitlab(self, work, job, env, status=0):
        """Runs a job of the guide's GitLab file."""
        jobs = yaml.safe_load((ROOT / "docs/guide/ci/gitlab.yml").read_text())
        script = [*jobs[".goals"]["before_script"], *jobs[job]["script"]]
        text = "\n".join(script).replace("/tmp/goals-source", str(self.top / "goals-source"))
        source = self.top / "source"
        if not source.exists():
            source.mkdir()
            shutil.copytree(ROOT / "forge", source / "forge")
            self.git(source, "init", "-q")
            self.commit(source, {})
            self.git(source, "tag", "v1")
        shutil.rmtree(self.top / "goals-source", ignore_errors=True)
        variables = {"GOALS_BINARY": GOALS, "GOALS_SOURCE": f"file://{source}", "GOALS_VERSION": "v1",
                     "GITLAB_CI": "true", "CI_API_V4_URL": self.api, "CI_PROJECT_ID": "41",
                     **jobs[job].get("variables", {}), **env}
        return self.run_in(work, "bash", "-eo", "pipefail", "-c", text, env=variables, status=status)

    def test_gitlab_reviews_and_keeps_one_note(self):
        about = {"CI_MERGE_REQUEST_IID": "7", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main", "GOALS_TOKEN": "person"}
        for value in (30, 36):
            self.push({RECORDS: f"2026-10-12 = 20\n2026-11-02 = {value}\n"})
            work = self.checkout(depth=1, ref="head")
            self.gitlab(work, "goals-review", about)
            self.assertEqual(len(self.bodies()), 1)
            self.assertIn(f"20 → {value}", self.bodies()[0])
            self.assertIsInstance(json.loads((work / "goals-quality.json").read_text()), list)
        self.push({"goals/2026-q4/new.toml": BROKEN})
        work = self.checkout(ref="head")
        self.git(work, "update-ref", "-d", "refs/remotes/origin/main")
        run = self.gitlab(work, "goals-review", {**about, "GOALS_TOKEN": ""}, status=1)
        self.assertEqual(self.git(work, "rev-parse", "--is-shallow-repository").strip(), "false")
        self.assertIn("20 → 36", run.stdout)
        self.assertIn("no token", run.stderr)
        self.assertIn("new.toml", (work / "goals-quality.json").read_text())

    def test_gitlab_keeps_one_issue(self):
        self.git(self.dev, "rm", "-q", "goals/2026-q4/old.toml")
        self.commit(self.dev, {})
        for _ in range(2):
            self.gitlab(self.dev, "goals-stale", {"GOALS_TOKEN": "person"})
            self.assertEqual([item["title"] for item in self.store["items"]], ["Check-ins that are overdue"])
        self.assertIn("2026-q4/clubs", self.store["items"][0]["description"])
        self.commit(self.dev, {RECORDS: "2026-10-12 = 20\n2026-11-20 = 60\n"})
        self.gitlab(self.dev, "goals-stale", {"GOALS_TOKEN": "person"})
        self.assertEqual([item["state"] for item in self.store["items"]], ["closed"])

    def test_forgejo_reviews_with_its_own_steps(self):
        self.push({RECORDS: "2026-10-12 = 20\n2026-11-02 = 30\n"})
        workflow = yaml.safe_load((ROOT / "docs/guide/ci/forgejo.yml").read_text())
        [step] = workflow["jobs"]["review"]["steps"]
        source = self.top / "source"
        source.mkdir()
        shutil.copytree(ROOT / "forge", source / "forge")
        self.git(source, "init", "-q")
        self.commit(source, {})
        self.git(source, "tag", "v1")
        served = self.top / "served/acme"
        served.mkdir(parents=True)
        os.symlink(self.bare, served / "goals")
        env = self.github(FORGEJO_ACTIONS="true", GITHUB_REF="refs/pull/7/head", GOALS_BINARY=GOALS,
                          FORGE_TOKEN="robot", GOALS_SOURCE=f"file://{source}",
                          GITHUB_SERVER_URL=f"file://{self.top / 'served'}")
        text = step["run"].replace("/tmp/goals-source", str(self.top / "goals-source"))
        for run in range(2):
            folder = self.top / f"job{run}"
            folder.mkdir()
            shutil.rmtree(self.top / "goals-source", ignore_errors=True)
            self.run_in(folder, "bash", "-eo", "pipefail", "-c", text, env=env)
        self.assertEqual(len(self.bodies()), 1)
        self.assertIn("20 → 30", self.bodies()[0])


class Owners(Case):
    """The guide's CODEOWNERS, whose patterns are those of git's own files."""

    def test_plans_are_for_leads_and_check_ins_for_everyone(self):
        lines = (ROOT / "docs/guide/ci/CODEOWNERS").read_text().splitlines()
        self.git(self.top, "init", "-q")
        (self.top / ".gitignore").write_text("".join(f"{line.split()[0]}\n" for line in lines))
        for path, owner in (
            ("goals.toml", "@acme/goal-leads"),
            ("goals/2026-q4/clubs.toml", "@acme/goal-leads"),
            ("goals/2026-q4/growth/eu/clubs.toml", "@acme/growth-leads"),
            ("goals/2026-q4/clubs.checkins.toml", None),
            ("goals/2026-q4/growth/eu/clubs.checkins.toml", None),
        ):
            told = self.git(self.top, "check-ignore", "-v", "--no-index", path)
            line = lines[int(told.split(":")[1]) - 1].split()
            self.assertEqual(line[1] if len(line) > 1 else None, owner, path)


class Hooks(Case):
    """The hooks of this repository under the programs that run hooks."""

    def setUp(self):
        super().setUp()
        self.work = self.top / "work"
        self.work.mkdir()
        self.git(self.work, "init", "-q")

    def refused(self, *arguments):
        run = self.run_in(self.work, "git", "commit", "-q", "-m", "x", *arguments, status=1)
        self.assertIn("unknown-key", run.stdout + run.stderr)

    def commits_are_checked(self):
        """All that a hook has to see and not to see."""
        clubs = self.work / CLUBS
        clubs.write_text(BROKEN)
        self.refused("-a")
        clubs.write_text(PLAN.replace("100", "120"))
        self.git(self.work, "commit", "-q", "-a", "-m", "all")
        # Staged in part: the mistake is on the disk only, then the other way round.
        clubs.write_text(PLAN.replace("100", "130"))
        self.git(self.work, "add", CLUBS)
        clubs.write_text(BROKEN)
        self.git(self.work, "commit", "-q", "-m", "part")
        self.assertEqual(clubs.read_text(), BROKEN)
        self.assertIn("130", self.git(self.work, "show", f"HEAD:{CLUBS}"))
        self.git(self.work, "add", CLUBS)
        clubs.write_text(PLAN)
        self.refused()
        self.assertEqual(clubs.read_text(), PLAN)
        self.git(self.work, "reset", "-q", "--hard")
        # Not tracked, so no part of it.
        (self.work / "goals/2026-q4/untracked.toml").write_text(BROKEN)
        clubs.write_text(PLAN.replace("100", "140"))
        self.git(self.work, "commit", "-q", "-m", "tracked", "-a")
        # Some paths, with something else staged.
        self.git(self.work, "add", "goals/2026-q4/untracked.toml")
        clubs.write_text(PLAN.replace("100", "150"))
        self.git(self.work, "commit", "-q", "-m", "one path", "--", CLUBS)
        self.refused()

    def test_pre_commit(self):
        hooks = self.top / "hooks"
        hooks.mkdir()
        shutil.copy(ROOT / ".pre-commit-hooks.yaml", hooks)
        self.git(hooks, "init", "-q")
        self.commit(hooks, {})
        config = yaml.safe_load((ROOT / "docs/guide/ci/pre-commit-config.yaml").read_text())
        [repo] = config["repos"]
        repo["repo"], repo["rev"] = str(hooks), self.git(hooks, "rev-parse", "HEAD").strip()
        for hook in repo["hooks"]:
            hook["language"] = "system"
        self.env["PRE_COMMIT_HOME"] = str(self.top / "cache")
        self.commit(self.work, {".pre-commit-config.yaml": yaml.safe_dump(config), "goals.toml": "format = 1\n",
                                CLUBS: PLAN, RECORDS: "2026-10-12 = 20\n2026-10-19 = 22\n"})
        self.run_in(self.work, "pre-commit", "install")
        self.commits_are_checked()
        self.git(self.work, "reset", "-q", "--hard")
        # Formatting stops the commit once, and the second goes through.
        (self.work / RECORDS).write_text("2026-10-19 = 22\n2026-10-12 = 20\n")
        run = self.run_in(self.work, "git", "commit", "-q", "-a", "-m", "x", status=1)
        self.assertIn("files were modified by this hook", run.stdout + run.stderr)
        self.assertEqual((self.work / RECORDS).read_text(), "2026-10-12 = 20\n2026-10-19 = 22\n")
        self.run_in(self.work, "pre-commit", "run", "--all-files")

    def test_lefthook(self):
        if not shutil.which("lefthook"):
            self.skipTest("no lefthook")
        self.commit(self.work, {"lefthook.yml": (ROOT / "docs/guide/ci/lefthook.yml").read_text(),
                                "goals.toml": "format = 1\n", CLUBS: PLAN})
        self.run_in(self.work, "lefthook", "install")
        self.commits_are_checked()

    def test_plain(self):
        self.commit(self.work, {"goals.toml": "format = 1\n", CLUBS: PLAN})
        hook = self.work / ".git/hooks/pre-commit"
        hook.parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / "docs/guide/ci/pre-commit", hook)
        self.commits_are_checked()


if __name__ == "__main__":
    unittest.main()
