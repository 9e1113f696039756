// Opens pages of every kind from the disk in a real browser: nothing is fetched, nothing is logged,
// no text comes to life, nothing sticks out, nothing keeps anybody out, nothing needs a script.
//
//   node pages.mjs SITE CHROMIUM

import { readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { browser as executablePath, end, pages, sample, say, site } from "./site.mjs";

if (!executablePath) process.exit(0);

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const WIDTHS = [360, 768, 1440];
/** What the keyboard stops at, and how many stops of a page are tried. */
const INTERACTIVE = "a[href], button, input, select, textarea, summary, [tabindex]:not([tabindex^='-'])";
const STOPS = 150;
/** Axe takes its time on a larger page, and is asked once. */
const LARGE_BYTES = 300_000;
/** Kinds of pages that the header does not lead to, by their folders. */
const KINDS = ["cycles", "goals", "teams", "people"];

/** Where all pages are in one, each is a part of it. */
const inOne = basename(site).endsWith("-in-one");
const address = (path) => pathToFileURL(join(site, path)).href;

/** A page's path in the report, by its address. */
const placeOf = (url) => fileURLToPath(url.split("#")[0]).slice(site.length + 1);

/** A page that tells on itself. */
async function opened(context, path) {
  const page = await context.newPage();
  const place = () => (page.url().startsWith("file:") ? placeOf(page.url()) : path);
  page.on("console", (message) => say(place(), `says on the console: ${message.text()}`));
  page.on("pageerror", (error) => say(place(), `throws: ${error.message}`));
  page.on("dialog", async (dialog) => {
    say(place(), `opens a dialog: ${dialog.message()}`);
    await dialog.dismiss();
  });
  page.on("request", (request) => {
    const own = request.url().startsWith(`${pathToFileURL(site).href}/`);
    if (!own && !request.url().startsWith("data:")) say(place(), `asks for ${request.url()}`);
  });
  await page.goto(address(path));
  return page;
}

/** Nothing sticks out of the window, at any width, in light and dark; axe has nothing to say. */
async function seen(page, path) {
  const isLarge = statSync(join(site, path)).size > LARGE_BYTES;
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 });
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      const needs = await page.evaluate(() => document.documentElement.scrollWidth);
      if (needs > width) say(path, `is ${needs} wide in a window of ${width}`);
      const isFirst = width === WIDTHS[0] && colorScheme === "light";
      if (isFirst || !isLarge) await accessible(page, path, `${colorScheme}, ${width}`);
    }
  }
}

/** Who recorded a value is in sight: no table of records is wider than its card. */
async function authors(page, path) {
  for (const width of [360, 1024, 1440]) {
    await page.setViewportSize({ width, height: 900 });
    const hidden = await page.evaluate(() => {
      for (const details of document.querySelectorAll("details")) details.open = true;
      const right = (element) => element.getBoundingClientRect().right;
      return [...document.querySelectorAll(".records .by")].filter((author) => right(author) > right(author.closest(".table-wrap")) + 1).length;
    });
    if (hidden > 0) say(path, `has ${hidden} authors out of sight in a window of ${width}`);
  }
}

/** On a small screen the map begins with a goal, heat maps show the week that is under way, the
 * workspace's name is whole, and labels do not touch. */
async function narrow(page, path) {
  await page.setViewportSize({ width: 360, height: 900 });
  await page.reload();
  const hidden = await page.evaluate(() => {
    const box = (element) => element.getBoundingClientRect();
    const isSeen = (element) => box(element).left >= 0 && box(element).right <= innerWidth;
    const goals = [...document.querySelectorAll(".map-goal")];
    const weeks = [...document.querySelectorAll(".heat-scroll")].filter((heat) => {
      const [now, names] = [heat.querySelector(".heat-week.now"), heat.querySelector(".heat-names")];
      return now && (box(now).left < box(names).right || box(now).right > box(heat).right);
    });
    const name = document.querySelector(".brand span");
    const tallies = [...document.querySelectorAll(".teams .tally .status")];
    const apart = (one, other) =>
      one.right <= other.left + 1 || other.right <= one.left + 1 || one.bottom <= other.top + 3 || other.bottom <= one.top + 3;
    const touching = [...document.querySelectorAll(".axis, svg:not(svg svg)")].flatMap((picture) => {
      const labels = [...picture.querySelectorAll(".tick-date, text")].map(box).filter(({ width }) => width > 0);
      return labels.filter((label, at) => labels.slice(0, at).some((other) => !apart(label, other)));
    });
    return [
      goals.length > 0 && !goals.some(isSeen) && "a map without a goal in sight",
      weeks.length > 0 && "a heat map without the week under way in sight",
      (name.scrollHeight > name.clientHeight + 1 || name.scrollWidth > name.clientWidth + 1) && "a name that is cut off at its head",
      tallies.some((status) => !isSeen(status)) && "a table of teams with a status out of sight",
      touching.length > 0 && "labels of a picture that touch",
    ].filter(Boolean);
  });
  for (const what of hidden) say(path, `has ${what} on a small screen`);
  await page.setViewportSize({ width: 1440, height: 900 });
}

