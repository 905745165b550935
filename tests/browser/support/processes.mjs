// Starts the programs under test and small web servers, on free ports of this machine.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import path from "node:path";

const START_MILLISECONDS = 30_000;

/** A port that nothing listens on. */
export async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

/**
 * Runs one of our programs with exactly these settings and nothing of the caller's environment.
 * Gives a way to stop it and what it has printed.
 */
export function run(name, { parameters = [], folder, settings = {} }) {
  const program = path.join(process.env.PROGRAMS ?? path.resolve("../../target/debug"), name);
  const { PATH, HOME } = process.env;
  const child = spawn(program, parameters, { cwd: folder, env: { PATH, HOME, ...settings } });
  const running = { printed: "", ended: false };
  const keep = (bytes) => (running.printed += bytes);
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  child.on("error", (error) => keep(`${error}\n`));
  child.on("close", () => (running.ended = true));
  running.stop = async (signal = "SIGTERM") => {
    if (!running.ended) {
      child.kill(signal);
      await once(child, "close");
    }
  };
  return running;
}

/** Waits until an address answers 200; fails with what the program printed. */
export async function answering(url, running) {
  const late = Date.now() + START_MILLISECONDS;
  while (!running.ended && Date.now() < late) {
    const response = await fetch(url).catch(() => null);
    if (response?.ok) {
      return;
    }
    await pause(50);
  }
  throw new Error(`${url} does not answer:\n${running.printed}`);
}

/**
 * Serves one HTML page under every path of an origin, or nothing at all for other methods; `/bounce?to=` sends
 * any request on to another address, as it is.
 */
export const servePage = (port, html) =>
  serve(port, (request, response) => {
    const { pathname, searchParams } = new URL(request.url, "http://here");
    if (pathname === "/bounce") {
      response.writeHead(307, { Location: searchParams.get("to") }).end();
      return;
    }
    const shown = request.method === "GET" && request.url !== "/favicon.ico";
    response.writeHead(shown ? 200 : 204, { "Content-Type": "text/html; charset=utf-8" });
    response.end(shown ? html : undefined);
  });

/** Serves the files of a folder as any web server does; `change(text)` gives what is sent of each. */
export const serveFolder = (port, folder, change) =>
  serve(port, async (request, response) => {
    const { pathname } = new URL(request.url, "http://here");
    const name = pathname === "/" ? "index.html" : path.basename(pathname);
    const text = await readFile(path.join(folder, name), "utf8").catch(() => null);
    const type = name.endsWith(".js") ? "text/javascript" : "text/html";
    response.writeHead(text === null ? 404 : 200, { "Content-Type": `${type}; charset=utf-8` });
    response.end(text === null ? undefined : change(text));
  });

/** Answers requests on a port of this machine; gives a way to end that. */
export async function serve(port, answer) {
  const server = createServer(answer);
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return async () => {
    server.close();
    server.closeAllConnections();
    await once(server, "close");
  };
}
