// Prints pages of every kind, as a browser without scripts does: every text of the page is on the paper, with what is
// folded up on a screen, none is cut off or beyond an edge, and no sheet but the last is left half empty.
//
//   node paper.mjs SITE CHROMIUM

import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { getDocument } from "pdfjs-dist/legacy/build/pdf.mjs";
import { browser as executablePath, end, sample, say, site } from "./site.mjs";

if (!executablePath) process.exit(0);

const PAPERS = ["A4", "Letter"];
const EDGE = { top: "1.5cm", right: "1.5cm", bottom: "1.5cm", left: "1.5cm" };
const EDGE_POINTS = (1.5 / 2.54) * 72;
/** How far up a sheet its last line may stand, as a share of the sheet's height. */
const HALF = 0.5;
/** How long a name may be and have room in a picture, in letters. */
const LONG = 90;

/** A text without what a printer may set otherwise: blanks, ligatures, marks of direction. */
const bare = (text) => text.normalize("NFKC").replace(/[\s\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]+/g, "");

/** The lines of text that the page shows on a screen with everything unfolded, but for what only a screen needs. */
const texts = (page) =>
  page.evaluate(() => {
    for (const details of document.querySelectorAll("details")) details.open = true;
    const screenOnly = "form, [role=status], .hidden, caption, .crumbs, .spare, [data-none]";
    const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
    const found = [];
    const range = document.createRange();
    while (walker.nextNode()) {
      const text = walker.currentNode;
      if (text.data.trim() === "" || text.parentElement.closest(screenOnly)) continue;
      range.selectNodeContents(text);
      if ([...range.getClientRects()].some(({ width, height }) => width > 0 && height > 0)) found.push(...text.data.split("\n").filter((line) => line.trim() !== ""));
    }
    return found;
  });

/** What is cut off by its own box on paper, as a title with an ellipsis is. */
async function cut(page) {
  const { width, height } = page.viewportSize();
  await page.emulateMedia({ media: "print" });
  await page.setViewportSize({ width: 680, height });
  const found = await page.evaluate((most) =>
    [...document.querySelectorAll("main *:not(.hidden, caption)")]
      .filter((element) => element.checkVisibility() && getComputedStyle(element).overflowX !== "visible")
      .filter((element) => element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1)
      // A longer name stands in full in the table beside its picture.
      .filter((element) => element.textContent.trim().length <= most)
      .map((element) => `${element.className || element.localName} “${element.textContent.trim().slice(0, 40)}”`), LONG);
  await page.emulateMedia({ media: null });
  await page.setViewportSize({ width, height });
  return found;
}

/** The sheets of a printed page: how large they are, and their texts with the places of those. */
async function printed(page, format) {
  const data = new Uint8Array(await page.pdf({ format, margin: EDGE }));
  const paper = await getDocument({ data, verbosity: 0 }).promise;
  const sheets = [];
  for (let number = 1; number <= paper.numPages; number += 1) {
    const sheet = await paper.getPage(number);
    const [, , width, height] = sheet.view;
    const { items } = await sheet.getTextContent();
    const words = items.filter(({ str }) => str.trim() !== "");
    sheets.push({ width, height, words: words.map(({ str, transform: [along, , , , x, y], width: long }) => ({ str, x, y, long: along > 0 ? long : 0 })) });
  }
  return sheets;
}

const chrome = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
const live = await chrome.newPage();
const still = await (await chrome.newContext({ javaScriptEnabled: false })).newPage();
const isSample = basename(site) === "sample";
let count = 0;
for (const path of sample()) {
  const address = pathToFileURL(join(site, path)).href;
  await live.goto(address);
  await still.goto(address);
  const said = await texts(live);
  for (const what of await cut(live)) say(path, `cuts off on paper: ${what}`);
  for (const format of PAPERS) {
    const sheets = await printed(still, format);
    count += sheets.length;
    const all = bare(sheets.flatMap(({ words }) => words.map(({ str }) => str)).join(""));
    const lost = said.filter((text) => !all.includes(bare(text)));
    if (lost.length > 0) say(path, `has ${lost.length} of ${said.length} texts not on ${format}: ${lost.slice(0, 3).map((text) => text.slice(0, 60).trim()).join(" | ")}`);
    for (const [at, { width, height, words }] of sheets.entries()) {
      const beyond = words.find(({ x, long }) => x < EDGE_POINTS - 2 || x + long > width - EDGE_POINTS + 2);
      if (beyond) say(path, `has a text beyond the edge of sheet ${at + 1} of ${format}: ${beyond.str.slice(0, 60)}`);
      // In the single page, each page begins on a sheet of its own; a card may be higher than half a sheet where titles
      // have the length of paragraphs.
      const lowest = Math.min(...words.map(({ y }) => y));
      if (isSample && at < sheets.length - 1 && lowest > height * HALF) say(path, `leaves sheet ${at + 1} of ${sheets.length} of ${format} half empty`);
    }
  }
}
await chrome.close();
end(`${count} sheets of paper`);
