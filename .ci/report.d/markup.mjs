// Has the Nu HTML checker look at pages of every kind, the style sheet and the pictures.
//
//   node markup.mjs SITE

import { execFile, execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { basename, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { end, files, sample, say, site } from "./site.mjs";

try {
  execFileSync("java", ["-version"], { stdio: "ignore" });
} catch {
  process.exit(0);
}

const first = (ending) => files().filter((path) => path.endsWith(ending)).slice(0, 2);
const chosen = [...sample(), ...first(".css"), ...first(".svg")];
const jar = createRequire(import.meta.url).resolve("vnu-jar/build/dist/vnu.jar");
const options = ["-Xss4m", "-jar", jar, "--format", "json", "--also-check-css", "--also-check-svg"];
const paths = chosen.map((path) => join(site, path));
const told = await new Promise((done) => {
  execFile("java", [...options, ...paths], { maxBuffer: 1 << 28 }, (_error, _out, said) => done(said));
});

// What the checker does not know of: properties of SVG in CSS. What it knows less of than a browser,
// which holds the pages to it in another check: a policy that names digests, or files on the disk.
const UNKNOWN = [
  /Property “(vector-effect|paint-order|r|rx|y)” doesn't exist/,
  /violates Content Security Policy/,
];
// Where all pages are in one, each has its heading.
const inOne = basename(site).endsWith("-in-one");
for (const { type, subType, message, url, lastLine } of JSON.parse(told).messages) {
  if (UNKNOWN.some((known) => known.test(message)) || (inOne && /\bh1\b/.test(message))) continue;
  const path = url ? relative(site, fileURLToPath(url)) : "";
  say(path, `line ${lastLine}: ${subType ?? type}: ${message}`);
}
end(`${chosen.length} files by the Nu HTML checker`);
