"""The migrated database that every test run is copied from.

Running all migrations takes a minute on a busy machine and gives the same each time. So it is done once per set of
migrations, in a template that stays in the test servers' own folder; each worker's database is a copy of it, on which
``migrate`` finds nothing left to do.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import psycopg
from psycopg import sql

from config import embedded

ROOT = Path(__file__).resolve().parent.parent
PREFIX = "template_aanzet_"
_LOCK = 7_205_101  # any number: workers that start together wait for the one that builds


def fingerprint() -> str:
    """Of everything that decides what an empty database looks like."""
    made = hashlib.sha256()
    for path in sorted(ROOT.glob("**/migrations/*.py")):
        if not {"node_modules", ".venv", "var"} & set(path.relative_to(ROOT).parts):
            made.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    made.update((ROOT / "requirements-dev.txt").read_bytes())  # the migrations of libraries
    return made.hexdigest()[:16]


def ready() -> str:
    """The name of the template, made first where it does not exist."""
    name = PREFIX + fingerprint()
    with psycopg.connect(embedded.database_url(database="postgres"), autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            return name
        for (old,) in connection.execute(
            "SELECT datname FROM pg_database WHERE datname LIKE %s", [f"%{PREFIX}%"]
        ).fetchall():
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(old)))
        building = f"building_{name}"
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(building)))
        done = subprocess.run(
            [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
            cwd=ROOT,
            env=os.environ | {"DATABASE_URL": embedded.database_url(database=building)},
            capture_output=True,
            text=True,
        )
        if done.returncode != 0:
            raise RuntimeError(f"the migrations don't run:\n{done.stdout}{done.stderr}")
        connection.execute(
            sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(building), sql.Identifier(name))
        )
    return name


def copy_into(database: embedded.Postgres) -> bool:
    """Give a portal of its own, just started, everything that migrations make.

    Returns:
        Whether that was done; not outside a test run, where there is no template: then the portal migrates itself.
    """
    if not os.environ.get("AANZET_TEST_SERVERS"):
        return False
    programs = database._programs()
    with subprocess.Popen(
        [programs / "pg_dump", "--no-owner", embedded.database_url(database=ready())], stdout=subprocess.PIPE
    ) as dump:
        subprocess.run(
            [
                *[programs / "psql", "-Xqo", os.devnull, "--single-transaction", "--set=ON_ERROR_STOP=1"],
                embedded.database_url(database.layout.var),
            ],
            stdin=dump.stdout,
            check=True,
        )
    return dump.returncode == 0
