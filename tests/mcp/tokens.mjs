// Counts what the list of tools costs a model, with the vocabulary of OpenAI's newer models.

import { getEncoding } from "js-tiktoken";

/** What all tools may cost together: less than a third of what those of mcp-atlassian 0.23.1 do. */
const MOST = 27_676 / 3;

const encoding = getEncoding("o200k_base");
const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list" });
for (const address of ["", "?toolsets=all"]) {
  const answer = await fetch(process.env.ENDPOINT + address, { method: "POST", headers: { "Content-Type": "application/json" }, body });
  const { tools } = (await answer.json()).result;
  const costs = tools.map((tool) => encoding.encode(JSON.stringify(tool)).length);
  const all = costs.reduce((sum, cost) => sum + cost, 0);
  console.log(`/mcp${address}: ${tools.length} tools, ${all} tokens, ${Math.round(all / tools.length)} a tool`);
  if (tools.length === 0 || all >= MOST) process.exitCode = 1;
}
