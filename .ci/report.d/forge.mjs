// Follows the links into the forge: every commit is one of the repository, every file lies at its tip with the line that
// is named, what is to be made is not there yet; each goal's page leads to its plan, its history, its editing and its
// check-ins.
//
//   node forge.mjs SITE CHROMIUM WORKSPACE ADDRESS, ADDRESS being where the workspace says that its repository is

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { end, pages, say, site } from "./site.mjs";

const [workspace, address] = process.argv.slice(4);
const git = (...asked) => execFileSync("git", ["-C", workspace, ...asked], { encoding: "utf8", maxBuffer: 1 << 28 });
const commits = new Set(git("rev-list", "HEAD").trim().split("\n"));
const tip = git("rev-parse", "HEAD").trim();
const lines = new Map(
  git("ls-tree", "-r", "-z", "--name-only", "HEAD").split("\0").filter(Boolean).map((path) => [path, git("show", `HEAD:${path}`).split("\n").length]),
);

/** What a link leads to, by its form, and whether that is there. */
const FORMS = {
  commit: [/^commit\/([0-9a-f]{40})$/, ([id]) => commits.has(id)],
  line: [/^blob\/(HEAD|[0-9a-f]{40})\/(.+)#L(\d+)$/, ([at, path, line]) => ["HEAD", tip].includes(at) && lines.get(path) >= Number(line)],
  file: [/^blob\/HEAD\/([^#]+)$/, ([path]) => lines.has(path)],
  history: [/^commits\/HEAD\/(.+)$/, ([path]) => lines.has(path)],
  edit: [/^edit\/HEAD\/(.+)$/, ([path]) => lines.has(path)],
  make: [/^new\/HEAD\/(.+)\?filename=(.+)$/, ([folder, name]) => lines.has(`${folder}/${name.replace(".checkins", "")}`) && !lines.has(`${folder}/${name}`)],
};

const seen = new Map(Object.keys(FORMS).map((form) => [form, 0]));
for (const path of pages()) {
  const text = readFileSync(join(site, path), "utf8");
  const found = [];
  for (const [, href] of text.matchAll(/<a\b[^>]*?\shref="([^"]*)"/g)) {
    if (!href.startsWith(`${address}/`)) continue;
    const rest = decodeURIComponent(href.slice(address.length + 1));
    const form = Object.keys(FORMS).find((form) => FORMS[form][0].test(rest));
    found.push(form);
    if (!form) say(path, `leads to no page of a forge: ${href}`);
    else {
      seen.set(form, seen.get(form) + 1);
      const [pattern, isThere] = FORMS[form];
      if (!isThere(pattern.exec(rest).slice(1))) say(path, `leads to nothing in the repository: ${href}`);
    }
  }
  if (!path.startsWith("goals/")) continue;
  for (const form of ["commit", "file", "history", "edit"]) {
    if (!found.includes(form)) say(path, `has no way to the forge by ${form}`);
  }
  // The plan, and its check-ins: to be edited, or made.
  if (found.filter((form) => form === "edit" || form === "make").length < 2) say(path, "has no way to write a check-in");
}
for (const [form, count] of seen) if (count === 0) say("", `leads nowhere by ${form}`);
end(`links into the forge (${[...seen].map(([form, count]) => `${count} ${form}`).join(", ")})`);
