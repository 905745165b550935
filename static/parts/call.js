// Calls to the service's own API, with its errors as sentences for people.

const tenant = document.body.dataset.tenant ?? "";
/** Whom the page shows. Somebody else may have logged in in another tab since; then the service does nothing. */
const owner = document.body.dataset.owner ?? "";

/** A failed call: a sentence for people, and what a page needs to know beyond it. */
export class Problem extends Error {
  constructor(message, { code = "", status = 0, retryAfter = 0, details = {} } = {}) {
    super(message);
    Object.assign(this, { code, status, retryAfter, details });
  }
}

/** A path with its query; parameters without a value are left out. */
export function withQuery(path, parameters = {}) {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined && value !== null && value !== "");
  const query = new URLSearchParams(given).toString();
  return query ? `${path}?${query}` : path;
}

/** The path in the namespace of this page, for event streams and navigations, which cannot carry the header. */
export const inTenant = (path) => withQuery(path, { tenant });

/**
 * Calls the API; `options` are `method`, `body`, `headers` and `signal`. Gives `{data, next}`: the body, and the cursor of the next page of a list, if there is one.
 * Fails with a `Problem`, or with an `AbortError` when `signal` gives the call up.
 */
export async function call(path, options = {}) {
  const response = await send(path, options);
  // A proxy in between answers without JSON; the status is all there is to say then.
  const data = await response.json().catch(() => null);
  if (response.ok) {
    return { data, next: response.headers.get("X-Next-Cursor") };
  }
  throw problemOf(response, data ?? {});
}

function problemOf({ status, headers }, { message, code, details = {}, retry_after: wait }) {
  const retryAfter = wait ?? Number(headers.get("Retry-After") ?? 0);
  return new Problem(message ? sentence(message) : `The request failed (status ${status}).`, { code, status, retryAfter, details });
}

async function send(path, { method = "GET", body, headers, signal }) {
  const sent = { ...headers };
  if (tenant) {
    sent["X-Tenant-Id"] = tenant;
  }
  if (owner) {
    sent["X-Page-Of"] = owner;
  }
  if (body !== undefined) {
    sent["Content-Type"] = "application/json";
  }
  try {
    const text = body === undefined ? undefined : JSON.stringify(body);
    return await fetch(path, { method, headers: sent, body: text, credentials: "same-origin", signal });
  } catch (error) {
    if (error.name === "AbortError") {
      throw error;
    }
    throw new Problem("The service could not be reached. Is it running?");
  }
}

/** The API's messages begin with a small letter and have no full stop; on a page they are sentences. */
function sentence(text) {
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?…]$/.test(begun) ? begun : `${begun}.`;
}
