// Opens pages of every kind from the disk in a real browser: nothing is fetched, nothing is logged,
// no text comes to life, nothing sticks out, nothing keeps anybody out, nothing needs a script.
//
//   node pages.mjs SITE CHROMIUM

import { readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { browser as executablePath, end, sample, say, site } from "./site.mjs";

if (!executablePath) process.exit(0);

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const WIDTHS = [360, 768, 1440];
const STOPS = 14;
/** Axe takes its time on a larger page, and is asked once. */
const LARGE_BYTES = 300_000;

const address = (path) => pathToFileURL(join(site, path)).href;

/** A page that tells on itself. */
async function opened(context, path) {
  const page = await context.newPage();
  const place = () => (page.url().startsWith("file:") ? fileURLToPath(page.url().split("#")[0]).slice(site.length + 1) : path);
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
 * workspace's name is whole, and labels of dates do not touch. */
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
    const touching = [...document.querySelectorAll(".axis, .dates")].flatMap((axis) => {
      const dates = [...axis.querySelectorAll(".tick-date, .dates text")].filter((date) => box(date).width > 0).map(box);
      dates.sort((one, other) => one.left - other.left);
      return dates.filter((date, at) => at > 0 && dates[at - 1].right > date.left);
    });
    return [
      goals.length > 0 && !goals.some(isSeen) && "a map without a goal in sight",
      weeks.length > 0 && "a heat map without the week under way in sight",
      (name.scrollHeight > name.clientHeight + 1 || name.scrollWidth > name.clientWidth + 1) && "a name that is cut off at its head",
      touching.length > 0 && "labels of dates that touch",
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

/** Every stop of the keyboard is seen, the first one leads to the content. */
async function keyboard(page, path) {
  await page.reload();
  await page.keyboard.press("Tab");
  const skip = await page.evaluate(() => document.activeElement?.getAttribute("href"));
  if (skip !== "#main") say(path, `the first stop of the keyboard is ${skip}, not the way to the content`);
  const links = await page.evaluate(() => document.querySelectorAll("a[href], button, input, select, summary").length);
  for (let stop = 2; stop <= Math.min(links, STOPS); stop += 1) {
    await page.keyboard.press("Tab");
    const shown = await page.evaluate(() => {
      const element = document.activeElement;
      if (!element || element === document.body) return true;
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
      return (outlineStyle !== "none" && outlineWidth !== "0px") || boxShadow !== "none";
    });
    if (!shown) say(path, `stop ${stop} of the keyboard is not shown`);
  }
  await page.reload();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  const reached = await page.evaluate(() => document.activeElement?.id);
  if (reached !== "main") say(path, `the way to the content ends at ${reached || "nothing"}`);
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

/** From the front page to the first page that its content links to, and home again. */
async function navigated(page) {
  await page.goto(address("index.html"));
  const link = page.locator("main a[href$='.html'], main a[href*='.html#'], main a[href^='#page:']").first();
  if ((await link.count()) === 0) return;
  await link.click();
  if (page.url() === address("index.html")) say("index.html", "its first link leads nowhere");
  if ((await page.locator("h1").count()) === 0) say("index.html", "its first link leads to a page without a heading");
  await page.locator("header a.brand").first().click();
  if (!page.url().startsWith(address("index.html"))) say("index.html", `home is ${page.url()}`);
}

const chrome = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
const context = await chrome.newContext();
// As high as a page gets: browsers leave out of a page's text what is far from being seen.
const plain = await chrome.newContext({ javaScriptEnabled: false, viewport: { width: 1280, height: 30000 } });
const chosen = sample();
const bare = await plain.newPage();
for (const path of chosen) {
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
await navigated(await opened(context, "index.html"));
await chrome.close();
end(`${chosen.length} pages in a browser`);
