// Has `goals report --watch` followed by a real browser: a change on the disk shows by itself, also after a file and a
// template that were broken for a while, and an interruption ends it calmly.
//
//   node watch.mjs GOALS WORKSPACE CHROMIUM, WORKSPACE being one of `goals demo` that may be changed

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";

const [goals, workspace, executablePath] = process.argv.slice(2);
const GOAL = "2026-q4/calm-deploys";
/** Longer than any machine takes to write the report anew. */
const PATIENCE = 30_000;

const plan = join(workspace, "goals", "2026-q4", "engineering", "platform", "calm-deploys.toml");
const sound = readFileSync(plan, "utf8");
const titled = (title) => {
  const text = sound.replace(/^title = .*$/m, `title = "${title}"`);
  assert.notEqual(text, sound, "the plan has a title to change");
  return text;
};

const server = spawn(goals, ["-C", workspace, "report", "--watch", "--port", "0"], { stdio: ["ignore", "pipe", "pipe"] });
const ended = new Promise((done) => server.on("exit", (code, signal) => done(signal ?? code)));
let said = "";
server.stderr.on("data", (text) => (said += text));
const late = (what) => new Promise((_, fail) => setTimeout(() => fail(new Error(`${what}; it said: ${said}`)), PATIENCE).unref());
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });

/** Waits until it has said something new with this in it. */
async function told(word, from) {
  const begun = Date.now();
  while (!said.slice(from).includes(word)) {
    assert.ok(Date.now() - begun < PATIENCE, `no ${word} in ${said.slice(from)}`);
    await new Promise((done) => setTimeout(done, 20));
  }
}

try {
  const printed = new Promise((done) => server.stdout.once("data", (text) => done(`${text}`.trim())));
  const address = await Promise.race([printed, late("it does not serve")]);
  const page = await browser.newPage();
  const faults = [];
  page.on("console", (message) => faults.push(message.text()));
  page.on("pageerror", (error) => faults.push(error.message));
  await page.goto(`${address}goals/${GOAL}.html`);
  const shows = (title) =>
    page.waitForFunction((title) => document.querySelector("h1")?.innerText === title, title, { timeout: PATIENCE })
      .catch(async () => assert.equal(await page.locator("body").innerText(), title));

  writeFileSync(plan, titled("Deploys that nobody notices"));
  await shows("Deploys that nobody notices");
  assert.deepEqual(faults, []);
  console.log("ok   a change shows by itself");

  // What can be read of a file is shown, with what is wrong with it.
  writeFileSync(plan, titled("Half a plan").replace(/\n/, "\n[key_results\n"));
  await shows("Half a plan");
  const findings = page.locator("main .findings", { hasText: "syntax" });
  assert.ok((await findings.count()) > 0, await page.locator("main").innerText());
  assert.equal(server.exitCode, null, "it goes on");
  writeFileSync(plan, titled("Deploys that are mended"));
  await shows("Deploys that are mended");
  assert.equal(await findings.count(), 0);
  assert.deepEqual(faults, []);
  console.log("ok   a file with a mistake shows it, and no longer once it is mended");

  const from = said.length;
  mkdirSync(join(workspace, "templates"), { recursive: true });
  writeFileSync(join(workspace, "templates", "goal.html"), "{{ nonesuch }}");
  await told("goal.html:1:", from);
  await shows("Deploys that are mended");
  writeFileSync(plan, titled("Deploys below a template"));
  rmSync(join(workspace, "templates", "goal.html"));
  await shows("Deploys below a template");
  assert.deepEqual(faults, []);
  console.log("ok   a template that is broken leaves the page as it was");

  // With a page that still listens.
  page.removeAllListeners();
  server.kill("SIGINT");
  assert.equal(await Promise.race([ended, late("it does not end")]), 0);
  console.log("ok   an interruption ends it with 0");
} finally {
  await browser.close();
  server.kill("SIGKILL");
}
