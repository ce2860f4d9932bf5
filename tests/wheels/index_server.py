"""A package index over HTTP, right and wrong."""

import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler


class Index:
    """``answers`` maps the beginning of a path to (status, headers, body) or to a function of the
    handler; ``asked`` lists paths; ``over`` is set when the test ends."""

    url = ""

    def __init__(self):
        self.answers, self.asked, self.over = {}, [], threading.Event()

    def page(self, name, links, kind="text/html"):
        """Answer for a project with links: file names, each with its address."""
        text = "".join(f'<a href="{address}">{file}</a>\n' for file, address in links.items())
        body = f"<!DOCTYPE html><html><body>{text}</body></html>".encode()
        self.answers[f"/simple/{name}/"] = (200, {"Content-Type": kind}, body)

    def file(self, path, content):
        self.answers[path] = (200, {"Content-Type": "application/octet-stream"}, content)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        index = self.server.index
        index.asked.append(self.path)
        known = [start for start in index.answers if self.path.startswith(start)]
        answer = index.answers[max(known, key=len)] if known else (404, {}, b"nothing")
        if callable(answer):
            answer(self)
            return
        status, headers, body = answer
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        with suppress(ConnectionError):  # who asked may be gone
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, *arguments):
        pass


def silent(handler):
    """Accept, and never answer."""
    handler.server.index.over.wait()
    handler.close_connection = True


def halfway(handler):
    """End the connection in the middle of the answer."""
    handler.send_response(200)
    handler.send_header("Content-Type", "text/html")
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    handler.wfile.write(b"<html>")
    handler.close_connection = True
