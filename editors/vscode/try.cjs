// Loads a built bundle with a stand-in for the editor, lets it start its server, and tells what came
// of it as JSON: `node try.cjs BUNDLE FOLDER PROGRAM`.
"use strict";

const fs = require("node:fs");
const Module = require("node:module");
const path = require("node:path");

const [bundle, folder, program] = process.argv.slice(2);
const told = { messages: [], contexts: {}, commands: [], watched: [], status: [], diagnostics: {} };
const nothing = { dispose() {} };

class Uri {
  constructor(fsPath) {
    Object.assign(this, { scheme: "file", authority: "", path: fsPath, fsPath, query: "", fragment: "" });
  }
  static file(fsPath) {
    return new Uri(fsPath);
  }
  static parse(text) {
    return new Uri(decodeURIComponent(new URL(text).pathname));
  }
  toString() {
    return `file://${encodeURI(this.path)}`;
  }
}

class CodeActionKind {
  constructor(value) {
    this.value = value;
  }
  append(part) {
    return new CodeActionKind(this.value ? `${this.value}.${part}` : part);
  }
  static Empty = new CodeActionKind("");
}
for (const name of ["QuickFix", "Refactor", "RefactorExtract", "RefactorInline", "RefactorRewrite", "Source", "SourceOrganizeImports", "SourceFixAll", "Notebook"]) {
  CodeActionKind[name] = CodeActionKind.Empty.append(name);
}

class EventEmitter {
  listeners = new Set();
  event = (listener) => (this.listeners.add(listener), { dispose: () => this.listeners.delete(listener) });
  fire(value) {
    for (const listener of this.listeners) listener(value);
  }
  dispose() {}
}

/** What is not stood in for by hand: classes by their capital, events and registrations by their verb. */
const standIn = (own, name = "") =>
  new Proxy(own, {
    get(target, key) {
      if (typeof key === "symbol" || key in target) return target[key];
      if (/^[A-Z]/.test(key)) return (target[key] = standIn(class { constructor(...given) { this.given = given; } }, key));
      if (/^(on|register|create)/.test(key)) return () => standIn({ dispose() {} });
      return undefined;
    },
  });

function walk(at) {
  return fs.readdirSync(at, { withFileTypes: true }).flatMap((entry) => {
    const inner = path.join(at, entry.name);
    return entry.isDirectory() ? walk(inner) : [inner];
  });
}

const settings = { "goals.path": program, "goals.trace.server": "off" };
const vscode = standIn({
  Uri,
  CodeActionKind,
  EventEmitter,
  Disposable: class { constructor(dispose) { this.dispose = dispose; } static from() { return nothing; } },
  CancellationTokenSource: class { token = { isCancellationRequested: false, onCancellationRequested: () => nothing }; cancel() {} dispose() {} },
  LanguageStatusSeverity: { Information: 0, Warning: 1, Error: 2 },
  version: "1.95.0",
  env: { appName: "stand-in", language: "en", machineId: "0" },
  workspace: standIn({
    workspaceFolders: [{ uri: Uri.file(folder), name: "work", index: 0 }],
    textDocuments: [],
    notebookDocuments: [],
    findFiles: async () => walk(folder).filter((file) => path.basename(file) === "goals.toml").map(Uri.file),
    fs: { readFile: async (uri) => fs.readFileSync(uri.fsPath) },
    getConfiguration: (section) => ({ get: (key, other) => settings[`${section}.${key}`] ?? other }),
    createFileSystemWatcher: (pattern) => (told.watched.push(pattern), standIn({ dispose() {} })),
    getWorkspaceFolder: () => undefined,
  }),
  window: standIn({
    createOutputChannel: () => ({ append() {}, appendLine() {}, show() {}, dispose() {} }),
    showErrorMessage: async (text, ...choices) => void told.messages.push([text, ...choices]),
    showInformationMessage: async (text) => void told.messages.push([text]),
    visibleTextEditors: [],
    tabGroups: standIn({ all: [] }),
  }),
  languages: standIn({
    createLanguageStatusItem: () => ({ set text(text) { told.status.push(text); }, dispose() {} }),
    createDiagnosticCollection: () => ({
      set: (uri, found) => (told.diagnostics[path.relative(folder, uri.fsPath)] = found.length),
      delete() {}, clear() {}, dispose() {},
    }),
    match: () => 0,
  }),
  commands: {
    registerCommand: (name) => (told.commands.push(name), nothing),
    executeCommand: async (name, key, value) => void (name === "setContext" && (told.contexts[key] = value)),
  },
});

const load = Module._load;
Module._load = (name, ...rest) => (name === "vscode" ? vscode : load(name, ...rest));

const rest = (ms) => new Promise((done) => setTimeout(done, ms));
(async () => {
  const extension = require(path.resolve(bundle));
  const context = { subscriptions: [] };
  await extension.activate(context);
  // Findings come file by file: all are there when no other file follows for a while.
  const heard = () => Object.keys(told.diagnostics).length + told.messages.length;
  let quiet = 0;
  for (let waited = 0; waited < 20_000 && quiet < 1_000; waited += 50) {
    const before = heard();
    await rest(50);
    quiet = before > 0 && heard() === before ? quiet + 50 : 0;
  }
  await extension.deactivate();
  told.subscriptions = context.subscriptions.length;
  process.stdout.write(JSON.stringify(told));
  process.exit(0);
})().catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exit(1);
});
