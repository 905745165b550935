// Plays every attack of a foreign page from every place such a page may stand, and looks what came of it.

import assert from "node:assert/strict";

import { CHANGES, KNOWLEDGE, PERSONAL, PRIVATE, embed, fetchAll, frameAndLook, sendAll, submitForms } from "./attacks.mjs";

/** What the service does for anybody, without knowing them. */
const HARMLESS =
  /^(OPTIONS .*|GET (\/metrics|\/ready|\/favicon.ico|\/connected|\/static\/.*|\/auth\/session|\/api\/v1\/auth\/status|\/api\/auth\/oauth\/token\/status|\/connectors|\/connectors\/\{provider\}\/connection)|POST \/auth\/logout)$/;

/** Where an attacker's page may stand. Each gives the frame in which its scripts run. */
export const PLACES = {
  "another site": (page, stage) => open(page, stage.stranger),
  "another port of this machine": (page, stage) => open(page, stage.neighbour),
  "a name under localhost": (page, stage) => open(page, stage.stranger.replace("127.0.0.1", "evil.localhost")),
  "a site of the Internet": (page, stage) => open(page, stage.stranger.replace("127.0.0.1", "evil.example")),
  "a sandboxed frame": async (page, stage) => {
    await open(page, stage.stranger);
    return framed(page, { sandbox: "allow-scripts allow-forms", srcdoc: "<!doctype html><title>Sandboxed</title><body>" });
  },
  "a data: address": async (page, stage) => {
    await open(page, stage.stranger);
    return framed(page, { src: "data:text/html,<!doctype html><title>Data</title><body>" });
  },
};

async function open(page, address) {
  await page.goto(address);
  return page.mainFrame();
}

async function framed(page, attributes) {
  const handle = await page.evaluateHandle(async (attributes) => {
    const inner = Object.assign(document.createElement("iframe"), attributes);
    if (attributes.sandbox) {
      inner.setAttribute("sandbox", attributes.sandbox);
    }
    const loaded = new Promise((end) => (inner.onload = end));
    document.body.append(inner);
    await loaded;
    return inner;
  }, attributes);
  return handle.asElement().contentFrame();
}

/**
 * Begins to watch; `nothingHappened(what, mayRead)` fails when since then the service has done anything for
 * somebody, or has asked Atlassian anything. `mayRead`: reading alone is no harm, as nobody hears the answer.
 */
export async function watchService(stage) {
  const before = await stage.succeeded();
  const asked = await stage.journal();
  return {
    async nothingHappened(what, mayRead = false) {
      const isHarm = (line) => !(mayRead && line.startsWith("GET "));
      assert.deepEqual((await asked()).filter(isHarm), [], `${what}: what Atlassian was asked`);
      const after = await stage.succeeded();
      const grown = Object.keys(after).filter((name) => after[name] !== before[name] && !HARMLESS.test(name));
      assert.deepEqual(grown.filter(isHarm), [], `${what}: what was answered with success`);
    },
  };
}

/**
 * Tells the stories of every place. `connect(page, stage)` connects Omar in this browser, `stillConnected(page,
 * stage)` looks whether he still is; `cookieTravels(place)` says whether his cookie goes along from there.
 */
export function besiege(story, { connect, stillConnected, cookieTravels }) {
  for (const [place, enter] of Object.entries(PLACES)) {
    story(`from ${place} nothing can be read`, async ({ page, stage, context }) => {
      await connect(page, stage);
      const { nothingHappened } = await watchService(stage);
      const foreign = await enter(await context.newPage(), stage);
      const heard = await fetchAll(foreign, stage.service, PRIVATE.concat(PERSONAL));
      for (const path of PRIVATE) {
        heard.push(...(await embed(foreign, stage.service + path)), await frameAndLook(foreign, stage.service + path));
      }
      heard.push(...(await embed(foreign, `${stage.service}/dashboard/events`)));
      heard.push(await frameAndLook(foreign, `${stage.service}/connected`));
      assert.doesNotMatch(heard.join("\n"), KNOWLEDGE);
      assert.doesNotMatch(heard.join("\n"), /(img|script|link|video|import) loaded|events opened/);
      await nothingHappened(place, cookieTravels(place));
      await stillConnected(page, stage);
    });

    story(`from ${place} nothing can be changed`, async ({ page, stage, context }) => {
      await connect(page, stage);
      const cookies = await context.cookies(stage.service);
      const { nothingHappened } = await watchService(stage);
      const foreign = await enter(await context.newPage(), stage);
      const heard = await sendAll(foreign, stage.service, CHANGES, `${stage.stranger}/bounce`);
      for (const [, path, content] of CHANGES) {
        await submitForms(foreign, stage.service + path, content);
      }
      assert.doesNotMatch(heard.join("\n"), KNOWLEDGE);
      await nothingHappened(place);
      assert.deepEqual(await context.cookies(stage.service), cookies);
      await stillConnected(page, stage);
    });
  }
}

/**
 * Goes from a foreign page to an address as a link, a form (`get`, `post`) or a window does; gives the status, and
 * the page on which the answer is shown.
 */
export async function goFrom(page, origin, address, means) {
  await page.goto(origin);
  const opened = means === "window" ? page.waitForEvent("popup") : page;
  const isThere = (url) => url.toString().split("?")[0] === address;
  const answered = page.context().waitForEvent("response", (response) => isThere(response.url()));
  await page.evaluate(
    ([address, means]) => {
      if (means === "window") {
        globalThis.opened = window.open(address);
      } else if (means === "link") {
        Object.assign(document.createElement("a"), { href: address }).click();
      } else {
        const form = Object.assign(document.createElement("form"), { method: means, action: address });
        document.body.append(form);
        form.submit();
      }
    },
    [address, means],
  );
  const status = (await answered).status();
  const shown = await opened;
  if (status !== 204) {
    await shown.waitForURL(isThere);
  }
  return { status, shown };
}

/** What a page learns of the window that it has opened last. */
export const lookInto = (page) =>
  page.evaluate(() => {
    try {
      return globalThis.opened.document.documentElement.outerHTML;
    } catch (error) {
      return error.name;
    }
  });
