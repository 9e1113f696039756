"""An editor as a protocol client: documents that change bit by bit, in the encoding that was agreed on."""

import asyncio

import pytest_lsp
from lsprotocol import types

from conftest import GOALS

#: The workspace that the sessions are about.
PLAN = "goals/2026-q4/platform/calm-deploys.toml"
RECORDS = "goals/2026-q4/platform/calm-deploys.checkins.toml"
PARENT = "goals/2026/grow.toml"
TEXTS = {
    "goals.toml": 'format = 1\n\n[people.ana]\nname = "Ana Silva"\nemails = ["ana@northwind.example"]\n\n[people.ben]\n',
    PARENT: 'title = "Grow 🌱 with those who stay"\nwhy = "To last."\nowner = "ana"\nambition = "aspirational"\n',
    PLAN: '''title = "🚀 Deploys are calm"
why = "Every rollback costs a conversation."
owner = "ana"
ambition = "aspirational"
contributes_to = ["2026/grow"]

[key_results.lead-time]
title = "Median 🕐 lead time falls from 240 to 15 minutes"
unit = "min"
baseline = 240
target = 15
source = "the dashboard"

[key_results.canary]
title = "Canary reaches all 3 of our services"
kind = "milestone"
milestones = { one = 0.3, two = 0.7, all = 1.0 }
''',
    RECORDS: '[lead-time]\n2026-10-05 = 240\n2026-11-16 = { value = 150, note = "🐤 canary on" }\n\n[canary]\n2026-11-16 = "one"\n',
}

#: Where the cursor is in a text.
CURSOR = "‸"
#: How long to wait for what is to come, on a busy machine.
PATIENCE = 30


def units(text, encoding):
    """The length of a text, as the protocol counts."""
    return len(text.encode("utf-8")) if encoding == "utf-8" else len(text.encode("utf-16-le")) // 2


