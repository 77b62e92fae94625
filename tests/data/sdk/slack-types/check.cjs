// Reads [{"method": "chat.postMessage", "request": {…}}, …] from a file, and lets the TypeScript compiler say whether each request is
// what @slack/web-api declares for its method, and whether its blocks and views are ones that @slack/types knows.
// Prints the complaints as a JSON list.

const fs = require("node:fs");
const path = require("node:path");
const ts = require("typescript");

const modules = process.env.NODE_PATH;
const calls = JSON.parse(fs.readFileSync(process.argv[2], "utf8"));
const file = path.join(path.dirname(process.argv[2]), "calls.ts");

const lines = [
  'import type * as api from "@slack/web-api";',
  'import type { KnownBlock, View } from "@slack/types";',
];
const about = {};
const declare = (what, value, type) => {
  about[lines.length] = what;
  lines.push(`(${JSON.stringify(value)}) satisfies ${type};`);
};
calls.forEach(({ method, request }, number) => {
  const words = method.split(".").map((word) => word[0].toUpperCase() + word.slice(1));
  declare(`${number} ${method}`, request, `api.${words.join("")}Arguments`);
  if (request.blocks) declare(`${number} ${method} blocks`, request.blocks, "KnownBlock[]");
  if (request.view) declare(`${number} ${method} view`, request.view, "View");
});
fs.writeFileSync(file, lines.join("\n"));

const program = ts.createProgram([file], {
  noEmit: true,
  strict: true,
  skipLibCheck: true,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  baseUrl: modules,
  paths: { "*": ["./*"] },
  typeRoots: [path.join(modules, "@types")],
  types: ["node"],
});
const complaints = ts.getPreEmitDiagnostics(program).map((found) => {
  const text = ts.flattenDiagnosticMessageText(found.messageText, " / ");
  if (found.file?.fileName !== file) return text;
  const { line } = found.file.getLineAndCharacterOfPosition(found.start);
  return `${about[line] ?? "?"}: ${text}: ${lines[line]?.slice(0, 600)}`;
});
console.log(JSON.stringify(complaints));
