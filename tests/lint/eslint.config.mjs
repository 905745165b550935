// The rules for every script: those of the pages, of the browser tests, and of the examples.

import js from "@eslint/js";
import globals from "globals";

/** Whatever makes elements, code or styles out of text: one of them with a person's words in it, and the words run. */
const SINKS = [
  "innerHTML",
  "outerHTML",
  "insertAdjacentHTML",
  "setHTMLUnsafe",
  "parseHTMLUnsafe",
  "createContextualFragment",
  "parseFromString",
  "srcdoc",
  "write",
  "writeln",
];
const SINK_MESSAGE = "Set text as text (textContent, element() of static/parts/dom.js); markup in it would run.";
const SINK_RULES = {
  "no-restricted-properties": ["error", ...SINKS.map((property) => ({ property, message: SINK_MESSAGE }))],
  "no-restricted-syntax": [
    "error",
    // The same by way of Object.assign(element, { innerHTML: … }) or setAttribute("onclick", …).
    { selector: `Property[key.name=/^(${SINKS.join("|")})$/]`, message: SINK_MESSAGE },
    { selector: "CallExpression[callee.property.name='setAttribute'] > Literal[value=/^(on.*|style|srcdoc)$/i]", message: SINK_MESSAGE },
    { selector: "CallExpression[callee.name='element'] > Literal[value=/^(script|style|iframe|object|embed|base)$/i]", message: SINK_MESSAGE },
    { selector: "ImportExpression", message: "Import by name at the top of the file: what a page runs must not depend on a value." },
  ],
  // Nothing of a login may outlive it in the browser.
  "no-restricted-globals": ["error", "localStorage", "sessionStorage", "indexedDB", "event", "name"],
  "no-script-url": "error",
  "no-console": "error",
  "no-alert": "error",
};

const RULES = {
  ...js.configs.recommended.rules,
  "array-callback-return": "error",
  "consistent-return": "error",
  curly: "error",
  "default-case-last": "error",
  eqeqeq: "error",
  "id-length": ["error", { min: 2, properties: "never", exceptions: ["_"] }],
  "no-caller": "error",
  "no-duplicate-imports": "error",
  "no-eval": "error",
  "no-extend-native": "error",
  "no-implicit-coercion": "error",
  "no-implicit-globals": "error",
  "no-implied-eval": "error",
  "no-lonely-if": "error",
  "no-nested-ternary": "error",
  "no-new-func": "error",
  "no-param-reassign": "error",
  "no-self-compare": "error",
  "no-shadow": "error",
  "no-template-curly-in-string": "error",
  "no-throw-literal": "error",
  "no-unmodified-loop-condition": "error",
  "no-unneeded-ternary": "error",
  "no-unused-expressions": "error",
  "no-useless-concat": "error",
  "no-useless-return": "error",
  "no-var": "error",
  "object-shorthand": "error",
  "prefer-arrow-callback": "error",
  "prefer-const": "error",
  "prefer-template": "error",
  "require-await": "error",
  // A function fits a screen and a file is read in one sitting, as in the Rust sources.
  complexity: ["error", 10],
  "max-depth": ["error", 3],
  "max-lines": ["error", 250],
  "max-lines-per-function": ["error", 60],
  "max-nested-callbacks": ["error", 4],
  "max-params": ["error", 4],
};

/** A comment in a file must not switch a rule off; whoever needs another rule changes this list, where everybody sees it. */
const linterOptions = { noInlineConfig: true, reportUnusedDisableDirectives: "error" };
const languageOptions = (...names) => ({ ecmaVersion: 2023, sourceType: "module", globals: Object.assign({}, ...names.map((each) => globals[each])) });

export default [
  { linterOptions, rules: RULES },
  { files: ["static/**/*.js", "examples/**/*.js"], languageOptions: languageOptions("browser"), rules: SINK_RULES },
  {
    files: ["tests/**/*.mjs"],
    // These run in Node.js and hand functions to the browser, which sees nothing of what is around them: the same
    // name outside and inside is the same value here.
    languageOptions: languageOptions("nodeBuiltin", "browser"),
    rules: { "no-shadow": "off" },
  },
];
