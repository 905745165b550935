// The documentation page: Swagger UI with a box that filters operations by any words, the earlier systems' routes
// folded, and "Execute" only where a script can use the operation.

const FOLDED = "Compatible routes";

/** Whether every word stands in an operation's method, path, name, summary or group. */
function matches(operation, group, words) {
  const known = ["operationId", "summary"].map((field) => operation.getIn(["operation", field]) ?? "");
  const text = [group, operation.get("method"), operation.get("path"), ...known].join(" ").toLowerCase();
  return words.every((word) => text.includes(word));
}

/** The groups with the operations that match, without the empty groups. */
function filtered(groups, phrase) {
  const words = phrase.toLowerCase().split(/\s+/).filter(Boolean);
  return groups
    .map((group, name) => group.update("operations", (all) => all.filter((operation) => matches(operation, name, words))))
    .filter((group) => group.get("operations").size > 0);
}

/** The words in the filter box; the setting `filter: true` counts as none. */
const filterOf = (selectors) => {
  const filter = selectors.currentFilter();
  return typeof filter === "string" ? filter : "";
};

function filterBox(_, { React }) {
  return ({ layoutSelectors, layoutActions }) =>
    React.createElement(
      "div",
      { className: "filter wrapper" },
      React.createElement("input", {
        "aria-label": "Filter operations",
        className: "operation-filter-input",
        onChange: (event) => layoutActions.updateFilter(event.target.value),
        placeholder: "Filter operations, for example: jira comments",
        type: "search",
        value: filterOf(layoutSelectors),
      }),
    );
}

/** Groups are open, except the folded one while nothing is searched for. (`original` has its state already.) */
const isShown = (original, { layoutSelectors }) => (_, thing, otherwise) => {
  const isFolded = thing.length === 2 && thing[0] === "operations-tag" && thing[1] === FOLDED;
  return original(thing, isFolded ? filterOf(layoutSelectors) !== "" : otherwise);
};

const mayBeTried = (_, { specSelectors }) => (__, path, method) =>
  !specSelectors.specJson().getIn(["paths", path, method, "x-browser-only"]);

const ourPage = () => ({
  fn: { opsFilter: filtered },
  wrapComponents: { FilterContainer: filterBox },
  statePlugins: {
    layout: { wrapSelectors: { isShown } },
    spec: { wrapSelectors: { allowTryItOutFor: mayBeTried } },
  },
});

window.addEventListener("load", () => {
  window.ui = window.SwaggerUIBundle({
    url: "/openapi.json",
    dom_id: "#swagger-ui",
    layout: "StandaloneLayout",
    presets: [window.SwaggerUIBundle.presets.apis, window.SwaggerUIStandalonePreset],
    plugins: [window.SwaggerUIBundle.plugins.DownloadUrl, ourPage],
    deepLinking: true,
    displayRequestDuration: true,
    filter: true,
    persistAuthorization: false,
    tryItOutEnabled: true,
    validatorUrl: "none",
  });
});
