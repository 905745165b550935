// The stream of news: opened while somebody looks, closed while the tab is hidden, and come back to
// by itself when it drops.

import { call, inTenant } from "./call.js";

const WAIT_MILLISECONDS = [2_000, 5_000, 15_000];

/**
 * Listens to the service. `news` has a function for each kind of event, which gets its data; `tell`
 * gets the state of the stream (connecting, live, reconnecting, paused); `ended` is called when the
 * login has ended, after which the stream stays closed.
 */
export function listen({ news, tell, ended }) {
  let source = null;
  let timer = null;
  let failures = 0;
  let isOver = false;

  function open() {
    if (isOver || source || document.hidden) {
      return;
    }
    clearTimeout(timer);
    tell(failures ? "reconnecting" : "connecting");
    source = new EventSource(inTenant("/dashboard/events"));
    for (const [name, take] of Object.entries(news)) {
      source.addEventListener(name, (event) => {
        failures = 0;
        tell("live");
        take(JSON.parse(event.data));
      });
    }
    source.addEventListener("end", (event) => {
      if (JSON.parse(event.data).reason === "signed_out") {
        stop();
      } else {
        tell("reconnecting");
      }
    });
    source.addEventListener("error", dropped);
  }

  /** The browser comes back by itself, unless it was refused: then it is found out why. */
  async function dropped() {
    tell("reconnecting");
    if (source?.readyState !== EventSource.CLOSED) {
      return;
    }
    close();
    const known = await call("/auth/session").catch(() => null);
    if (known && !known.data.authenticated) {
      stop();
    } else {
      timer = setTimeout(open, WAIT_MILLISECONDS[Math.min(failures++, WAIT_MILLISECONDS.length - 1)]);
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
      ended();
    }
  }

  function pause() {
    close();
    if (!isOver) {
      tell("paused");
    }
  }

  document.addEventListener("visibilitychange", () => (document.hidden ? pause() : open()));
  addEventListener("pagehide", close);
  addEventListener("pageshow", (event) => event.persisted && open());
  addEventListener("online", () => {
    if (source && source.readyState !== EventSource.OPEN) {
      close();
    }
    open();
  });
  open();
}
