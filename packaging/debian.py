"""Make a .deb from the frozen program."""

import gzip
import hashlib
import re
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# What the frozen program leaves to the system (nnviz.spec), and what Qt loads by itself.
DEPENDS = (
    "libdbus-1-3",
    "libegl1",
    "libfontconfig1",
    "libfreetype6",
    "libgcc-s1",
    "libgl1",
    "libglib2.0-0 | libglib2.0-0t64",
    "libstdc++6",
    "libx11-6",
    "libx11-xcb1",
    "libxcb-cursor0",
    "libxcb-glx0",
    "libxcb-icccm4",
    "libxcb-image0",
    "libxcb-keysyms1",
    "libxcb-randr0",
    "libxcb-render-util0",
    "libxcb-render0",
    "libxcb-shape0",
    "libxcb-shm0",
    "libxcb-sync1",
    "libxcb-util1",
    "libxcb-xfixes0",
    "libxcb-xkb1",
    "libxcb1",
    "libxkbcommon-x11-0",
    "libxkbcommon0",
    "libzstd1",
)
RECOMMENDS = ("libwayland-client0", "libwayland-cursor0", "libwayland-egl1")

CONTROL = """\
Package: nnviz
Version: {version}
Architecture: {architecture}
Maintainer: nnviz authors <nnviz@localhost>
Installed-Size: {kilobytes}
Section: education
Priority: optional
Depends: {depends}
Recommends: {recommends}
Description: watch a neural network learn
 nnviz trains a small neural network before your eyes, stops wherever you like,
 and shows every number of it: the network, its decision boundary, its
 activations, gradients and loss.
"""

COPYRIGHT = """\
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: nnviz
Comment: The licences of all parts that the program is made with are in
 /usr/lib/nnviz/licences; Qt and Qt for Python are under the LGPL version 3.

Files: *
Copyright: 2026 nnviz authors
License: MIT
"""


def build_package(program: Path, icons: Path, version: str, work: Path, dist: Path) -> Path:
    """Make the package.

    Parameters
    ----------
    program
        Folder of the frozen program.
    icons
        Folder of ``<size>.png``.
    version
        Of the program.
    work
        Folder to lay the package out in; what it holds is removed first.
    dist
        Folder of the result.

    Returns
    -------
    Path
        The ``.deb``.
    """
    architecture = _output(["dpkg", "--print-architecture"])
    shutil.rmtree(work, ignore_errors=True)
    shutil.copytree(program, work / "usr/lib/nnviz", symlinks=True)
    (work / "usr/bin").mkdir()
    (work / "usr/bin/nnviz").symlink_to("../lib/nnviz/nnviz")
    _place(ROOT / "packaging/linux/nnviz.desktop", work / "usr/share/applications/nnviz.desktop")
    hicolor = work / "usr/share/icons/hicolor"
    _place(ROOT / "packaging/linux/nnviz.svg", hicolor / "scalable/apps/nnviz.svg")
    for icon in icons.glob("*.png"):
        _place(icon, hicolor / f"{icon.stem}x{icon.stem}/apps/nnviz.png")
    _write_documents(work / "usr/share/doc/nnviz", version)
    _write_control(work, version, architecture)
    _set_modes(work)
    package = dist / f"nnviz_{version}_{architecture}.deb"
    subprocess.run(
        ["dpkg-deb", "--root-owner-group", "-Zxz", "--build", str(work), str(package)],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return package


def lowest_glibc(folder: Path) -> str:
    """Return the glibc that the binaries of a folder need, such as ``2.35``."""
    newest = 0
    for path in folder.rglob("*"):
        if path.is_file() and (path.suffix == "" or ".so" in path.name):
            for minor in re.findall(rb"\0GLIBC_2\.(\d+)", path.read_bytes()):
                newest = max(newest, int(minor))
    return f"2.{newest}"


def _write_documents(folder: Path, version: str) -> None:
    folder.mkdir(parents=True)
    licence = (ROOT / "LICENSE").read_text(encoding="utf-8").split("\n\n", 2)[2]
    indented = "\n".join(f" {line}" if line else " ." for line in licence.strip().splitlines())
    (folder / "copyright").write_text(COPYRIGHT + indented + "\n", encoding="utf-8")
    entry = (
        f"nnviz ({version}) unstable; urgency=medium\n\n  * See CHANGELOG.md of the project.\n\n"
        " -- nnviz authors <nnviz@localhost>  Thu, 01 Jan 2026 00:00:00 +0000\n"
    )
    packed = gzip.compress(entry.encode(), mtime=0)
    (folder / "changelog.gz").write_bytes(packed)


def _write_control(work: Path, version: str, architecture: str) -> None:
    files = sorted(path for path in work.rglob("*") if path.is_file() and not path.is_symlink())
    kilobytes = sum(path.stat().st_size for path in files) // 1024
    libc = f"libc6 (>= {lowest_glibc(work / 'usr/lib/nnviz')})"
    control = CONTROL.format(
        version=version,
        architecture=architecture,
        kilobytes=kilobytes,
        depends=", ".join((libc, *DEPENDS)),
        recommends=", ".join(RECOMMENDS),
    )
    sums = [
        f"{hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()}"
        f"  {path.relative_to(work).as_posix()}\n"
        for path in files
    ]
    (work / "DEBIAN").mkdir()
    (work / "DEBIAN/control").write_text(control, encoding="utf-8")
    (work / "DEBIAN/md5sums").write_text("".join(sums), encoding="utf-8")


def _set_modes(work: Path) -> None:
    """Let everyone read everything, and run only the program itself."""
    for path in (work, *work.rglob("*")):
        if not path.is_symlink():
            is_program = path == work / "usr/lib/nnviz/nnviz"
            path.chmod(0o755 if path.is_dir() or is_program else 0o644)


def _place(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(source, target)


def _output(command: list[str]) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
