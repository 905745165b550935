// A TypeScript program against the service, with types made from the OpenAPI document and nothing asserted by hand.

import createClient from "openapi-fetch";

import type { components, paths } from "./made/service.js";

declare const process: { env: Record<string, string | undefined> };

type Issue = components["schemas"]["Issue"];

/** What an answer brought; an error ends the program with its own sentence. */
function brought<T>(answer: { data?: T; error?: { code: string; message: string }; response: Response }): T {
  if (answer.data === undefined) {
    throw new Error(`${answer.response.status} ${answer.error?.code}: ${answer.error?.message}`);
  }
  return answer.data;
}

function expect(holds: boolean, sentence: string): void {
  if (!holds) {
    throw new Error(`it does not hold that ${sentence}`);
  }
}

const client = createClient<paths>({
  baseUrl: process.env["SERVICE"] ?? "",
  headers: { "X-Session-Token": process.env["SESSION_TOKEN"] ?? "" },
});

const first = await client.GET("/connectors/jira/projects", { params: { query: { limit: 2 } } });
const keys: string[] = brought(first).map((project) => project.key);
const cursor = first.response.headers.get("X-Next-Cursor");
expect(keys.length === 2 && cursor !== null, "a page of two projects leads to the next");
const second = brought(await client.GET("/connectors/jira/projects", { params: { query: { limit: 2, cursor: cursor ?? "" } } }));
expect(second.every((project) => !keys.includes(project.key)), "the next page has other projects");

const project = brought(await client.GET("/connectors/jira/projects/{key}", { params: { path: { key: "APP" } } }));
expect(project.name.length > 0, "a project has a name");

const made = brought(
  await client.POST("/connectors/jira/create", {
    body: { project_key: project.key, summary: "Made by a typed client", description: "In **Markdown**." },
  }),
);
const path = { key: made.id };
const issue: Issue = brought(await client.GET("/connectors/jira/issues/{key}", { params: { path } }));
expect(issue.title === "Made by a typed client" && issue.description === "In **Markdown**.", "what was made can be read");

const changed: Issue = brought(
  await client.PUT("/connectors/jira/issues/{key}", { params: { path }, body: { summary: "Changed by a typed client" } }),
);
expect(changed.title === "Changed by a typed client", "a change is answered with the issue");

brought(await client.POST("/connectors/jira/issues/{key}/comments", { params: { path }, body: { body: "Seen." } }));
const comments = brought(
  await client.GET("/connectors/jira/issues/{key}/comments", { params: { path, query: { order: "newest" } } }),
);
expect(comments[0]?.body === "Seen.", "the newest comment comes first");

const steps = brought(await client.GET("/connectors/jira/issues/{key}/transitions", { params: { path } }));
const transition = steps.find((step) => step.to_status === "Done")?.id ?? "";
const done: Issue = brought(
  await client.POST("/connectors/jira/issues/{key}/transitions", { params: { path }, body: { transition } }),
);
expect(done.status === "Done", "a transition is answered with the issue");

const hits = brought(await client.GET("/connectors/jira/search", { params: { query: { q: "project = APP", limit: 3 } } }));
expect(hits.length === 3 && hits.every((hit) => hit.metadata.project === "APP"), "a search finds issues of the project");

const spaces = brought(await client.GET("/connectors/confluence/spaces", { params: { query: { limit: 1 } } }));
const page = brought(
  await client.POST("/connectors/confluence/create", {
    body: { space_key: spaces[0]?.key ?? "", title: "Made by a typed client", body: "# Made" },
  }),
);
const read = brought(await client.GET("/connectors/confluence/pages/{id}", { params: { path: { id: page.id } } }));
expect(read.title === "Made by a typed client" && read.body?.startsWith("# Made") === true, "a new page can be read");

const result = brought(
  await client.POST("/connectors/tools/invoke", { body: { tool: "jira_search", args: { jql: "project = APP", limit: 2 } } }),
);
expect(result.items?.length === 2, "a tool that lists gives items");

const missing = await client.GET("/connectors/jira/issues/{key}", { params: { path: { key: "APP-99999" } } });
expect(missing.error?.code === "NOT_FOUND", "what does not exist is an error with a code");
