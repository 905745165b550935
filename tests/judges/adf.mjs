// Judges ADF: Atlassian's published schema, and the validator that its editor and its own services use.

import { createRequire } from "node:module";

import Ajv from "ajv-draft-04";

const require = createRequire(import.meta.url);
const { setBooleanFeatureFlagResolver } = require("@atlaskit/platform-feature-flags");
const { isSafeUrl } = require("@atlaskit/adf-schema/is-safe-url");
const { validator } = require("@atlaskit/adf-utils/validator");
const schema = require("@atlaskit/adf-schema/json-schema/v1/full.json");

// What Atlassian tries out on some of its customers is off.
setBooleanFeatureFlagResolver(() => false);
const bySchema = new Ajv({ strict: false, logger: false }).compile(schema);
const byValidator = validator();

/** Every link and address of a document. */
function addresses(node) {
  const own = [node.attrs?.href, node.attrs?.url].filter((address) => address !== undefined);
  return [...own, ...[...(node.marks ?? []), ...(node.content ?? [])].flatMap(addresses)];
}

/** Identifiers that have to be the only ones of their kind in a document. */
function identifiers(node) {
  const own = ["taskList", "taskItem", "decisionList", "decisionItem"].includes(node.type) ? [node.attrs.localId] : [];
  return [...own, ...(node.content ?? []).flatMap(identifiers)];
}

/** What is wrong with a document. */
export function judgeAdf(document) {
  const wrong = [];
  if (!bySchema(document)) {
    const { instancePath, message } = bySchema.errors.at(-1);
    wrong.push(`schema: ${instancePath} ${message}`);
  }
  try {
    if (!byValidator(document).valid) {
      wrong.push("validator: not valid");
    }
  } catch (error) {
    wrong.push(`validator: ${error?.message ?? "gives up"}`);
  }
  for (const address of addresses(document)) {
    // An empty address is safe and leads nowhere.
    if (address.trim() === "" || !isSafeUrl(address)) {
      wrong.push(`address: ${address}`);
    }
  }
  const given = identifiers(document);
  if (new Set(given).size < given.length) {
    wrong.push("identifiers: one stands twice");
  }
  return wrong;
}