class Editor:
    def __init__(self, client, workspace):
        self.client, self.workspace = client, workspace
        self.texts, self.versions = {}, {}

    @classmethod
    async def start(cls, workspace, encoding="utf-16", like="neovim@0.11.0"):
        config = pytest_lsp.ClientServerConfig(server_command=[GOALS, "lsp"], server_env=workspace.env)
        client = await config.start()
        capabilities = pytest_lsp.client_capabilities(like)
        capabilities.general = capabilities.general or types.GeneralClientCapabilities()
        capabilities.general.position_encodings = [encoding]
        root = workspace.path.as_uri()
        welcome = await client.initialize_session(types.InitializeParams(
            capabilities=capabilities, root_uri=root,
            workspace_folders=[types.WorkspaceFolder(uri=root, name="work")]))
        editor = cls(client, workspace)
        editor.can = welcome.capabilities
        editor.encoding = str(getattr(editor.can.position_encoding, "value", editor.can.position_encoding))
        return editor

    async def leave(self):
        await asyncio.wait_for(self.client.shutdown_session(), PATIENCE)

    # Documents

    def open(self, path, text=None):
        """Opens a file, with other text than the disk has if it is given."""
        text = self.workspace.read(path) if text is None else text
        self.texts[path], self.versions[path] = text, 1
        item = types.TextDocumentItem(uri=self.workspace.uri(path), language_id="toml", version=1, text=text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(text_document=item))

    def close(self, path):
        del self.texts[path]
        self.client.text_document_did_close(types.DidCloseTextDocumentParams(text_document=self.document(path)))

    def replace(self, path, start, end, new):
        """Replaces the characters from `start` to `end`, telling of that change alone."""
        change = types.TextDocumentContentChangePartial(range=self.range(path, start, end), text=new)
        text = self.texts[path]
        self.texts[path] = text[:start] + new + text[end:]
        self.versions[path] += 1
        document = types.VersionedTextDocumentIdentifier(uri=self.workspace.uri(path), version=self.versions[path])
        self.client.text_document_did_change(
            types.DidChangeTextDocumentParams(text_document=document, content_changes=[change]))

    def swap(self, path, old, new):
        at = self.texts[path].index(old)
        self.replace(path, at, at + len(old), new)

    def type(self, path, after, text):
        """Types a text, letter by letter, behind what stands there."""
        at = self.texts[path].index(after) + len(after)
        for letter in text:
            self.replace(path, at, at, letter)
            at += 1

    def outside(self, **changes):
        """Tells of files that others created, changed or deleted."""
        kinds = {"created": types.FileChangeType.Created, "changed": types.FileChangeType.Changed,
                 "deleted": types.FileChangeType.Deleted}
        events = [types.FileEvent(uri=self.workspace.uri(path), type=kinds[kind]) for kind, paths in changes.items() for path in paths]
        self.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams(changes=events))

    # Places

    def document(self, path):
        return types.TextDocumentIdentifier(uri=self.workspace.uri(path))

    def position(self, path, at):
        before = self.texts[path][:at]
        line = before.count("\n")
        return types.Position(line=line, character=units(before[before.rfind("\n") + 1:], self.encoding))

    def range(self, path, start, end):
        return types.Range(start=self.position(path, start), end=self.position(path, end))

    def offset(self, path, position):
        lines = self.texts[path].split("\n")
        line = lines[position.line]
        columns = {units(line[:column], self.encoding): column for column in range(len(line) + 1)}
        # Inside a character, or beyond the line, there is no place.
        return sum(len(line) + 1 for line in lines[:position.line]) + columns[position.character]

    def under(self, path, range_):
        """The text that a range covers."""
        return self.texts[path][self.offset(path, range_.start):self.offset(path, range_.end)]

    def place_of(self, path, text):
        """The place of the cursor in a text that is part of the document."""
        before, after = text.split(CURSOR)
        return self.position(path, self.texts[path].index(before + after) + len(before))

    def edited(self, path, edits):
        """The document with edits made."""
        text = self.texts[path]
        spans = sorted(((self.offset(path, edit.range.start), self.offset(path, edit.range.end), edit.new_text) for edit in edits), reverse=True)
        for start, end, new in spans:
            text = text[:start] + new + text[end:]
        return text

    # What the server says

    def findings(self, path):
        """What is said of a file: the rule and the text under it. A place that is no longer there is of
        findings that are about to be replaced."""
        found = []
        for one in self.client.diagnostics.get(self.workspace.uri(path), []):
            try:
                found.append((one.code, self.under(path, one.range) if path in self.texts else None))
            except (IndexError, KeyError):
                found.append((one.code, None))
        return found

    async def until(self, true, what="what was expected"):
        """Waits for something to be so."""
        try:
            async with asyncio.timeout(PATIENCE):
                while not true():
                    await asyncio.sleep(0.02)
        except TimeoutError:
            told = {uri: [(one.code, one.message) for one in all_] for uri, all_ in self.client.diagnostics.items() if all_}
            raise AssertionError(f"waited in vain for {what}; told: {told}") from None

    async def finds(self, path, rule, under=None):
        def found():
            return any(code == rule and under in (None, text) for code, text in self.findings(path))
        await self.until(found, f"{rule} on {under!r} in {path}")

    async def misses(self, path, rule):
        await self.until(lambda: all(code != rule for code, _ in self.findings(path)), f"no {rule} in {path}")

    async def settled(self):
        """Waits until the server has said what it has to say: it answers in order."""
        for _ in range(2):
            await self.client.text_document_hover_async(types.HoverParams(
                text_document=self.document(next(iter(self.texts))), position=types.Position(line=0, character=0)))
            await asyncio.sleep(0.1)

    # Questions

    async def proposals(self, path, text):
        """What may be typed at the cursor: by label, the document as it then is."""
        place = types.CompletionParams(text_document=self.document(path), position=self.place_of(path, text))
        answer = await self.client.text_document_completion_async(place)
        items = getattr(answer, "items", answer) or []
        return {item.label: self.edited(path, [item.text_edit]) for item in items}

    # Changes that the server asks for

    def path_of(self, uri):
        root = self.workspace.path.as_uri() + "/"
        assert uri.startswith(root), uri
        return uri.removeprefix(root)

    def make(self, change):
        """Makes a change of several files, in the buffers that are open and in the files that are not; the paths."""
        touched = []
        steps = change.document_changes or [
            types.TextDocumentEdit(text_document=types.OptionalVersionedTextDocumentIdentifier(uri=uri), edits=edits)
            for uri, edits in (change.changes or {}).items()]
        for step in steps:
            if isinstance(step, types.RenameFile):
                old, new = self.path_of(step.old_uri), self.path_of(step.new_uri)
                assert not (self.workspace.path / new).exists()
                (self.workspace.path / old).rename(self.workspace.path / new)
                if old in self.texts:
                    text = self.texts[old]
                    self.close(old)
                    self.open(new, text)
                self.outside(deleted=[old], created=[new])
                touched.append(new)
            elif isinstance(step, types.CreateFile):
                self.workspace.write(self.path_of(step.uri), "")
            else:
                self.make_edits(self.path_of(step.text_document.uri), step, touched)
        return sorted(set(touched))

    def make_edits(self, path, step, touched):
        was_open = path in self.texts
        if was_open and step.text_document.version is not None:
            assert step.text_document.version == self.versions[path]
        if not was_open:
            self.texts[path] = self.workspace.read(path)
        new = self.edited(path, step.edits)
        if was_open:
            self.replace(path, 0, len(self.texts[path]), new)
        else:
            del self.texts[path]
            self.workspace.write(path, new)
            self.outside(changed=[path])
        touched.append(path)

    def save_all(self):
        for path, text in self.texts.items():
            self.workspace.write(path, text)
