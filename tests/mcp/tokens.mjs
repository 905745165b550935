// Counts what the list of tools costs, with the vocabulary of OpenAI's newer models: all of it, and what a model is shown of it.

import { getEncoding } from "js-tiktoken";

/** The same of mcp-atlassian 0.23.1, counted in the same manner: 98 tools. */
const PEER = { whole: 27_672, shown: 20_613 };
/** What all tools may cost together: less than a third of what those of mcp-atlassian do. */
const MOST = PEER.whole / 3;
/** The same of what a model is shown: titles, annotations and schemas of results are for its client. */
const MOST_SHOWN = PEER.shown / 3;

const encoding = getEncoding("o200k_base");
const cost = (value) => encoding.encode(JSON.stringify(value)).length;
const sum = (numbers) => numbers.reduce((sum, number) => sum + number, 0);
const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list" });
for (const address of ["", "?toolsets=all"]) {
  const answer = await fetch(process.env.ENDPOINT + address, { method: "POST", headers: { "Content-Type": "application/json" }, body });
  const { tools } = (await answer.json()).result;
  const whole = sum(tools.map(cost));
  const shown = sum(tools.map(({ name, description, inputSchema }) => cost({ name, description, inputSchema })));
  const share = (part, all) => `${Math.round((part / all) * 100)}%`;
  console.log(
    `/mcp${address}: ${tools.length} tools, ${whole} tokens, ${Math.round(whole / tools.length)} a tool (${share(whole, PEER.whole)} of mcp-atlassian's); ` +
      `${shown} of them shown to a model (${share(shown, PEER.shown)})`,
  );
  if (tools.length === 0 || shown >= MOST_SHOWN || whole >= MOST) process.exitCode = 1;
}
