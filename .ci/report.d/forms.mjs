// Holds the report in one page to the report in a folder: the parts of each page stand as far from each other, and are as
// large, in both.
//
//   node forms.mjs SITE-in-one CHROMIUM, with SITE beside it

import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { browser as executablePath, end, say, site } from "./site.mjs";

const SUFFIX = "-in-one";
if (!executablePath || !site.endsWith(SUFFIX)) process.exit(0);

const WIDTHS = [360, 768, 1440];

/** The boxes of what the frames hold, and of what that holds, by the frames' ids, measured from the first heading. */
const boxes = (page, frames) =>
  page.evaluate((frames) => {
    // Rows that are far from the window have only an estimated height.
    const all = new CSSStyleSheet();
    all.replaceSync("* { content-visibility: visible !important }");
    document.adoptedStyleSheets = [all];
    const name = (element) => `${element.className || element.localName} “${element.textContent.trim().slice(0, 20)}”`;
    return [...document.querySelectorAll(frames)].map((frame) => {
      const start = frame.querySelector("h1").getBoundingClientRect();
      const parts = frame.querySelectorAll(":scope > :not(.sheet-way), :scope > * > *, :scope > * > * > *");
      const shown = [...parts].filter((part) => part.checkVisibility() && !part.closest(".sheet-way"));
      return [frame.id, shown.map((part) => {
        const { left, top, width, height } = part.getBoundingClientRect();
        return { name: name(part), box: [left - start.left, top - start.top, width, height].map(Math.round) };
      })];
    });
  }, frames);

const chrome = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
const page = await chrome.newPage();
const address = (folder, path) => pathToFileURL(join(folder, path)).href;
let count = 0;
for (const width of WIDTHS) {
  await page.setViewportSize({ width, height: 900 });
  await page.goto(address(site, "index.html"));
  for (const [id, inOne] of await boxes(page, ".sheet")) {
    // `page:goals:2026-q4:calm` is `goals/2026-q4/calm.html`.
    const path = `${id.slice("page:".length).replaceAll(":", "/").replaceAll("_.", "~").replaceAll("__", "_")}.html`;
    await page.goto(address(site.slice(0, -SUFFIX.length), path));
    const [[, alone]] = await boxes(page, "main");
    count += alone.length;
    const other = alone.findIndex(({ name, box }, at) => name !== inOne[at]?.name || box.some((side, of) => Math.abs(side - inOne[at].box[of]) > 1));
    if (other >= 0) {
      const { name, box } = alone[other];
      say(path, `${name} is at ${box} in a folder, and ${inOne[other]?.name} at ${inOne[other]?.box} in one page (${width} wide)`);
    } else if (inOne.length !== alone.length) say(path, `has ${alone.length} parts in a folder, and ${inOne.length} in one page`);
  }
}
await chrome.close();
end(`${count} parts in both forms`);
