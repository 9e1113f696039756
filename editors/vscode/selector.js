// Which files are goal files: `goals.toml`, and what lies in the folder of plans that it names.
"use strict";

/** The document filters of the workspace in a folder whose `goals.toml` holds this text. */
exports.selectorOf = (folder, settings) => {
  const top = literal(folder.replace(/\\/g, "/"));
  const pattern = (rest) => ({ scheme: "file", pattern: `${top}/${rest}` });
  return [pattern("goals.toml"), pattern(`${literal(plansOf(settings))}/**/*.toml`)];
};

/** The folder of plans: a key before the first table, else the default. */
function plansOf(settings) {
  const top = settings.split(/^\s*\[/m, 1)[0];
  const found = /^\s*plans\s*=\s*(?:"([^"\\]+)"|'([^']+)')/m.exec(top);
  return found?.[1] ?? found?.[2] ?? "goals";
}

/** A path as a pattern that fits nothing else. */
const literal = (text) => text.replace(/[*?[\]{}]/g, "[$&]");
