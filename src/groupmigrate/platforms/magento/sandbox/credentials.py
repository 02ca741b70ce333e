"""What opens every practice shop, and nothing else: an integration, an admin user, an account at Adobe."""

# ruff: noqa: S105 - these are no secrets

from __future__ import annotations

TOKEN = "practicetokenpracticetokenpracti"
"""The access token of the integration, which may do everything; for Bearer and for OAuth."""
TOKEN_SECRET = "practicetokensecretpracticetoken"
CONSUMER_KEY = "practiceconsumerkeypracticeconsu"
CONSUMER_SECRET = "practiceconsumersecretpracticeco"

ADMIN = "admin"
ADMIN_PASSWORD = "Practice-123"
OTP_SECRET = "PRACTICEPRACTICEPRACTICEPRACTICE"
"""What the admin has in the authenticator, in base32; asked for where two-factor is on."""

TENANT = "practice-tenant"
CLIENT_ID = "practiceclientidpracticeclientid"
CLIENT_SECRET = "p8e-practiceclientsecretpractice"
ORGANIZATION = "PRACTICEPRACTICEPRACTICE@AdobeOrg"
