"""Receives OTLP over HTTP and prints one line for each span: its name, trace, status and route."""
import http.server
import sys


def fields(data):
    """Yields number and value of each field of a protobuf message."""
    def varint():
        nonlocal at
        value = shift = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    at = 0
    while at < len(data):
        key = varint()
        kind = key & 7
        if kind == 0:
            value = varint()
        else:
            length = varint() if kind == 2 else 8 if kind == 1 else 4
            value = data[at:at + length]
            at += length
        yield key >> 3, value


def all_of(data, number):
    return [value for found, value in fields(data) if found == number]


def line(span):
    attributes = {}
    for attribute in all_of(span, 9):
        for kind, value in fields(all_of(attribute, 2)[0]):
            key = all_of(attribute, 1)[0].decode()
            attributes[key] = value.decode(errors="replace") if kind == 1 else value
    return "span '{}' trace={} status={} route={}".format(
        all_of(span, 5)[0].decode(),
        all_of(span, 1)[0].hex(),
        attributes.get("http.response.status_code"),
        attributes.get("http.route"))


class Collector(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        for resource in all_of(body, 1):
            for scope in all_of(resource, 2):
                for span in all_of(scope, 2):
                    print(line(span), flush=True)
        self.send_response(200)
        self.send_header("Content-Type", "application/x-protobuf")
        self.end_headers()

    def log_message(self, *args):
        pass


http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Collector).serve_forever()
