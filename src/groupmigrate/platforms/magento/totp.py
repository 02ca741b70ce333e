"""One-time codes of an authenticator app (RFC 6238: SHA-1, 30 seconds, six digits)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac

from groupmigrate.errors import UsageError

STEP = 30


def code(secret: str, now: float) -> str:
    """The code for this moment, in seconds since 1970. A code of six digits is given back as it is.

    Raises UsageError (GM108) if the secret is not the base32 text that an authenticator app takes.
    """
    text = secret.replace(" ", "").upper()
    if len(text) == 6 and text.isdecimal():
        return text
    try:
        key = base64.b32decode(text + "=" * (-len(text) % 8))
    except binascii.Error:
        raise UsageError(
            "`otp` is neither a code of six digits nor the secret of an authenticator app",
            hint="take the letters and digits beside the QR code, or the code that the app shows now",
            code="GM108",
        ) from None
    digest = hmac.new(key, int(now // STEP).to_bytes(8, "big"), hashlib.sha1).digest()
    offset = digest[-1] & 15
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"
