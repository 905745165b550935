// A person's browser as far as a login goes: a cookie jar, redirects, links and the one form.

/** Undoes what a template escapes. */
const plain = (text) => text.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code))).replaceAll("&amp;", "&");

/** A client says where to go before it listens for the answer; a person is never that fast. */
async function patiently(work, tries = 20) {
  try {
    return await work();
  } catch (error) {
    if (tries === 0) {
      throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 250));
    return patiently(work, tries - 1);
  }
}

/** A browser in which `account` of the sandbox is at Atlassian. */
export class ScriptedBrowser {
  #jar = new Map();

  constructor(stage, account) {
    Object.assign(this, { stage, account });
  }

  /** One request with the cookies of the service; nothing is followed. */
  async #send(address, options = {}) {
    const headers = { Accept: "text/html", "Sec-Fetch-Mode": "navigate", Cookie: [...this.#jar].map((pair) => pair.join("=")).join("; "), ...options.headers };
    const answer = await fetch(address, { ...options, headers, redirect: "manual" });
    for (const cookie of answer.headers.getSetCookie()) {
      const [name, value] = cookie.split(";")[0].split("=");
      this.#jar.set(name, value);
    }
    return { status: answer.status, location: answer.headers.get("location"), html: await answer.text() };
  }

  /** Goes to an address of the service, through Atlassian's consent where it leads there; gives the page at the end. */
  async #open(address) {
    let place = new URL(address, this.stage.service).href;
    for (let hops = 0; hops < 10; hops++) {
      if (place.startsWith(`${this.stage.sandbox}/authorize`)) {
        ({ callback: place } = await this.stage.switch("consent", { url: place, account: this.account }));
      }
      const page = await this.#send(place);
      if (!page.location) {
        return page;
      }
      place = new URL(page.location, place).href;
    }
    throw new Error(`redirected for ever: ${place}`);
  }

  /** Does what a person does whom a program has sent to `address`: logs in, reads the question, and allows reading and writing. */
  async letIn(address) {
    let page = await this.#open(address);
    const login = page.html.match(/id="login-atlassian" href="([^"]*)"/);
    if (login) {
      page = await this.#open(plain(login[1]));
    }
    const fields = [...page.html.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)].map(([, name, value]) => [name, plain(value)]);
    if (fields.length === 0) {
      throw new Error(`no question on the page: ${page.status} ${page.html.slice(0, 600)}`);
    }
    const answer = await this.#send(`${this.stage.service}/authorize`, {
      method: "POST",
      headers: { "Content-Type": "application/x-www-form-urlencoded", Origin: this.stage.service },
      body: new URLSearchParams([...fields, ["decision", "write"]]),
    });
    return patiently(() => fetch(answer.location));
  }

  /** What a person reads with their session. */
  async read(path) {
    const answer = await fetch(this.stage.service + path, { headers: { Cookie: [...this.#jar].map((pair) => pair.join("=")).join("; ") } });
    return answer.json();
  }
}
