// The event stream: open while somebody looks, closed while the tab is hidden, and opened again when it drops.

import { call, inTenant } from "./call.js";

const WAIT_MILLISECONDS = [2_000, 5_000, 15_000];

/** One person's stream for as long as the page is there. */
class Stream {
  #handlers;
  #showState;
  #loggedOut;
  #source = null;
  #timer = null;
  #failures = 0;
  #isOver = false;

  constructor({ handlers, showState, loggedOut }) {
    this.#handlers = handlers;
    this.#showState = showState;
    this.#loggedOut = loggedOut;
  }

  /** Opens the stream, unless it is open, nobody looks, or the login has ended. */
  open() {
    if (this.#isOver || this.#source || document.hidden) {
      return;
    }
    clearTimeout(this.#timer);
    this.#showState(this.#failures ? "reconnecting" : "connecting");
    this.#source = new EventSource(inTenant("/dashboard/events"));
    for (const [kind, handle] of Object.entries(this.#handlers)) {
      this.#source.addEventListener(kind, (event) => {
        this.#failures = 0;
        this.#showState("live");
        handle(JSON.parse(event.data));
      });
    }
    this.#source.addEventListener("end", (event) => {
      if (JSON.parse(event.data).reason === "signed_out") {
        this.#end();
      } else {
        this.#showState("reconnecting");
      }
    });
    this.#source.addEventListener("error", () => this.#dropped());
  }

  /**
   * The browser reconnects by itself after a dropped connection, but not after a refusal, and does not tell
   * scripts which status that had (WHATWG HTML, "Server-sent events"). The session says whether it was a logout.
   */
  async #dropped() {
    this.#showState("reconnecting");
    if (this.#source?.readyState !== EventSource.CLOSED) {
      return;
    }
    this.close();
    const session = await call("/auth/session").catch(() => null);
    if (session && !session.data.authenticated) {
      this.#end();
    } else {
      const wait = WAIT_MILLISECONDS[Math.min(this.#failures, WAIT_MILLISECONDS.length - 1)];
      this.#failures += 1;
      this.#timer = setTimeout(() => this.open(), wait);
    }
  }

  /** Closes the stream; it may be opened again. */
  close() {
    clearTimeout(this.#timer);
    this.#source?.close();
    this.#source = null;
  }

  #end() {
    if (!this.#isOver) {
      this.#isOver = true;
      this.close();
      this.#loggedOut();
    }
  }

  /** Closes the stream while nobody looks: browsers allow six connections to one host over HTTP/1.1, for all tabs. */
  pause() {
    this.close();
    if (!this.#isOver) {
      this.#showState("paused");
    }
  }

  /** Opens the stream on a new network; a connection of the one before can hang for minutes without an error. */
  renew() {
    if (this.#source && this.#source.readyState !== EventSource.OPEN) {
      this.close();
    }
    this.open();
  }
}

/**
 * Listens to the service. `handlers` has a function for each kind of event, which gets its data; `showState`
 * gets the state of the stream (connecting, live, reconnecting, paused); `loggedOut` is called when the login
 * has ended, after which the stream stays closed.
 */
export function listen(listeners) {
  const stream = new Stream(listeners);
  document.addEventListener("visibilitychange", () => (document.hidden ? stream.pause() : stream.open()));
  addEventListener("pagehide", () => stream.close());
  // Back may bring the page as it was left, without running its scripts again.
  addEventListener("pageshow", (event) => event.persisted && stream.open());
  addEventListener("online", () => stream.renew());
  stream.open();
}
