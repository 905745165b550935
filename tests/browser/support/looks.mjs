// Looking at a page at every width, light and dark: quiet, no sideways scrolling, accessible.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { readFile } from "node:fs/promises";

import { watch } from "./browser.mjs";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
export const WIDTHS = [390, 820, 1440];
export const SCHEMES = ["light", "dark"];

/** Serious problems that axe-core finds, in a form that a failing test can show. */
export async function accessibilityProblems(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" | ")}`);
}

/** Looks at a page at every width, light and dark. `ready` is what is on it when it has been drawn. */
export async function inspect(page, origin, path, ready) {
  const troubles = watch(page, origin);
  for (const colorScheme of SCHEMES) {
    await page.emulateMedia({ colorScheme });
    for (const width of WIDTHS) {
      const where = `${path}, ${width} px, ${colorScheme}`;
      await page.setViewportSize({ width, height: 900 });
      await page.goto(origin + path);
      await page.locator(ready).first().waitFor();
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      assert.ok(wide <= 0, `${where}: ${wide} px too wide`);
      assert.deepEqual(await accessibilityProblems(page), [], where);
    }
  }
  assert.deepEqual(troubles, [], path);
}
