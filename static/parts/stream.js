// The event stream: open while somebody looks, closed while the tab is hidden, and opened again when it drops.

import { call, inTenant } from "./call.js";
import { now } from "./times.js";

const WAIT_MILLISECONDS = [2_000, 5_000, 15_000];
/** The service says something every 15 seconds at least. A connection can be gone for minutes without an error. */
const SILENCE_MILLISECONDS = 40_000;
/** A new login ends the old session a moment before its answer brings the browser the new cookie. */
const NEW_COOKIE_MILLISECONDS = [0, 300, 1_000];

/** One person's stream for as long as the page is there. */
class Stream {
  #handlers;
  #showState;
  #loggedOut;
  #source = null;
  #timer = null;
  #failures = 0;
  #isOver = false;
  #heardAt = now();
  /** What is shown may be old: the stream is down, and nothing has come since. */
  #isStale = false;
  #silence = null;

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
    this.#show(this.#isStale ? "reconnecting" : "connecting");
    this.#source = new EventSource(inTenant("/dashboard/events"));
    for (const [kind, handle] of Object.entries(this.#handlers)) {
      this.#source.addEventListener(kind, (event) => {
        this.#failures = 0;
        this.#isStale = false;
        handle(JSON.parse(event.data));
        this.#hears();
        this.#show("live");
      });
    }
    this.#source.addEventListener("alive", () => this.#hears());
    this.#source.addEventListener("end", (event) => {
      if (JSON.parse(event.data).reason === "signed_out") {
        this.#sessionEnded();
      } else {
        this.#goesStale();
      }
    });
    this.#source.addEventListener("error", () => this.#dropped());
    this.#awaitsNews();
  }

  #show(state) {
    this.#showState(state, this.#heardAt);
  }

  #goesStale() {
    this.#isStale = true;
    this.#show("reconnecting");
  }

  #hears() {
    this.#heardAt = now();
    this.#awaitsNews();
  }

  /** Gives a connection up on which nothing comes any more. */
  #awaitsNews() {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => {
      this.close();
      this.#goesStale();
      this.open();
    }, SILENCE_MILLISECONDS);
  }

  /**
   * The browser reconnects by itself after a dropped connection, but not after a refusal, and does not tell
   * scripts which status that had (WHATWG HTML, "Server-sent events"). The session says whether it was a logout.
   */
  async #dropped() {
    this.#goesStale();
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
    clearTimeout(this.#silence);
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

  /** The session is over; in another tab the same person may have logged in again, and then nothing here is anybody else's. */
  async #sessionEnded() {
    this.close();
    for (const wait of NEW_COOKIE_MILLISECONDS) {
      await new Promise((resolve) => setTimeout(resolve, wait));
      const session = await call("/auth/session").catch(() => null);
      if (session?.data.user) {
        if (session.data.user.id === document.body.dataset.owner) {
          this.open();
        } else {
          this.#end();
        }
        return;
      }
    }
    this.#end();
  }

  /** Closes the stream while nobody looks: browsers allow six connections to one host over HTTP/1.1, for all tabs. */
  pause() {
    this.close();
    if (!this.#isOver) {
      this.#show("paused");
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
 * gets the state of the stream (connecting, live, reconnecting, paused) and when something came last; `loggedOut` is called when the login
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
