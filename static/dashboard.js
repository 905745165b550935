// The dashboard: hands what the event stream brings to the parts of the page.

import { startAgents } from "./parts/agents.js";
import { call, inTenant } from "./parts/call.js";
import { showStatistics, startChart } from "./parts/chart.js";
import { clearConfluence, loadConfluence, startConfluence } from "./parts/confluence.js";
import { showConnection, startConnections } from "./parts/connections.js";
import { attempt } from "./parts/controls.js";
import { byId, element, mayWrite } from "./parts/dom.js";
import { addEvent, showEvents, startHistory } from "./parts/history.js";
import { clearJira, loadJira, startJira } from "./parts/jira.js";
import { listen } from "./parts/stream.js";
import { offerSync, showSync, startSync } from "./parts/sync.js";
import { moment, setClock, tick } from "./parts/times.js";

const PANELS = {
  jira: { load: loadJira, clear: clearJira },
  confluence: { load: loadConfluence, clear: clearConfluence },
};
const STREAM_LABELS = { connecting: "Connecting …", live: "Live", reconnecting: "Reconnecting …", paused: "Paused" };
/** What the query of the address says about the login that has just ended. */
const LOGIN_RESULT = ["connected", "needs_site", "site", "error", "status", "provider", "state"];
const shownSites = new Map();
const statuses = new Map();

/** Shows a connection, and loads its panel again if the site behind it is another one now. */
function connectionChanged(connection) {
  showConnection(connection);
  const { id, status, site } = connection;
  statuses.set(id, status);
  const panel = byId(id);
  // A connection in error still has its login: lists may work, and say themselves why they do not.
  const isUsable = connection.connected || status === "error";
  const before = shownSites.get(id);
  const present = isUsable ? (site?.cloud_id ?? "none") : status;
  offerSync(id, isUsable);
  if (present === before) {
    return;
  }
  shownSites.set(id, present);
  panel.querySelector(".split").hidden = !isUsable;
  const newIssue = panel.querySelector("#new-issue");
  if (newIssue) {
    newIssue.hidden = !isUsable || !mayWrite();
  }
  panel.querySelector(".state").replaceChildren(...(isUsable ? [] : [whatToDo(connection)]));
  PANELS[id][isUsable ? "load" : "clear"]();
}

/** Takes the request to choose a site away, once there is nothing to choose any more. */
function dropRequestForSite() {
  if (![...statuses.values()].includes("needs_site")) {
    byId("choose-site")?.remove();
  }
}

/** Why a panel is empty, and what the person can do about it. */
function whatToDo({ id, title, status }) {
  const login = `/auth/${id}/login?${document.body.dataset.login}`;
  const answers = {
    not_connected: [`${title} is not connected. Connect it to see its content here.`, login, `Connect ${title}`],
    needs_site: ["Your login reaches several sites. Choose one to see its content here.", `#site-${id}`, "Choose the site"],
    reauth_required: ["Atlassian has ended this login. Log in again to continue. Your chosen site stays.", login, "Log in again"],
  };
  const [sentence, address, label] = answers[status] ?? answers.not_connected;
  return element("div", { class: "empty" },
    element("p", { text: sentence }),
    element("p", {}, element("a", { class: "button", href: address, text: label })));
}

/** What to do with each kind of event of the stream. */
const handlers = {
  snapshot(snapshot) {
    setClock(snapshot.now);
    snapshot.connections.forEach(connectionChanged);
    dropRequestForSite();
    (snapshot.syncs ?? []).forEach(showSync);
    showStatistics(snapshot.statistics);
    showEvents(snapshot);
  },
  connection(connection) {
    connectionChanged(connection);
    dropRequestForSite();
  },
  "token-event": addEvent,
  stats: showStatistics,
  sync: showSync,
};

/** Shows how the stream does. While it is down, what it has brought stands in grey, with the time that it is from. */
function showStreamState(state, heardAt) {
  const isStale = state === "reconnecting";
  byId("dashboard")?.classList.toggle("stale", isStale);
  for (const line of document.querySelectorAll(".as-of")) {
    line.hidden = !isStale;
    line.replaceChildren("As of ", moment(new Date(heardAt).toISOString()), ". The service does not answer; this page tries again by itself.");
  }
  const pill = byId("stream");
  if (pill && !pill.classList.contains(state)) {
    pill.className = `stream ${state}`;
    pill.querySelector(".words").textContent = STREAM_LABELS[state];
  }
}

/** The login has ended: nothing of it may stay on the page, because somebody else may look at it now. */
function showLoggedOut() {
  tick(false);
  document.querySelectorAll("dialog").forEach((dialog) => dialog.remove());
  document.querySelector(".account")?.remove();
  byId("main").replaceChildren(byId("signed-out").content.cloneNode(true));
  document.querySelector("#main h1").focus();
}

function logOut({ currentTarget }) {
  return attempt(currentTarget, byId("message"), async () => {
    await call("/auth/logout", { method: "POST" });
    // `replace`: Back must not lead to a page of this login.
    location.replace(inTenant("/dashboard/token"));
  });
}

/** Takes the result of a login out of the address: a reload or a bookmark must not report it again. */
function dropLoginResult() {
  const address = new URL(location.href);
  LOGIN_RESULT.forEach((name) => address.searchParams.delete(name));
  history.replaceState(null, "", address);
}

dropLoginResult();
startConnections();
startChart();
startHistory();
startJira();
startConfluence();
startSync();
startAgents();
byId("logout")?.addEventListener("click", logOut);
document.addEventListener("visibilitychange", () => tick(!document.hidden));
tick(!document.hidden);
listen({ handlers, showState: showStreamState, loggedOut: showLoggedOut });
