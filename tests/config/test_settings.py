"""A missing or wrong setting fails at the start, with a sentence that teaches."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def start(**environment: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if name not in {"SECRET_KEY", "DATABASE_URL"}}
    return subprocess.run(
        [
            sys.executable,
            "-c",
            "import django; django.setup(); from django.conf import settings; print(settings.SECRET_KEY)",
        ],
        env={**clean, "DJANGO_SETTINGS_MODULE": "config.settings", **environment},
        cwd=ROOT,
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"AANZET_MODE": "production"}, "SECRET_KEY is not set"),
        ({"AANZET_MODE": "prod"}, "must be 'local' or 'production'"),
        ({"AANZET_MODE": "production", "SECRET_KEY": "x", "AANZET_DEMO": "1"}, "can't be used in production"),
    ],
)
def test_a_wrong_setting_is_told(environment: dict[str, str], sentence: str) -> None:
    done = start(**environment)
    assert done.returncode != 0
    assert sentence in done.stderr


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("from-a-file")
    done = start(SECRET_KEY_FILE=str(secret))
    assert done.stdout.strip() == "from-a-file", done.stderr
