// The event stream: open while somebody looks, closed while the tab is hidden, and opened again when it drops.

import { call, inTenant } from "./call.js";

const WAIT_MILLISECONDS = [2_000, 5_000, 15_000];

/**
 * Listens to the service. `handlers` has a function for each kind of event, which gets its data; `showState`
 * gets the state of the stream (connecting, live, reconnecting, paused); `loggedOut` is called when the login
 * has ended, after which the stream stays closed.
 */
export function listen({ handlers, showState, loggedOut }) {
  let source = null;
  let timer = null;
  let failures = 0;
  let isOver = false;

  function open() {
    if (isOver || source || document.hidden) {
      return;
    }
    clearTimeout(timer);
    showState(failures ? "reconnecting" : "connecting");
    source = new EventSource(inTenant("/dashboard/events"));
    for (const [kind, handle] of Object.entries(handlers)) {
      source.addEventListener(kind, (event) => {
        failures = 0;
        showState("live");
        handle(JSON.parse(event.data));
      });
    }
    source.addEventListener("end", (event) => {
      if (JSON.parse(event.data).reason === "signed_out") {
        stop();
      } else {
        showState("reconnecting");
      }
    });
    source.addEventListener("error", dropped);
  }

  /**
   * The browser reconnects by itself after a dropped connection, but not after a refusal, and does not tell
   * scripts which status that had (WHATWG HTML, "Server-sent events"). The session says whether it was a logout.
   */
  async function dropped() {
    showState("reconnecting");
    if (source?.readyState !== EventSource.CLOSED) {
      return;
    }
    close();
    const session = await call("/auth/session").catch(() => null);
    if (session && !session.data.authenticated) {
      stop();
    } else {
      timer = setTimeout(open, WAIT_MILLISECONDS[Math.min(failures, WAIT_MILLISECONDS.length - 1)]);
      failures += 1;
    }
  }

  function close() {
    clearTimeout(timer);
    source?.close();
    source = null;
  }

  function stop() {
    if (!isOver) {
      isOver = true;
      close();
      loggedOut();
    }
  }

  function pause() {
    close();
    if (!isOver) {
      showState("paused");
    }
  }

  document.addEventListener("visibilitychange", () => (document.hidden ? pause() : open()));
  addEventListener("pagehide", close);
  // Back may bring the page as it was left, without running its scripts again.
  addEventListener("pageshow", (event) => event.persisted && open());
  addEventListener("online", () => {
    // A connection of the network before can hang without an error for minutes.
    if (source && source.readyState !== EventSource.OPEN) {
      close();
    }
    open();
  });
  open();
}