/** What is pointed at in a chart tells of a point, and of the chart as a whole nowhere. */
async function tips(page, path) {
  const wrong = await page.evaluate(() =>
    [...document.querySelectorAll(".chart")].filter((chart) => chart.checkVisibility()).slice(0, 6).flatMap((chart) => {
      chart.scrollIntoView({ block: "center", behavior: "instant" });
      const { left, top } = chart.getBoundingClientRect();
      const point = chart.querySelector("circle:has(> title)");
      const box = point?.getBoundingClientRect();
      const told = point && document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
      return [
        document.elementFromPoint(left + 2, top + 2)?.closest(".chart") && "a chart whose title is a tip all over it",
        point && !told?.querySelector(":scope > title") && "a chart whose points tell nothing",
      ].filter(Boolean);
    }));
  for (const what of new Set(wrong)) say(path, `has ${what}`);
}

async function accessible(page, path, how) {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate((tags) => axe.run({ runOnly: tags, preload: false }), TAGS);
  for (const { id, help, nodes } of violations) {
    const where = nodes.map((node) => node.target.join(" ")).slice(0, 3).join(", ");
    say(path, `${id} (${how}): ${help}: ${where}`);
  }
}

/** Nothing that was written by a contributor has become markup. */
async function inert(page, path) {
  const live = await page.evaluate(() => {
    const all = [...document.querySelectorAll("*")];
    const handlers = all.filter((element) => element.getAttributeNames().some((name) => name.startsWith("on")));
    const odd = document.querySelectorAll("iframe, object, embed, img, base, form[action]:not(.find), [style], a[href^='javascript:' i], a[href^='data:' i], a[href^='vbscript:' i], use, foreignObject, animate, set");
    const scripts = [...document.scripts].filter((script) => script.textContent.includes("alert("));
    return [...handlers, ...odd, ...scripts].map((element) => element.outerHTML.slice(0, 80));
  });
  for (const element of live) say(path, `has come to life: ${element}`);
}

/**
 * Puts into a page what tells of its stops: those that are shown, in the order of the page, with how each looks while
 * it is none.
 */
function telling(interactive) {
  for (const details of document.querySelectorAll("details")) details.open = true;
  const stops = [...document.querySelectorAll(interactive)].filter((element) => !element.disabled && element.checkVisibility({ visibilityProperty: true }));
  const named = (element) => (element ? element.outerHTML.slice(0, 70).replace(/\s+/g, " ") : "nothing");
  const look = (element) => {
    const { outlineStyle, outlineWidth, outlineColor, boxShadow } = getComputedStyle(element);
    const line = outlineStyle === "none" || parseFloat(outlineWidth) === 0 ? "none" : `${outlineStyle} ${outlineWidth} ${outlineColor}`;
    return `${line}, ${boxShadow}`;
  };
  const before = stops.map(look);
  window.stops = {
    count: stops.length,
    /** What is wrong with a stop that the keyboard should be at; nothing if it is as it should be. */
    fault(at) {
      const element = document.activeElement;
      if (element !== stops[at]) return `is ${named(element)}, not ${named(stops[at])}`;
      if (look(element) === before[at]) return `does not show: ${named(element)}`;
      const { left, right, top, bottom } = element.getBoundingClientRect();
      const isSeen = bottom > 0 && top < innerHeight && right > 0 && left < innerWidth;
      return isSeen ? "" : `is out of sight: ${named(element)}`;
    },
    focus: (at) => stops[at].focus(),
    isAt: (at) => document.activeElement === stops[at],
    isOut: () => document.activeElement === document.body || document.activeElement === stops[0],
    /** Stops that lead somewhere in this report: one of the header, the content's first and last, one of a picture. */
    links() {
      const leads = (element) => element.matches("a[href]") && new URL(element.getAttribute("href"), location).protocol === location.protocol;
      const isElsewhere = (element) => new URL(element.getAttribute("href"), location).href !== location.href;
      const found = stops.filter((element) => leads(element) && isElsewhere(element));
      const inside = (selector) => found.filter((element) => element.closest(selector));
      const chosen = [inside("header nav")[0], inside("main")[0], inside("main").at(-1), inside("main svg")[0]];
      return [...new Set(chosen.filter(Boolean))].map((element) => ({
        at: stops.indexOf(element),
        href: new URL(element.getAttribute("href"), location).href,
      }));
    },
  };
}

