// Looking at a page at every width, light and dark: valid, quiet, no sideways scrolling, accessible.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { readFile } from "node:fs/promises";

import { HtmlValidate } from "html-validate";

import { watch } from "./browser.mjs";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
// The standard's rules, and nothing about taste. The templates cannot be checked as files, so their pages are.
const validator = new HtmlValidate({
  extends: ["html-validate:standard", "html-validate:a11y", "html-validate:document"],
  rules: {
    // A checksum guards files of another server. Ours come from where the page does.
    "require-sri": ["error", { target: "crossorigin" }],
    // It counts the heading in a <template>, which is on no page until it takes the other one's place.
    "heading-level": ["error", { allowMultipleH1: true }],
    // The standard itself says that a button without a type submits its form.
    "no-implicit-button-type": "off",
  },
});
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

/** What the HTML of a page has that the standard does not allow. */
export async function markupProblems(html) {
  const { results } = await validator.validateString(html);
  return results.flatMap(({ messages }) => messages.map(({ line, column, ruleId, message }) => `${line}:${column} ${ruleId}: ${message}`));
}

/** Looks at a page at every width, light and dark. `ready` is what is on it when it has been drawn. */
export async function inspect(page, origin, path, ready) {
  const troubles = watch(page, origin);
  for (const colorScheme of SCHEMES) {
    await page.emulateMedia({ colorScheme });
    for (const width of WIDTHS) {
      const where = `${path}, ${width} px, ${colorScheme}`;
      await page.setViewportSize({ width, height: 900 });
      const response = await page.goto(origin + path);
      assert.deepEqual(await markupProblems(await response.text()), [], where);
      await page.locator(ready).first().waitFor();
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      assert.ok(wide <= 0, `${where}: ${wide} px too wide`);
      assert.deepEqual(await accessibilityProblems(page), [], where);
    }
  }
  assert.deepEqual(troubles, [], path);
}
