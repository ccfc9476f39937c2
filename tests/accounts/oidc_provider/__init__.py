"""A real OpenID Connect provider for the log-in tests: allauth's, in its own process with its own database.

It shares nothing with the portal but the wire.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]


@contextmanager
def running(home: Path, *callbacks: str) -> Iterator[str]:
    """The address of a provider that lives for this block.

    Args:
        home: an empty folder for its database.
        callbacks: the addresses of the portal that it may send people back to.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.accounts.oidc_provider.serve", *callbacks],
        cwd=ROOT,
        env={**os.environ, "OIDC_PROVIDER_HOME": str(home), "DJANGO_SETTINGS_MODULE": ""},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        port = process.stdout.readline().strip()
        assert port.isdigit(), "the provider did not start"
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()


def linked(provider: str) -> dict[str, Any]:
    """The portal's setting SOCIALACCOUNT_PROVIDERS for this provider, as config/settings.py makes it."""
    app = {
        "provider_id": "stad",
        "name": "Stadspas",
        "client_id": "aanzet",
        "secret": "shared by the two",
        "settings": {"server_url": provider, "bsn_claim": "bsn"},
    }
    return {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
