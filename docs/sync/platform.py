#!/usr/bin/env python3
"""A platform that holds a copy of Sequitur's triggers, in one file and with nothing but Python.

    SEQUITUR=http://127.0.0.1:8080 TARGET=scaler SECRET=whsec_… KEY=… ./platform.py

Listens on 127.0.0.1 for notices, on PORT or 9100, keeps its copy in scaler.json, and acknowledges only what is
on the disk. Start it again at any time: it pulls first. See docs/sync.md.
"""
import base64, hashlib, hmac, json, os, queue, threading, time, urllib.error, urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

BASE = os.environ["SEQUITUR"] + "/v1/sync-targets/" + os.environ["TARGET"]
FILE = os.environ["TARGET"] + ".json"
SECRET = base64.b64decode(os.environ["SECRET"].removeprefix("whsec_"))
notices = queue.Queue()


def call(path, body=None, **headers):
    if os.environ.get("KEY"):
        headers["Authorization"] = "Bearer " + os.environ["KEY"]
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(BASE + path, data, {"Content-Type": "application/json", **headers})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def pull():
    """The whole set, of one generation; a 409 on a later page means that it has to begin again."""
    page = call("/triggers")
    whole, items = page, page["items"]
    while page.get("next"):
        page = call("/triggers?cursor=" + page["next"])
        items += page["items"]
    return {"generation": whole["generation"], "hash": whole["hash"], "items": items}


def apply(new):
    """Never backwards: pulls may overtake each other. One file, replaced at once, so never torn."""
    held = json.load(open(FILE)) if os.path.exists(FILE) else {"generation": 0}
    if new["generation"] < held["generation"]:
        return held
    with open(FILE + ".new", "w") as file:
        json.dump(new, file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(FILE + ".new", FILE)
    return new


def work():
    while True:
        notice = notices.get()
        try:
            held = apply(pull())
            call("/acks", {"generation": held["generation"], "hash": held["hash"], "status": "APPLIED", **notice})
            print("holds generation", held["generation"], "of", len(held["items"]), "triggers", flush=True)
        except OSError as problem:  # Refused, away, or a 409: the next notice brings it again, and so does this.
            print("again in 5 s:", problem, flush=True)
            time.sleep(5)
            notices.put(notice)


class Notices(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        name, at = self.headers["webhook-id"], self.headers["webhook-timestamp"]
        mine = base64.b64encode(hmac.digest(SECRET, f"{name}.{at}.".encode() + body, hashlib.sha256)).decode()
        given = self.headers["webhook-signature"].split()
        true = any(hmac.compare_digest("v1," + mine, one) for one in given) and abs(time.time() - int(at)) < 300
        self.send_response(204 if true else 401)
        self.end_headers()
        if true:
            notices.put({"notificationId": json.loads(body)["notificationId"]})

    def log_message(self, *_):
        pass


notices.put({})  # After a start: nobody has to tell us first.
threading.Thread(target=work, daemon=True).start()
ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", "9100"))), Notices).serve_forever()
