// What is written once, however often somebody presses the button: a lost answer must not make a second issue or comment.

/** `crypto.randomUUID` would be shorter, but browsers have it on https and localhost only. */
const randomKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/** Whether nobody knows if a write was carried out. */
export const isUnknown = (problem) => problem.details?.outcome === "unknown";

/** The keys of a form's writes: the same content goes out under the same key. */
export class Once {
  #text = "";
  #key = "";

  /** The headers for a body. */
  headersFor(body) {
    const text = JSON.stringify(body);
    if (text !== this.#text) {
      this.#text = text;
      this.#key = randomKey();
    }
    return { "Idempotency-Key": this.#key };
  }

  /**
   * Takes note of a failure. Where nobody knows what became of a write the person looks, and who presses the button
   * again then means it: the old key would only say once more that nobody knows. After a success the same words are new ones.
   */
  renewAfter(problem) {
    if (!problem || isUnknown(problem)) {
      this.#text = "";
    }
  }
}
