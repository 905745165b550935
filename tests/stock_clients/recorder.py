"""A proxy in front of the service that looks at every answer: which addresses it holds that programs follow."""

import http.client
import http.server
import json
import threading

# Members that clients take as addresses to call.
FOLLOWED = ("self", "nextPage", "content", "thumbnail")
# What belongs to one connection, and is not passed on.
OF_THE_CONNECTION = ("connection", "keep-alive", "transfer-encoding", "content-length")


def addresses(value):
    """Every address in a JSON value that a program may follow."""
    if isinstance(value, list):
        for entry in value:
            yield from addresses(entry)
    elif isinstance(value, dict):
        for name, entry in value.items():
            if name in FOLLOWED and isinstance(entry, str) and entry.startswith("http"):
                yield entry
            yield from addresses(entry)


class Recorder:
    """Listens on a port of its own until it is stopped."""

    def __init__(self, service_port):
        self.followed, self.answers = [], []
        recorder = self

        class Passing(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def pass_on(self):
                recorder.pass_on(self, service_port)

            do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_PATCH = pass_on

            def log_message(self, *_):
                """Says nothing."""

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Passing)
        self.server.daemon_threads = True
        self.base = f"http://localhost:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def pass_on(self, asked, service_port):
        """One request and its answer."""
        headers = {name: value for name, value in asked.headers.items() if name.lower() not in OF_THE_CONNECTION}
        connection = http.client.HTTPConnection("127.0.0.1", service_port, timeout=120)
        connection.request(asked.command, asked.path, self.body(asked), headers)
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        self.note(asked, answer, body)
        asked.send_response_only(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in OF_THE_CONNECTION:
                asked.send_header(name, value)
        if answer.status != 204:
            asked.send_header("Content-Length", str(len(body)))
        asked.end_headers()
        asked.wfile.write(body)

    @staticmethod
    def body(asked):
        """The body of a request; of one in chunks, too."""
        if length := asked.headers.get("Content-Length"):
            return asked.rfile.read(int(length))
        if "chunked" not in asked.headers.get("Transfer-Encoding", ""):
            return None
        body = b""
        while size := int(asked.rfile.readline().split(b";")[0], 16):
            body += asked.rfile.read(size)
            asked.rfile.readline()
        asked.rfile.readline()
        return body

    def note(self, asked, answer, body):
        """Remembers what there is to look at."""
        self.answers.append((asked.command, asked.path, answer.status))
        if asked.path.startswith("/ex/") and "json" in answer.getheader("Content-Type", ""):
            found = addresses(json.loads(body)) if body else ()
            self.followed += [(asked.path, address) for address in found]
        # A redirect leads to where a file is kept, with a signature and no key.
        is_redirect = 300 <= answer.status < 400
        for name in ("Location", "Link"):
            if asked.path.startswith("/ex/") and not is_redirect and (value := answer.getheader(name)):
                self.followed.append((asked.path, value.lstrip("<")))

    def stop(self):
        """Listens no more."""
        self.server.shutdown()
        self.server.server_close()
