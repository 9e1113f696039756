// What the checks of a report share: its pages, a choice of them, and what is told at the end.

import { readdirSync, statSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";

export const site = resolve(process.argv[2]);
export const browser = process.argv[3];

/** Every file below the report's folder, by its path in it. */
export function files(inside = site) {
  const entries = readdirSync(inside, { withFileTypes: true });
  const paths = entries.flatMap((entry) => {
    const path = join(inside, entry.name);
    return entry.isDirectory() ? files(path) : [relative(site, path)];
  });
  return paths.sort();
}

export const pages = () => files().filter((path) => path.endsWith(".html"));

/** Two pages of each kind, the largest and the first; a kind is a folder, or a page beside them. */
export function sample() {
  const kinds = new Map();
  for (const path of pages()) {
    const kind = dirname(path) === "." ? path : path.split("/")[0];
    kinds.set(kind, [...(kinds.get(kind) ?? []), path]);
  }
  const size = (path) => statSync(join(site, path)).size;
  const chosen = [...kinds.values()].flatMap((paths) => {
    const largest = paths.reduce((one, other) => (size(other) > size(one) ? other : one));
    return [...new Set([paths[0], largest])];
  });
  return chosen.sort();
}

const wrong = new Set();

/** Notes that something is wrong with a page. */
export const say = (path, what) => wrong.add(`${basename(site)}/${path}: ${what}`);

/** Tells what is wrong, and ends with 1 if anything is. */
export function end(what) {
  for (const line of [...wrong].slice(0, 60)) console.log(line);
  console.log(`${basename(site)}: ${what}: ${wrong.size === 0 ? "sound" : `${wrong.size} wrong`}`);
  process.exit(wrong.size === 0 ? 0 : 1);
}
