"""The bytes whose SHA-256 is published, so that anyone can compute it again."""

import hashlib
import json


def canonical_json(content) -> bytes:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def fingerprint(content) -> str:
    return hashlib.sha256(canonical_json(content)).hexdigest()
