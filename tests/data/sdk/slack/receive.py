"""A server that takes what slack_sdk's SignatureVerifier lets through, fails as often as it is told, and says what it got."""

import os
from http.server import BaseHTTPRequestHandler, HTTPServer

from slack_sdk.signature import SignatureVerifier

verifier = SignatureVerifier(os.environ["SLACK_SIGNING_SECRET"])
fails = int(os.environ.get("FAILS", "0"))


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        global fails
        body = self.rfile.read(int(self.headers["content-length"]))
        right = verifier.is_valid_request(body, dict(self.headers))
        retry = (self.headers.get("x-slack-retry-num", "-"), self.headers.get("x-slack-retry-reason", "-"))
        print(f"{self.path} {'right' if right else 'wrong'} {' '.join(retry)}", flush=True)
        status = 200 if right else 401
        if fails > 0:
            fails, status = fails - 1, 500
        self.send_response(status)
        self.end_headers()

    def log_message(self, *_):
        pass


server = HTTPServer(("127.0.0.1", 0), Receiver)
print(f"port {server.server_port}", flush=True)
print("ready", flush=True)
server.serve_forever()
