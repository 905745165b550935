// A list in which one entry is chosen, such as a project or a space, below an entry that stands for all of them.

import { byId, element } from "./dom.js";
import { Listing } from "./lists.js";

/**
 * Such a list. `id` is that of its place on the page and `all` the name of the entry for all; `empty()` makes
 * what stands there when there is nothing to choose; `chosen()` is called when the person has chosen.
 */
export class Choices extends Listing {
  #key = null;
  #lists;
  #chosen;

  constructor({ id, all, empty, chosen }) {
    super({ items: byId(id), foot: byId(`${id}-foot`), draw: ({ key, name }) => this.#entry(key, name), empty });
    this.#chosen = chosen;
    // A list of its own: the other one scrolls, and its entries are replaced by what was found.
    const listOfAll = element("ul", { class: "choices", id: `all-${id}` }, this.#entry(null, all));
    byId(id).before(listOfAll);
    this.#lists = [listOfAll, byId(id)];
  }

  /** The key of the chosen entry; `null` stands for all. */
  get key() {
    return this.#key;
  }

  /** Goes back to all, as if nobody had chosen yet. */
  reset() {
    this.#press(null);
  }

  #entry(key, name) {
    const isChosen = this.#key === key;
    const button = element("button", { type: "button", class: "choice-button", "aria-pressed": String(isChosen), "data-key": key ?? "" },
      element("span", { class: "name", text: name, dir: "auto" }),
      key ? element("span", { class: "key", text: key }) : null);
    button.addEventListener("click", () => {
      this.#press(key);
      this.#chosen();
    });
    return element("li", {}, button);
  }

  #press(key) {
    this.#key = key;
    for (const button of this.#lists.flatMap((list) => [...list.querySelectorAll("button")])) {
      button.setAttribute("aria-pressed", String(button.dataset.key === (key ?? "")));
    }
  }
}
