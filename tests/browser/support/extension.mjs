// Browser extensions made for a test: real ones, unpacked, in a Chromium that has loaded them.

import { createHash, generateKeyPairSync } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { chromium } from "playwright-core";

import { FLAGS } from "./browser.mjs";

/**
 * A new extension identity. Chromium derives the id from the public key: the first half of its SHA-256, written
 * with the letters a to p. So the origin can be listed before the extension is loaded.
 */
export function newIdentity() {
  const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const key = publicKey.export({ type: "spki", format: "der" });
  const half = createHash("sha256").update(key).digest("hex").slice(0, 32);
  const id = Array.from(half, (digit) => String.fromCharCode(97 + Number.parseInt(digit, 16))).join("");
  return { id, key: key.toString("base64"), origin: `chrome-extension://${id}` };
}

/**
 * Starts a Chromium with these extensions: `{name: {identity, hosts, contentScript?}}`. `hosts` are the sites that the
 * person has given the extension rights on; `contentScript` runs in their pages. Gives the browser context and
 * `ask(name, url, options)`, a fetch by the extension's background script.
 */
export async function browserWithExtensions(extensions) {
  const folder = await mkdtemp(path.join(tmpdir(), "browser-extensions-"));
  const folders = [];
  for (const [name, { identity, hosts, contentScript }] of Object.entries(extensions)) {
    const place = path.join(folder, name);
    await mkdir(place);
    const manifest = { manifest_version: 3, name, version: "1", key: identity.key, host_permissions: hosts, background: { service_worker: "background.js" } };
    if (contentScript) {
      manifest.content_scripts = [{ matches: ["http://*/*"], js: ["content.js"] }];
      await writeFile(path.join(place, "content.js"), contentScript);
    }
    await writeFile(path.join(place, "manifest.json"), JSON.stringify(manifest));
    await writeFile(path.join(place, "background.js"), "self.isReady = true;");
    folders.push(place);
  }
  const list = folders.join(",");
  const context = await chromium.launchPersistentContext(path.join(folder, "profile"), {
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    headless: true,
    args: [...FLAGS, `--load-extension=${list}`, `--disable-extensions-except=${list}`],
    ignoreDefaultArgs: ["--disable-extensions"],
  });
  const background = (name) => {
    const url = `${extensions[name].identity.origin}/background.js`;
    const find = () => context.serviceWorkers().find((worker) => worker.url() === url);
    return find() ?? context.waitForEvent("serviceworker", { predicate: (worker) => worker.url() === url, timeout: 15_000 });
  };
  return {
    context,
    async ask(name, url, options = {}) {
      const worker = await background(name);
      return worker.evaluate(
        async ([url, options]) => {
          const answer = await fetch(url, options).catch(() => null);
          return answer ? { status: answer.status, text: await answer.text(), token: answer.headers.get("x-session-token") } : "blocked";
        },
        [url, options],
      );
    },
    async close() {
      await context.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
