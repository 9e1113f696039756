// Follows every link of every page inside the report, and looks for ids that are there twice.
//
//   node links.mjs SITE

import { readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { end, files, pages, say, site } from "./site.mjs";

const ENTITIES = { "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'" };
const plain = (text) => text.replace(/&(amp|lt|gt|quot|#39);/g, (entity) => ENTITIES[entity]);

/** The values of an attribute in the tags of a page; style and script are no tags. */
function values(page, names) {
  const markup = page.replace(/<(style|script)\b[^>]*>[\s\S]*?<\/\1>/g, "");
  const found = [];
  for (const [tag] of markup.matchAll(/<[a-zA-Z](?:"[^"]*"|'[^']*'|[^>"'])*>/g)) {
    for (const [, name, value] of tag.matchAll(/\s([a-z:-]+)="([^"]*)"/g)) {
      if (names.includes(name)) found.push(plain(value));
    }
  }
  return found;
}

const there = new Set(files());
const texts = new Map(pages().map((path) => [path, readFileSync(join(site, path), "utf8")]));
const ids = new Map();
for (const [path, text] of texts) {
  const found = values(text, ["id"]);
  const once = new Set(found);
  if (once.size !== found.length) {
    const twice = found.find((id, at) => found.indexOf(id) !== at);
    say(path, `has the id ${twice} twice`);
  }
  ids.set(path, once);
}
let count = 0;
for (const [path, text] of texts) {
  for (const link of values(text, ["href", "src", "xlink:href"])) {
    if (/^(https?|mailto):/i.test(link)) continue;
    count += 1;
    const [file, anchor] = link.split("#", 2);
    const target = file === "" ? path : posix.join(posix.dirname(path), decodeURIComponent(file.split("?")[0]));
    if (/^[a-z][a-z0-9+.-]*:|^\//i.test(link) || !there.has(target)) say(path, `links to nothing: ${link}`);
    else if (anchor && ids.has(target) && !ids.get(target).has(decodeURIComponent(anchor))) {
      say(path, `links to no such place: ${link}`);
    }
  }
}
if (count === 0) say("", "has no links at all");
end(`${count} links of ${texts.size} pages`);
