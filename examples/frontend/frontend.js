// A frontend on the integration backend: logs a person in, says who they are, and lists their Jira projects.

const SERVICE = "http://localhost:3001";
const byId = (id) => document.getElementById(id);

/** Calls the API as the person who is logged in: with "include" the browser sends the session cookie to another origin. */
async function call(path) {
  const response = await fetch(SERVICE + path, { credentials: "include" });
  const body = await response.json();
  if (!response.ok) {
    throw new Error(body.message);
  }
  return { body, next: response.headers.get("X-Next-Cursor") };
}

/** Every entry of a list. Each page but the last one comes with the cursor of the next. */
async function wholeList(path) {
  const entries = [];
  for (let query = { limit: 100 }; query; ) {
    const { body, next } = await call(`${path}?${new URLSearchParams(query)}`);
    entries.push(...body);
    query = next && { limit: 100, cursor: next };
  }
  return entries;
}

async function show() {
  const { body: session } = await call("/auth/session");
  const isConnected = session.connections.some(({ connected }) => connected);
  byId("login").hidden = isConnected;
  // In open mode there are no people: whoever uses this computer is the one owner.
  const owner = session.user?.display_name ?? "the owner of this computer";
  byId("person").textContent = session.authenticated ? `You are ${owner}.` : "Nobody is logged in.";
  const projects = isConnected ? await wholeList("/connectors/jira/projects") : [];
  // textContent: a project's name is what somebody typed, and must not become markup.
  const lines = projects.map(({ key, name }) => Object.assign(document.createElement("li"), { textContent: `${key}: ${name}` }));
  byId("projects").replaceChildren(...lines);
}

byId("login").addEventListener("click", () => {
  const back = encodeURIComponent(location.origin + location.pathname);
  location.assign(`${SERVICE}/auth/atlassian/login?redirect=true&return_url=${back}`);
});

show().catch((error) => (byId("person").textContent = error.message));
