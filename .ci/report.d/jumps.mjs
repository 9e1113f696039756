// Follows links to places of the same page in a real browser, narrow and wide, with motion and without: each ends with
// its target at the top of the window, though nothing on the way has been seen before.
//
//   node jumps.mjs SITE CHROMIUM

import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { browser as executablePath, end, sample, say, site } from "./site.mjs";

if (!executablePath) process.exit(0);

const WIDTHS = [360, 1440];
const MOTIONS = ["no-preference", "reduce"];
/** Most links of a page in many files leave it. */
const JUMPS = basename(site).endsWith("-in-one") ? 6 : 2;
/** How far below the top of the window a target may begin, and its heading, before which a notice may stand. */
const MOST = 40;
const MOST_TO_HEADING = 400;

/** Some links of a page's content to places in it, from its first to its last. */
const links = (page) =>
  page.evaluate((most) => {
    const found = [...document.querySelectorAll("nav a[href^='#'], main a[href^='#']")].map((link) => link.getAttribute("href"));
    const ways = [...new Set(found)];
    return ways.filter((_way, at) => at % Math.ceil(ways.length / most) === 0);
  }, JUMPS);

/** Follows a link, and tells where its target and its heading stand once nothing moves any more. */
const followed = (page, way) =>
  page.evaluate(async (way) => {
    document.querySelector(`a[href="${CSS.escape(way)}"]`).click();
    const target = document.getElementById(decodeURIComponent(way.slice(1)));
    for (let still = 0, before = NaN; still < 15; before = scrollY) {
      await new Promise(requestAnimationFrame);
      still = scrollY === before ? still + 1 : 0;
    }
    const top = (element) => Math.round(element.getBoundingClientRect().top);
    const heading = target.querySelector("h1, h2, h3") ?? target;
    const isEnd = scrollY + innerHeight >= document.documentElement.scrollHeight - 1;
    return { target: top(target), heading: top(heading), isEnd };
  }, way);

const chrome = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
let count = 0;

/** Follows links of every page in a window of this width, with motion or without. */
async function jumped(width, reducedMotion) {
  const page = await chrome.newPage({ viewport: { width, height: 900 }, reducedMotion });
  for (const path of sample()) {
    const address = pathToFileURL(join(site, path)).href;
    await page.goto(address);
    for (const way of await links(page)) {
      // Nothing has been seen yet, and nothing has the height that it had when it was.
      await page.goto("about:blank");
      await page.goto(address);
      count += 1;
      const { target, heading, isEnd } = await followed(page, way);
      const stands = target >= 0 && target <= MOST && heading >= target && heading <= MOST_TO_HEADING;
      if (!stands && !(isEnd && target >= 0)) {
        say(path, `${way} is reached ${target} from the top, its heading ${heading} (${width} wide, ${reducedMotion} motion)`);
      }
    }
  }
}

await Promise.all(WIDTHS.flatMap((width) => MOTIONS.map((motion) => jumped(width, motion))));
await chrome.close();
end(`${count} jumps in a browser`);
