// The dashboard: joins the stream of news to the parts of the page.

import { call, inTenant } from "./parts/call.js";
import { showStatistics, startChart } from "./parts/chart.js";
import { clearConfluence, loadConfluence, startConfluence } from "./parts/confluence.js";
import { showConnection, startConnections } from "./parts/connections.js";
import { busy, el, mayWrite, note } from "./parts/dom.js";
import { addEvent, showEvents, startHistory } from "./parts/history.js";
import { clearJira, loadJira, startJira } from "./parts/jira.js";
import { listen } from "./parts/stream.js";
import { offerSync, showSync, startSync } from "./parts/sync.js";
import { setClock, tick } from "./parts/times.js";

const PANELS = { jira: { load: loadJira, clear: clearJira }, confluence: { load: loadConfluence, clear: clearConfluence } };
const STREAM_WORDS = { connecting: "Connecting …", live: "Live", reconnecting: "Reconnecting …", paused: "Paused" };
const shownSites = new Map();

function connectionChanged(connection) {
  showConnection(connection);
  const { id, status, site } = connection;
  const panel = document.getElementById(id);
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

/** Why a panel is empty, and the way out. */
function whatToDo({ id, title, status }) {
  const login = `/auth/${id}/login?${document.body.dataset.login}`;
  const ways = {
    not_connected: [`${title} is not connected. Connect it, and what it has is shown here.`, login, `Connect ${title}`],
    needs_site: ["Your login reaches several sites. Choose the one to use, and what it has is shown here.", `#site-${id}`, "Choose the site"],
    reauth_required: ["Atlassian has ended this login. Log in again to go on; your site stays chosen.", login, "Log in again"],
  };
  const [sentence, address, words] = ways[status] ?? ways.not_connected;
  return el("div", { class: "empty" }, el("p", { text: sentence }), el("p", {}, el("a", { class: "button", href: address, text: words })));
}

const news = {
  snapshot(snapshot) {
    setClock(snapshot.now);
    snapshot.connections.forEach(connectionChanged);
    (snapshot.syncs ?? []).forEach(showSync);
    showStatistics(snapshot.statistics);
    showEvents(snapshot);
  },
  connection: connectionChanged,
  "token-event": addEvent,
  stats: showStatistics,
  sync: showSync,
};

function tell(state) {
  const pill = document.getElementById("stream");
  if (pill && !pill.classList.contains(state)) {
    pill.className = `stream ${state}`;
    pill.querySelector(".words").textContent = STREAM_WORDS[state];
  }
}

/** The login has ended: nothing of it stays on the page. */
function ended() {
  tick(false);
  document.querySelectorAll("dialog").forEach((dialog) => dialog.remove());
  document.querySelector(".account")?.remove();
  document.getElementById("main").replaceChildren(document.getElementById("signed-out").content.cloneNode(true));
  document.querySelector("#main h1").focus();
}

async function logOut({ currentTarget }) {
  await busy(currentTarget, async () => {
    try {
      await call("/auth/logout", { method: "POST" });
      location.replace(inTenant("/dashboard/token"));
    } catch (problem) {
      document.getElementById("message").replaceChildren(note("problem", problem.message));
    }
  });
}

/** What a login's ending left in the address is said once. */
function forgetEnding() {
  const address = new URL(location.href);
  ["connected", "needs_site", "error", "status", "provider", "state"].forEach((name) => address.searchParams.delete(name));
  history.replaceState(null, "", address);
}

forgetEnding();
startConnections();
startChart();
startHistory();
startJira();
startConfluence();
startSync();
document.getElementById("logout")?.addEventListener("click", logOut);
document.addEventListener("visibilitychange", () => tick(!document.hidden));
tick(!document.hidden);
listen({ news, tell, ended });