/** The keyboard comes to all there is, in order and in sight, gets out again and back, and opens what it is at. */
async function keyboard(page, path) {
  await page.reload();
  await page.keyboard.press("Tab");
  const skip = await page.evaluate(() => document.activeElement?.getAttribute("href"));
  if (skip !== "#main") say(path, `the first stop of the keyboard is ${skip}, not the way to the content`);
  else {
    await page.keyboard.press("Enter");
    const reached = await page.evaluate(() => document.activeElement?.id);
    if (reached !== "main") say(path, `the way to the content ends at ${reached || "nothing"}`);
  }

  const first = page.locator("summary:visible").first();
  if ((await first.count()) > 0) {
    const isOpen = () => first.evaluate((summary) => summary.parentElement.open);
    const before = await isOpen();
    await first.focus();
    await page.keyboard.press("Enter");
    if ((await isOpen()) === before) say(path, "a summary does not open or close by the keyboard");
  }

  await page.goto("about:blank");
  await page.goto(address(path));
  await page.evaluate(telling, INTERACTIVE);
  const count = await page.evaluate(() => window.stops.count);
  const last = Math.min(count, STOPS) - 1;
  const walk = async (key, from, to) => {
    const step = from < to ? 1 : -1;
    for (let at = from; at !== to + step; at += step) {
      await page.keyboard.press(key);
      const fault = await page.evaluate((at) => window.stops.fault(at), at);
      if (fault === "") continue;
      say(path, `stop ${at + 1} of the keyboard, by ${key}, ${fault}`);
      return;
    }
  };
  await walk("Tab", 0, last);
  if (count <= STOPS) {
    await page.evaluate((at) => window.stops.focus(at), last);
    await page.keyboard.press("Tab");
    if (!(await page.evaluate(() => window.stops.isOut()))) say(path, "the keyboard does not get out of it");
  }
  await page.evaluate((at) => window.stops.focus(at), last);
  if (last > 0) await walk("Shift+Tab", last - 1, 0);

  for (const { at, href } of await page.evaluate(() => window.stops.links())) {
    await page.evaluate((at) => window.stops.focus(at), at);
    if (!(await page.evaluate((at) => window.stops.isAt(at), at))) say(path, `no keyboard gets to the link to ${href}`);
    await page.keyboard.press("Enter");
    await page.waitForURL(href, { timeout: 5000 }).catch(() => say(path, `Enter leads to ${page.url()}, not to ${href}`));
    await page.goto("about:blank");
    await page.goto(address(path));
    await page.evaluate(telling, INTERACTIVE);
  }
  await page.reload();
}

/** What a page says, line by line, but for what only works with a script. */
const lines = (page) =>
  page.evaluate(() => {
    const controls = "form, button, input, select, label, output, [role=status], [aria-live], [role=search]";
    for (const element of document.querySelectorAll(controls)) element.hidden = true;
    const text = document.querySelector("main")?.innerText ?? document.body.innerText;
    return text.split("\n").map((line) => line.replace(/\s+/g, " ").trim()).filter(Boolean);
  });

