// Has every document converted by our own code, those that were made from Atlassian's schema edited, and every judge look
// at what came out.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { isDeepStrictEqual } from "node:util";

import { judgeAdf } from "./adf.mjs";
import { documents } from "./documents.mjs";
import { inputs, judgeEdited } from "./edited.mjs";
import { kept } from "./kept.mjs";
import { judgeSource, sources } from "./sources.mjs";
import { judgeDataCenter, judgeStorage, judgeXml } from "./storage.mjs";
import { judgeWiki } from "./wiki.mjs";

/** Every so many documents one is edited, too, which takes longest. */
const EDITED = 3;

/** How many examples of a kind of finding are shown. */
const SHOWN = 4;

const BROKEN = [
  ["schema", judgeAdf, { type: "doc", version: 1, content: [{ type: "heading", attrs: { level: 7 }, content: [] }] }],
  ["address", judgeAdf, { type: "doc", version: 1, content: [{ type: "paragraph", content: [{ type: "text", text: "a", marks: [{ type: "link", attrs: { href: "docs/a.md" } }] }] }] }],
  ["XML", judgeStorage, "<p>a&nbsp;b</p>"],
  ["XML", judgeStorage, "<p><x:y/></p>"],
  ["macro", judgeStorage, '<ac:structured-macro ac:name="rust"/>'],
  ["structure", judgeStorage, "<p><p>a</p></p>"],
  ["XML", judgeXml, "<p>a &unknown; b</p>"],
  ["language", judgeDataCenter, '<ac:structured-macro ac:name="code"><ac:parameter ac:name="language">rust</ac:parameter></ac:structured-macro>'],
  ["macro", judgeWiki, "{rust}a{rust}"],
  ["language", judgeWiki, "{code:rust}\na\n{code}"],
];

/** Without this, a judge that looks at nothing would let everything pass. */
function examineJudges() {
  for (const [kind, judge, broken] of BROKEN) {
    if (!judge(broken).some((finding) => finding.startsWith(`${kind}:`))) {
      throw new Error(`no ${kind} was found in ${JSON.stringify(broken)}`);
    }
  }
}

/** Gives for each document what the program makes of it. */
async function* converted(program, all) {
  const child = spawn(program, { stdio: ["pipe", "pipe", "inherit"] });
  const ended = once(child, "close");
  child.stdin.end(all.map((line) => `${JSON.stringify(line)}\n`).join(""));
  let index = 0;
  for await (const line of createInterface({ input: child.stdout, crlfDelay: Infinity })) {
    yield [all[index], JSON.parse(line)];
    index += 1;
  }
  const [code] = await ended;
  if (code !== 0 || index !== all.length) {
    throw new Error(`the program ended with ${code} at ${all[index]?.name}: ${JSON.stringify(all[index]).slice(0, 400)}`);
  }
}

/** Who looks at an edited document: wiki markup that people wrote may hold any macro. */
const LOOKS = { ADF: judgeAdf, storage: judgeXml, wiki: () => [] };

/** Everything that is wrong with the edits of one document. */
function judgeEdits(where, { document, made }, look) {
  const wrong = look(document).map((finding) => `${where} before the edit: ${finding}`);
  for (const [kind, edit] of Object.entries(made).filter(([, each]) => each !== null)) {
    const say = (finding) => wrong.push(`${where} edit (${kind}): ${finding}`);
    if (edit.refused !== undefined) {
      say(`refused: ${edit.refused}`);
      continue;
    }
    look(edit.written).forEach(say);
    if (typeof edit.meant === "string" && edit.read !== edit.meant) {
      say("reads otherwise than it was meant");
    }
  }
  if (!isDeepStrictEqual(made.unchanged.written, document)) {
    wrong.push(`${where} edit (unchanged): changes something`);
  }
  return wrong;
}

/** Everything that is wrong with what was made of one document. */
function judge({ adf, storage, wiki, dataCenter, edits }) {
  const wrong = [];
  const found = (where, findings) => wrong.push(...findings.map((finding) => `${where}: ${finding}`));
  found("ADF", judgeAdf(adf.written));
  found("storage", judgeStorage(storage.written));
  found("Data Center", judgeDataCenter(dataCenter));
  found("wiki", judgeWiki(wiki.written));
  // What is read is what was written: once more through Markdown changes nothing.
  for (const [where, { written, again }] of Object.entries({ ADF: adf, storage, wiki })) {
    if (!isDeepStrictEqual(written, again)) {
      wrong.push(`${where}: not the same once more`);
    }
  }
  if (adf.read !== adf.reread) {
    wrong.push("ADF: its Markdown is not the same once more");
  }
  for (const [where, made] of Object.entries(edits ?? {})) {
    wrong.push(...judgeEdits(where, made, LOOKS[where]));
  }
  return wrong;
}

function judged(document, made) {
  if (document.adf) {
    return judgeEdited(document, made);
  }
  return document.source === undefined ? judge(made) : judgeSource(document, made);
}

examineJudges();
const written = documents(JSON.parse(await text(process.stdin)));
const all = [
  ...written.map((document, number) => ({ ...document, kept: number % EDITED === 0 ? kept(number / EDITED) : null })),
  ...inputs(),
  ...sources(),
];
const findings = new Map();
for await (const [document, made] of converted(process.argv[2], all)) {
  for (const finding of judged(document, made)) {
    const kind = finding.replaceAll(/\/\d+|: \S+:\/\/.*|"[^"]*"/g, "");
    findings.set(kind, [...(findings.get(kind) ?? []), { document, finding }]);
  }
}
for (const [kind, found] of findings) {
  console.error(`\n${kind}: ${found.length} documents`);
  for (const { document, finding } of found.slice(0, SHOWN)) {
    console.error(`  ${document.name}: ${finding}\n    ${JSON.stringify(document.markdown ?? document.source ?? document.adf).slice(0, 300)}`);
  }
}
if (findings.size > 0) {
  throw new Error(`judges: ${findings.size} kinds of mistakes in ${all.length} documents`);
}
console.log(`judges: nothing wrong in ADF, storage format, wiki markup and edits of ${all.length} documents`);
