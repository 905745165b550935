// Makes documents from Atlassian's own schema of ADF: whatever it allows, in any nesting, with any text.

import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const { definitions } = require("@atlaskit/adf-schema/json-schema/v1/full.json");

/** Nesting below which only the flattest of what is allowed is taken. */
const DEEPEST = 7;

/** What stands in texts beside plain words: what Markdown, wiki markup and HTML would read as their own. */
const PIECES = [
  "two words", "a", "end.", " ", "  ", "*", "**bold**", "_under_", "snake_case_name", "`", "``", "~~", "|", "\\", "<b>", "</b>", "&amp;",
  "&", "<", ">", "# ", "- ", "1. ", "1) ", "+ ", "> ", "---", "***", "[", "]", "[x](y)", "![p](q)", "(", ")", "!", "@", "@[Mia](x)",
  "[~mia]", "https://example.com/a_b_c", "www.example.com", "mia@example.com", "{code}", "{{x}}", ":tada:", ":)", "$x$", "10^2^", "H~2~O",
  "日本語", "「強調」", "é", "👩‍💻", "\u00a0", "\u200b", "עברית", "\t", "[^1]", "[ ]", "[x]", "h2. ", "bq. ", "||", "==", "=", "TODO", "100%",
  "<!-- c -->", "<details>", "…", "“q”", "\"", "'",
];

/** A generator of random numbers that begins the same for the same seed (xorshift32). */
export function randomNumbers(seed) {
  let state = (seed * 2_654_435_761 + 1) >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 2 ** 32;
  };
}

/** How deep at least a schema's documents are. */
const heights = new Map();
function height(schema) {
  const name = schema.$ref;
  if (name === undefined) {
    return heightOf(schema);
  }
  if (!heights.has(name)) {
    heights.set(name, Infinity); // while it is looked at: a definition that needs itself is never the flattest
    heights.set(name, heightOf(resolved(schema)));
  }
  return heights.get(name);
}

function heightOf(schema) {
  if (schema.anyOf) {
    return Math.min(...schema.anyOf.map(height));
  }
  if (schema.allOf) {
    return Math.max(...schema.allOf.map(height));
  }
  if (schema.type === "array") {
    return (schema.minItems ?? 0) > 0 ? height(itemOf(schema, 0)) : 0;
  }
  const properties = Object.entries(schema.properties ?? {}).filter(([name]) => schema.required?.includes(name));
  return 1 + Math.max(0, ...properties.map(([, each]) => height(each)));
}

const resolved = (schema) => (schema.$ref ? definitions[schema.$ref.replace("#/definitions/", "")] : schema);
const itemOf = ({ items }, index) => (Array.isArray(items) ? (items[index] ?? items.at(-1)) : items);

class Maker {
  constructor(seed) {
    this.random = randomNumbers(seed);
    this.words = 0;
    for (let warm = 0; warm < 8; warm += 1) {
      this.random();
    }
  }

  below(limit) {
    return Math.floor(this.random() * limit);
  }

  one(list) {
    return list[this.below(list.length)];
  }

  /** Text of some pieces, with one word in it that stands nowhere else. */
  text() {
    this.words += 1;
    const pieces = () => Array.from({ length: this.below(4) }, () => this.one(PIECES));
    return [...pieces(), `qw${this.words}z`, ...pieces()].join(this.one(["", " "]));
  }

  string(name, schema) {
    const named = {
      text: () => this.text(),
      url: () => this.one(["https://example.com/browse/EX-1", "https://example.com/a_(b)?c=d&e=f#g", "mailto:mia@example.com"]),
      href: () => this.one(["https://example.com/", "https://example.com/a b", "/relative", "#anchor", "https://example.com/a_(b)?c=d&e=f"]),
      timestamp: () => String(1_600_000_000_000 + this.below(1e11)),
      localId: () => this.identifier(),
      color: () => this.one(["#ff5630", "#36b37e"]),
      background: () => this.one(["#deebff", "#ffffff"]),
      panelColor: () => "#deebff",
      shortName: () => this.one([":tada:", ":smile:", ":custom_one:"]),
      language: () => this.one(["rust", "java", "plaintext", "text", "C++"]),
      title: () => this.one(["", "More", "A *title* | here", "“Q” <b>"]),
    };
    if (named[name]) {
      return named[name]();
    }
    return schema.pattern ? "#deebff" : this.one(["x1", "some text", "a|b", "a \"b\"", "5b10ac8d82e05b22cc7d4ef5"]);
  }

  identifier() {
    const digits = (count) => Array.from({ length: count }, () => this.below(16).toString(16)).join("");
    return `${digits(8)}-${digits(4)}-4${digits(3)}-8${digits(3)}-${digits(12)}`;
  }

  number({ minimum = 0, maximum = 12 }, type) {
    return minimum + (type === "number" ? Math.floor(this.random() * (maximum - minimum)) : this.below(maximum - minimum + 1));
  }

  array(schema, depth) {
    const least = schema.minItems ?? 0;
    const most = Math.min(schema.maxItems ?? Infinity, depth > DEEPEST ? Math.max(least, 0) : least + 1 + this.below(3));
    return Array.from({ length: most }, (_, index) => this.make("", itemOf(schema, index) ?? {}, depth));
  }

  object(schema, depth) {
    const made = {};
    for (const [name, each] of Object.entries(schema.properties ?? {})) {
      if (schema.required?.includes(name) || (depth <= DEEPEST && this.random() < 0.4)) {
        made[name] = this.make(name, each, depth + 1);
      }
    }
    return made;
  }

  choice(options, depth) {
    if (depth <= DEEPEST) {
      return this.one(options);
    }
    const flattest = Math.min(...options.map(height));
    return this.one(options.filter((each) => height(each) === flattest));
  }

  make(name, given, depth) {
    const schema = resolved(given);
    if (schema.anyOf) {
      return this.make(name, this.choice(schema.anyOf, depth), depth);
    }
    if (schema.allOf) {
      return this.make(name, merged(schema.allOf.map(flattened)), depth);
    }
    if (schema.enum) {
      return this.one(schema.enum);
    }
    switch (schema.type) {
      case "object":
        return this.object(schema, depth);
      case "array":
        return this.array(schema, depth);
      case "string":
        return this.string(name, schema);
      case "integer":
      case "number":
        return this.number(schema, schema.type);
      case "boolean":
        return this.random() < 0.5;
      default:
        return {};
    }
  }
}

const flattened = (given) => {
  const schema = resolved(given);
  return schema.allOf ? merged(schema.allOf.map(flattened)) : schema;
};

/** Several schemas that all hold: the last says most of a property. */
function merged(schemas) {
  const [first, ...others] = schemas;
  return others.reduce(
    (all, each) => ({
      ...all,
      ...each,
      properties: { ...all.properties, ...each.properties },
      required: [...new Set([...(all.required ?? []), ...(each.required ?? [])])],
    }),
    first,
  );
}

/** The document of a seed. */
export function generated(seed) {
  return new Maker(seed).make("", definitions.doc_node, 0);
}
