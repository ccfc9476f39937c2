"""The migrated database that every test run is copied from.

Running all migrations takes a minute on a busy machine and gives the same each time. So it is done once per set of
migrations, in a template that stays in the test servers' own folder; each worker's database is a copy of it, on which
``migrate`` finds nothing left to do. Where migrations were only added, the last template is the beginning of the next one.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import psycopg
from psycopg import sql

from config import embedded

ROOT = Path(__file__).resolve().parent.parent
PREFIX = "template_aanzet_"
_LOCK = 7_205_101  # any number: workers that start together wait for the one that builds


def sources() -> dict[str, str]:
    """Everything that decides what an empty database looks like: paths with a hash of what they hold."""
    found = {}
    for path in sorted(ROOT.glob("**/migrations/*.py")):
        if not {"node_modules", ".venv", "var"} & set(path.relative_to(ROOT).parts):
            found[str(path.relative_to(ROOT))] = _hash(path.read_bytes())
    found["requirements-dev.txt"] = _hash((ROOT / "requirements-dev.txt").read_bytes())  # the migrations of libraries
    return found


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]


def _beginning(connection: psycopg.Connection, wanted: dict[str, str]) -> str:
    """A template that was made of a part of these migrations, unchanged; else the empty one."""
    rows = connection.execute(
        "SELECT datname, shobj_description(oid, 'pg_database') FROM pg_database WHERE datname LIKE %s", [f"{PREFIX}%"]
    ).fetchall()
    for name, told in rows:
        if told and json.loads(told).items() <= wanted.items():
            return str(name)
    return "template0"


def ready() -> str:
    """The name of the template, made first where it does not exist."""
    wanted = sources()
    told = json.dumps(wanted)
    name = PREFIX + _hash(told.encode())
    with psycopg.connect(embedded.database_url(database="postgres"), autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            return name
        building = f"building_{name}"
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(building)))
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                sql.Identifier(building), sql.Identifier(_beginning(connection, wanted))
            )
        )
        done = subprocess.run(
            [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
            cwd=ROOT,
            env=os.environ | {"DATABASE_URL": embedded.database_url(database=building)},
            capture_output=True,
            text=True,
        )
        if done.returncode != 0:
            raise RuntimeError(f"the migrations don't run:\n{done.stdout}{done.stderr}")
        for (old,) in connection.execute(
            "SELECT datname FROM pg_database WHERE datname LIKE %s AND datname <> %s", [f"%{PREFIX}%", building]
        ).fetchall():
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(old)))
        connection.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(building), sql.Literal(told)))
        connection.execute(
            sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(building), sql.Identifier(name))
        )
    return name


def copy_into(database: embedded.Postgres) -> bool:
    """Give a portal of its own, before it starts, a data folder with everything that migrations make.

    The folder is a copy of one that a server with the settings of a portal made, filled and stopped in order.

    Returns:
        Whether that was done; not outside a test run, where there is no template: then the portal migrates itself.
    """
    if not os.environ.get("AANZET_TEST_SERVERS"):
        return False
    made = _folder_of(ready())
    database._prepare_folders()
    # By `cp`, which leaves the files with the user that PostgreSQL runs as.
    subprocess.run(["cp", "-a", made, database.layout.pgdata], check=True)
    return True


def _folder_of(name: str) -> Path:
    """The data folder of a stopped server whose database is as this template; made where it does not exist yet."""
    home = embedded.Layout(embedded.var_dir()).home
    folder = home / f"folder_{name}"
    with psycopg.connect(embedded.database_url(database="postgres"), autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        if folder.exists():
            return folder
        for old in home.glob(f"folder_{PREFIX}*"):
            shutil.rmtree(old)
        server = embedded.Postgres(home / "folder-being-filled")
        server.stop()
        shutil.rmtree(server.layout.pgdata, ignore_errors=True)
        server.start()
        try:
            _fill(server, name)
        finally:
            server.stop()
        server.layout.pgdata.rename(folder)
    return folder


def _fill(server: embedded.Postgres, name: str) -> None:
    programs = server._programs()
    with subprocess.Popen(
        [programs / "pg_dump", "--no-owner", embedded.database_url(database=name)], stdout=subprocess.PIPE
    ) as dump:
        subprocess.run(
            [
                *[programs / "psql", "-Xqo", os.devnull, "--single-transaction", "--set=ON_ERROR_STOP=1"],
                embedded.database_url(server.layout.var),
            ],
            stdin=dump.stdout,
            check=True,
        )
    assert dump.returncode == 0, "pg_dump did not end well"
