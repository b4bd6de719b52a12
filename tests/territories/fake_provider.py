"""A small ProConnect on this machine: it publishes its keys, gives codes, and lies when a test asks it to.

What it answers is decided by plain attributes, changed by the tests: `identity` and `userinfo` are laid over honest
claims (None takes a claim away), `signs_identity` and `signs_userinfo` name a key and an algorithm, `userinfo_kind` the
content type, `down` the addresses that fail.
"""

import base64
import hashlib
import json
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa

CLIENT, SECRET = "concertia-essai", "secret-d-essai-du-client-proconnect"
SUB, MAIL = "agent-0001", "agent@territoire.example"


def published(key, kid, algorithm):
    kind = jwt.algorithms.RSAAlgorithm if algorithm == "RS256" else jwt.algorithms.ECAlgorithm
    return {**json.loads(kind.to_jwk(key.public_key())), "kid": kid, "alg": algorithm, "use": "sig"}


class FakeProvider:
    def __init__(self):
        self.keys = {
            "une": (rsa.generate_private_key(65537, 2048), "RS256"),
            "deux": (ec.generate_private_key(ec.SECP256R1()), "ES256"),
            "etrangere": (rsa.generate_private_key(65537, 2048), "RS256"),
        }
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.issuer = f"http://127.0.0.1:{self.server.server_port}/api/v2"
        self.forget()
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def forget(self):
        self.identity, self.userinfo = {}, {}
        self.signs_identity = self.signs_userinfo = ("une", "RS256")
        self.userinfo_kind, self.userinfo_body = "application/jwt", None
        self.discovery, self.shown = {}, ["une"]
        self.down, self.asked, self.codes, self.tokens = set(), [], {}, {}

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    # --- what the browser would do -------------------------------------------------------------------------------
    def authorize(self, address):
        """The person agrees: the query of the way back, as the provider would write it."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return {"code": code, "state": asked["state"], "iss": self.issuer}, asked

    # --- what the provider answers -------------------------------------------------------------------------------
    def configuration(self):
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/jwks",
            "end_session_endpoint": f"{self.issuer}/session/end",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
            "userinfo_signing_alg_values_supported": ["RS256", "ES256", "HS256"],
            **self.discovery,
        }

    def token(self, form):
        asked = self.codes.pop(form.get("code"), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if not asked or asked.get("code_challenge") != challenge or form.get("client_secret") != SECRET:
            return 400, {"error": "invalid_grant"}
        access = secrets.token_urlsafe(16)
        self.tokens[access] = asked
        claims = {"nonce": asked["nonce"], "acr": "eidas1"}
        return 200, {
            "access_token": access,
            "token_type": "Bearer",
            "expires_in": 60,
            "id_token": self.signed(claims, self.identity, self.signs_identity),
        }

    def signed(self, claims, changes, signs):
        now = int(time.time())
        honest = {"iss": self.issuer, "aud": CLIENT, "sub": SUB, "iat": now, "exp": now + 60, **claims, **changes}
        kept = {name: value for name, value in honest.items() if value is not None}
        kid, algorithm = signs
        if algorithm == "none":
            return jwt.encode(kept, None, algorithm="none", headers={"kid": kid})
        key = SECRET if algorithm == "HS256" else self.keys[kid][0]
        name = "une" if kid == "etrangere" else kid  # a stranger's signature under a known name
        return jwt.encode(kept, key, algorithm=algorithm, headers={"kid": name})

    def answer(self, method, path, headers, form):
        name = path.removeprefix("/api/v2/")
        self.asked.append(name)
        if name in self.down:
            return 503, "text/plain", "indisponible"
        if name == ".well-known/openid-configuration":
            return 200, "application/json", json.dumps(self.configuration())
        if name == "jwks":
            keys = [published(*self.keys[kid][:1], kid, self.keys[kid][1]) for kid in self.shown]
            return 200, "application/json", json.dumps({"keys": keys})
        if name == "token" and method == "POST":
            status, content = self.token(form)
            return status, "application/json", json.dumps(content)
        if name == "userinfo" and headers.get("Authorization", "").removeprefix("Bearer ") in self.tokens:
            honest = {"email": MAIL, "given_name": "Camille", "usual_name": "Exemple"}
            body = self.userinfo_body or self.signed(honest, self.userinfo, self.signs_userinfo)
            return 200, self.userinfo_kind, body
        return 404, "text/plain", "?"

    def _handler(self):
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                self._say("GET", {})

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                self._say("POST", {name: values[0] for name, values in parse_qs(body).items()})

            def _say(self, method, form):
                status, kind, text = provider.answer(method, urlsplit(self.path).path, self.headers, form)
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(text.encode())))
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, *words):
                pass

        return Handler


def query(parameters):
    return "?" + urlencode(parameters)
