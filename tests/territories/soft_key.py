"""A passkey made of software, as a telephone would hold it: it answers what the site asks, and signs."""

import json
import secrets

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import sha256, websafe_decode, websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData

PRESENT, VERIFIED, WITH_KEY = 0x01, 0x04, 0x40
ORIGIN, SITE = "http://testserver", "testserver"


class SoftKey:
    def __init__(self):
        self.private = ec.generate_private_key(ec.SECP256R1())
        self.name = secrets.token_bytes(16)
        self.owner, self.count = b"", 0

    def _said(self, kind, options):
        challenge = options["publicKey"]["challenge"]
        return json.dumps({"type": kind, "challenge": challenge, "origin": ORIGIN, "crossOrigin": False}).encode()

    def _answer(self, response, **more):
        return json.dumps(
            {
                "type": "public-key",
                "id": websafe_encode(self.name),
                "rawId": websafe_encode(self.name),
                "authenticatorAttachment": "platform",
                "response": {name: websafe_encode(value) for name, value in response.items()},
                "clientExtensionResults": more,
            }
        )

    def created(self, options, *, alone=False):
        self.owner = websafe_decode(options["publicKey"]["user"]["id"])
        held = AttestedCredentialData.create(
            Aaguid.NONE, self.name, ES256.from_cryptography_key(self.private.public_key())
        )
        about = AuthenticatorData.create(sha256(SITE.encode()), PRESENT | VERIFIED | WITH_KEY, 0, bytes(held))
        seen = AttestationObject.create("none", about, {})
        said = self._said("webauthn.create", options)
        return self._answer({"clientDataJSON": said, "attestationObject": bytes(seen)}, credProps={"rk": alone})

    def shown(self, options, *, flags=PRESENT | VERIFIED, site=SITE):
        self.count += 1
        about = AuthenticatorData.create(sha256(site.encode()), flags, self.count)
        said = self._said("webauthn.get", options)
        signature = self.private.sign(bytes(about) + sha256(said), ec.ECDSA(hashes.SHA256()))
        return self._answer(
            {
                "clientDataJSON": said,
                "authenticatorData": bytes(about),
                "signature": signature,
                "userHandle": self.owner,
            }
        )