/** Everything is there without scripts as well. */
async function complete(page, bare, path) {
  await bare.goto(address(path));
  const without = (await bare.locator("body").innerText()).replace(/\s+/g, " ");
  const lost = (await lines(page)).filter((line) => !without.includes(line));
  if (lost.length > 0) say(path, `lacks without scripts: ${lost[0].slice(0, 80)}`);
  if (without.length < 40) say(path, "says nothing without scripts");
}

const words = (text) => text.replace(/\s+/g, " ").trim();

/** Where a browser is: the heading that it shows, and what the header says is the present page. */
async function standing(page) {
  const id = decodeURIComponent(new URL(page.url()).hash.slice(1)) || "page:index";
  const place = inOne ? page.locator(`[id="${id}"]`) : page.locator("main");
  const heading = place.locator("h1").first();
  const isThere = (await heading.count()) > 0 && (await heading.isVisible());
  const current = await page.locator("header nav [aria-current=page]").allInnerTexts();
  return { heading: isThere ? words(await heading.innerText()) : "nothing", current: current.map(words).join(", ") };
}

/** Follows a link by a click to a page of this heading, then does what is to be done there, and goes back. */
async function followed(page, link, heading, current, there = async () => {}) {
  const [from, before] = [page.url(), await standing(page)];
  const path = placeOf(from);
  const name = words(await link.innerText());
  await link.click();
  const found = await standing(page);
  if (page.url() === from) say(path, `the link ${name} leads nowhere`);
  if (found.heading !== heading) say(path, `the link ${name} leads to the heading ${found.heading}, not ${heading}`);
  // All pages in one have one header, which knows of no other page.
  if (!inOne && found.current !== current) say(path, `after the link ${name} the header is at ${found.current || "nothing"}, not ${current || "nothing"}`);
  await there();
  await page.goBack();
  const after = await standing(page);
  if (page.url() !== from || after.heading !== before.heading) say(path, `the way back from ${name} leads to ${page.url()}`);
}

/** From the front page by clicks to every kind of page, and back by the browser's own button; then home. */
async function navigated(page) {
  await page.goto(address("index.html"));
  const front = await standing(page);
  if (front.current !== "Overview") say("index.html", `the header is at ${front.current || "nothing"}`);
  const entries = page.locator("header .nav a");
  const names = (await entries.allInnerTexts()).map(words);
  for (const [at, name] of names.entries()) {
    if (name === "Overview") continue;
    await followed(page, entries.nth(at), name, name, name === "All goals" ? () => byKind(page) : undefined);
  }
  const all = ["Overview", "All goals", "Changes", "Map", "Calibration", "Findings"];
  if (names.join() !== all.join()) say("index.html", `the header has the entries ${names.join(", ")}`);
  await followed(page, entries.nth(1), "All goals", "All goals", async () => {
    await page.locator("header a.brand").click();
    const home = await standing(page);
    if (home.heading !== front.heading) say("search.html", `home has the heading ${home.heading}`);
    await page.goBack();
  });
}

/** From the page of all goals to a page of each kind that there is. */
async function byKind(page) {
  const place = inOne ? page.locator("[id='page:search']") : page.locator("main");
  for (const kind of KINDS) {
    const link = place.locator(inOne ? `a[href^='#page:${kind}:']` : `a[href^='${kind}/']`).first();
    const isKnown = inOne ? (await page.locator(`[id^='page:${kind}:']`).count()) > 0 : pages().some((path) => path.startsWith(`${kind}/`));
    if ((await link.count()) > 0) await followed(page, link, words(await link.innerText()), "");
    else if (isKnown) say("search.html", `has no way to ${kind}`);
  }
}

const chrome = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
const context = await chrome.newContext();
// As high as a page gets: browsers leave out of a page's text what is far from being seen.
const plain = await chrome.newContext({ javaScriptEnabled: false, viewport: { width: 1280, height: 30000 } });
const chosen = sample();
const waiting = [...chosen];

async function looked() {
  const bare = await plain.newPage();
  for (let path = waiting.shift(); path; path = waiting.shift()) {
    const page = await opened(context, path);
    await inert(page, path);
    await seen(page, path);
    await authors(page, path);
    await narrow(page, path);
    await tips(page, path);
    await keyboard(page, path);
    await complete(page, bare, path);
    await page.close();
  }
}
await Promise.all([looked(), looked()]);
await navigated(await opened(context, "index.html"));
await chrome.close();
end(`${chosen.length} pages in a browser`);
