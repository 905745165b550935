// What a foreign web page can try against the service. Everything is sent by the page itself, as an attacker's
// page would; each function gives what the page heard.

/** The person's data: for them alone. */
export const PRIVATE = [
  "/connectors/jira/projects",
  "/connectors/jira/myself",
  "/connectors/jira/sync",
  "/connectors/confluence/spaces",
  "/connectors/tools",
  "/api/atlassian/resources",
  "/api/jira/myself",
  "/api/auth/oauth/token/events",
  "/dashboard/statistics",
  "/jira/projects",
  "/users",
  "/metrics",
];

/** For everybody, but these tell whose connections there are only to that person. */
export const PERSONAL = ["/auth/session", "/api/v1/auth/status", "/api/auth/oauth/token/status", "/connectors", "/connectors/jira/connection"];

/** What would change something, and what to send with it. */
export const CHANGES = [
  ["POST", "/users", { email: "eve@example.com" }],
  ["POST", "/connectors/jira/create", { project_key: "APP", summary: "Planted" }],
  ["POST", "/connectors/tools/invoke", { tool: "jira.create", args: { project_key: "APP", summary: "Planted" } }],
  ["POST", "/api/jira/issues", { fields: { project: { key: "APP" }, summary: "Planted", issuetype: { name: "Task" } } }],
  ["POST", "/connectors/jira/sync"],
  ["POST", "/api/oauth/atlassian/refresh"],
  ["POST", "/auth/jira/api-token", { email: "lea@example.com", api_token: "classic-token-lea", site: "acme" }],
  ["POST", "/auth/logout"],
  ["POST", "/api/auth/jira/logout"],
  ["PATCH", "/connectors/jira/connection", { rotate: true }],
  ["DELETE", "/connectors/jira/connection"],
];

/** Whatever stands in an answer that only the person may have. */
export const KNOWLEDGE = /Omar|Haddad|acme|712020:|"authenticated":true|"connected":true|"input_schema"|integration_backend_/;

/** Fetches every path in every way a script can, and gives all that it could read, one line each. */
export const fetchAll = (frame, service, paths) =>
  frame.evaluate(
    async ([service, paths]) => {
      const heard = [];
      for (const path of paths) {
        for (const options of [
          { credentials: "omit" },
          { credentials: "include" },
          { mode: "no-cors", credentials: "include" },
          { credentials: "include", headers: { "Content-Type": "application/json" } },
          { credentials: "omit", headers: { "X-Session-Token": "" } },
          { credentials: "omit", headers: { Origin: service, Host: "localhost", "Sec-Fetch-Site": "same-origin", Referer: service } },
        ]) {
          const answer = await fetch(service + path, options).catch(() => null);
          heard.push(answer ? `${answer.status} ${await answer.text()}` : "blocked");
        }
      }
      return heard;
    },
    [service, paths],
  );

/** Embeds an address in every element that loads one; gives what loaded and how big it became. */
export const embed = (frame, address) =>
  frame.evaluate((address) => {
    const outcome = (element, attribute, more = {}) =>
      new Promise((end) => {
        const name = element.localName;
        element.onload = element.onloadeddata = () => end(`${name} loaded`);
        element.onerror = () => end(`${name} refused`);
        setTimeout(() => end(`${name} silent`), 1500);
        Object.assign(element, more);
        element[attribute] = address;
        (document.body ?? document.documentElement).append(element);
      });
    const make = (name) => document.createElement(name);
    const events = new Promise((end) => {
      const source = new EventSource(address, { withCredentials: true });
      source.onopen = source.onmessage = () => end("events opened");
      source.onerror = () => (source.close(), end("events refused"));
    });
    return Promise.all([
      outcome(new Image(), "src"),
      outcome(make("script"), "src"),
      outcome(make("script"), "src", { type: "module", crossOrigin: "use-credentials" }),
      outcome(make("link"), "href", { rel: "stylesheet" }),
      outcome(make("video"), "src", { preload: "auto" }),
      outcome(make("embed"), "src"),
      import(address).then(
        () => "import loaded",
        () => "import refused",
      ),
      events,
    ]);
  }, address);

/** Frames an address and asks the frame what is in it. */
export const frameAndLook = (frame, address) =>
  frame.evaluate(async (address) => {
    const inner = document.createElement("iframe");
    const settled = new Promise((end) => {
      inner.onload = end;
      setTimeout(end, 3000);
    });
    inner.src = address;
    (document.body ?? document.documentElement).append(inner);
    await settled;
    try {
      return inner.contentWindow.document.documentElement.outerHTML;
    } catch (error) {
      return error.name;
    } finally {
      inner.remove();
    }
  }, address);

/** Sends every change in every way a script can. `bounce` is the attacker's own address that redirects (307) to `?to=`. */
export const sendAll = (frame, service, changes, bounce) =>
  frame.evaluate(
    async ([service, changes, bounce]) => {
      const heard = [];
      const send = async (address, options) => {
        const answer = await fetch(address, options).catch(() => null);
        heard.push(answer ? `${answer.status} ${await answer.text()}` : "blocked");
      };
      for (const [method, path, content] of changes) {
        const body = content && JSON.stringify(content);
        const json = { "Content-Type": "application/json" };
        for (const credentials of ["omit", "include"]) {
          await send(service + path, { method, credentials, headers: json, body });
        }
        if (method === "POST") {
          const plain = { method, credentials: "include", headers: { "Content-Type": "text/plain" }, body };
          await send(service + path, plain);
          await send(service + path, { ...plain, mode: "no-cors" });
          await send(service + path, { ...plain, mode: "no-cors", referrerPolicy: "no-referrer" });
          await send(service + path, { method, mode: "no-cors", credentials: "include" });
          await send(service + path, { method, mode: "no-cors", credentials: "include", keepalive: true, body: new URLSearchParams(content) });
          await send(`${bounce}?to=${encodeURIComponent(service + path)}`, { ...plain, mode: "no-cors" });
          await send(`${bounce}?to=${encodeURIComponent(service + path)}`, { method, credentials: "include", headers: json, body });
          navigator.sendBeacon(service + path, body);
        }
      }
      return heard;
    },
    [service, changes, bounce],
  );

/**
 * Submits a form in every encoding into a frame of the page, then again without a referrer, which makes its
 * origin `null`. As plain text a form can send JSON: its field is called `{…,"padding":"` and holds `"}`.
 */
export const submitForms = (frame, address, content = {}) =>
  frame.evaluate(
    async ([address, content]) => {
      const root = document.body ?? document.documentElement;
      const fields = Object.entries(content).map(([name, value]) => [name, String(value)]);
      const encodings = {
        "application/x-www-form-urlencoded": fields,
        "multipart/form-data": fields,
        "text/plain": [JSON.stringify({ ...content, padding: "=" }).split("=")],
      };
      for (const referrer of ["", "no-referrer"]) {
        root.prepend(Object.assign(document.createElement("meta"), { name: "referrer", content: referrer }));
        for (const [enctype, inputs] of Object.entries(encodings)) {
          const target = Object.assign(document.createElement("iframe"), { name: `into-${Math.random()}` });
          const form = Object.assign(document.createElement("form"), { method: "post", action: address, enctype, target: target.name });
          form.append(...inputs.map(([name, value]) => Object.assign(document.createElement("input"), { name, value })));
          root.append(target, form);
          const arrived = new Promise((end) => {
            target.onload = end;
            // An answer without content loads nothing.
            setTimeout(end, 500);
          });
          form.submit();
          await arrived;
          target.remove();
          form.remove();
        }
      }
    },
    [address, content],
  );
