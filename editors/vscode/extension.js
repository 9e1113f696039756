// Starts `goals lsp` for the workspaces that are open, and says so when it cannot.
"use strict";

const { execFile } = require("node:child_process");
const path = require("node:path");
const vscode = require("vscode");
const { LanguageClient, State } = require("vscode-languageclient/node");
const { selectorOf } = require("./selector");

let client;
let output;
let status;
/** What waits for its turn: starting and stopping happen one after the other. */
let turn = Promise.resolve();

exports.activate = async (context) => {
  output = vscode.window.createOutputChannel("Goals");
  status = vscode.languages.createLanguageStatusItem("goals", []);
  status.name = "Goals";
  status.command = { command: "goals.showOutput", title: "Show output" };
  const settings = vscode.workspace.createFileSystemWatcher("**/goals.toml");
  context.subscriptions.push(
    output,
    status,
    settings,
    vscode.commands.registerCommand("goals.restart", restart),
    vscode.commands.registerCommand("goals.showOutput", () => output.show()),
    vscode.workspace.onDidChangeConfiguration((change) => change.affectsConfiguration("goals.path") && restart()),
    vscode.workspace.onDidChangeWorkspaceFolders(refresh),
    settings.onDidCreate(refresh),
    settings.onDidChange(refresh),
    settings.onDidDelete(refresh),
  );
  await vscode.commands.executeCommand("setContext", "goals.active", true);
  await restart();
};

exports.deactivate = () => inTurn(stop);

const restart = () => inTurn(async () => (await stop(), await start(await goalFiles())));

/** Starts anew if other files are goal files than before. */
const refresh = () =>
  inTurn(async () => {
    const files = await goalFiles();
    if (JSON.stringify(files) !== JSON.stringify(client?.clientOptions.documentSelector ?? [])) {
      await stop();
      await start(files);
    }
  });

function inTurn(work) {
  turn = turn.then(work).catch((error) => say("error", `Goals: ${error.message ?? error}`));
  return turn;
}

/** The files that are goal files, as VS Code tells them apart from other TOML. */
async function goalFiles() {
  const found = await vscode.workspace.findFiles("**/goals.toml", "**/{node_modules,target}/**");
  const read = async (file) => {
    const bytes = await vscode.workspace.fs.readFile(file).then((bytes) => bytes, () => new Uint8Array());
    return selectorOf(path.dirname(file.fsPath), new TextDecoder().decode(bytes));
  };
  const sorted = [...found].sort((a, b) => (a.fsPath < b.fsPath ? -1 : 1));
  return (await Promise.all(sorted.map(read))).flat();
}

async function start(files) {
  if (files.length === 0) {
    return show("no workspace", vscode.LanguageStatusSeverity.Information);
  }
  status.selector = files;
  const program = vscode.workspace.getConfiguration("goals").get("path") || "goals";
  const version = await versionOf(program).catch((error) => missing(program, error));
  if (!version) {
    return;
  }
  const server = { command: program, args: ["lsp"], options: { cwd: vscode.workspace.workspaceFolders?.[0]?.uri.fsPath } };
  client = new LanguageClient("goals", "Goals", server, { documentSelector: files, outputChannel: output });
  client.onDidChangeState(({ newState }) => {
    const [word, severity] = {
      [State.Starting]: ["starting", vscode.LanguageStatusSeverity.Information],
      [State.Running]: [version, vscode.LanguageStatusSeverity.Information],
      [State.Stopped]: ["stopped", vscode.LanguageStatusSeverity.Warning],
    }[newState];
    show(word, severity);
  });
  await client.start();
}

async function stop() {
  const old = client;
  client = undefined;
  await old?.stop().catch(() => old.dispose());
}

/** What the program says of its version, which also tells that it is there and runs. */
function versionOf(program) {
  return new Promise((done, failed) => {
    execFile(program, ["--version"], { timeout: 10_000 }, (error, said) => (error ? failed(error) : done(said.trim())));
  });
}

/** Tells that the program is not there, and what to do; never waits for the answer. */
function missing(program, error) {
  show("not found", vscode.LanguageStatusSeverity.Error);
  const found = error.code === "ENOENT" ? `\`${program}\` was not found` : `\`${program}\` does not run: ${error.message}`;
  say("error", `Goals: ${found}. Install it with \`cargo install goals-cli\`, or say where it is.`, {
    "Open settings": () => vscode.commands.executeCommand("workbench.action.openSettings", "goals.path"),
    "Try again": restart,
  });
}

function say(level, text, choices = {}) {
  output?.appendLine(text);
  const ask = level === "error" ? vscode.window.showErrorMessage : vscode.window.showInformationMessage;
  ask(text, ...Object.keys(choices)).then((chosen) => choices[chosen]?.());
}

function show(text, severity) {
  status.text = `Goals: ${text}`;
  status.severity = severity;
}
