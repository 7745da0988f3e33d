"""Start the frozen program as a person without Python would, and look at what it does.

``python3 packaging/smoke_test.py [PROGRAM]`` tests ``dist/nnviz/nnviz`` unless told
another. The program gets an almost empty environment and no Python on its path. It
fails if a command fails, says anything on standard error, or gives a wrong result.
"""

import json
import struct
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NAME = "nnviz.exe" if sys.platform == "win32" else "nnviz"
SECONDS = 120


def main(arguments: list[str]) -> int:
    """Run every check; return 0 if all is well and 1 at the first that is not."""
    program = Path(arguments[0] if arguments else ROOT / "dist" / "nnviz" / NAME).absolute()
    if not program.exists():
        print(f"{program} does not exist; make it with: python3 packaging/build.py")
        return 1
    with tempfile.TemporaryDirectory() as folder:
        try:
            check_program(program, Path(folder))
        except AssertionError as failure:
            print(f"FAILED: {failure}")
            return 1
    print("The frozen program passed")
    return 0


def check_program(program: Path, folder: Path) -> None:
    """Check what the program says, learns, draws and shows."""
    version = run(program, folder, "--version")
    check(version.startswith("nnviz "), f"--version says {version!r}")
    check("spiral" in run(program, folder, "datasets"), "datasets does not list spiral")
    result = json.loads(run(program, folder, "train --dataset xor --epochs 20 --json"))
    check(result["steps"] > 0, "no step was trained")
    check(0 < result["train_loss"] < 1, f"the training loss is {result['train_loss']}")
    # Processes of a pool begin at the program's own entry point.
    spec = 'steps = 20\nseeds = 4\n[experiment.data]\ndataset = "xor"\n'
    (folder / "spec.toml").write_text(spec, encoding="utf-8")
    swept = json.loads(run(program, folder, "sweep spec.toml --workers 2 --json"))
    check(len(swept["runs"]) == 4, f"a sweep of 4 starts has {len(swept['runs'])} runs")
    for view in ("window", "network"):
        picture = folder / f"{view}.png"
        command = f"render --dataset circles --epochs 20 --view {view} --out {picture.name}"
        run(program, folder, command)
        check_picture(picture)
    run(program, folder, "--smoke-test")


def run(program: Path, folder: Path, arguments: str) -> str:
    """Run the program with almost no environment; return what it prints."""
    print(f"nnviz {arguments}", flush=True)
    environment = {
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "PATH": str(folder),
        "QT_QPA_PLATFORM": "offscreen",
    }
    done = subprocess.run(
        [str(program), *arguments.split()],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=SECONDS,
        check=False,
    )
    check(done.returncode == 0, f"exit code {done.returncode}\n{done.stdout}\n{done.stderr}")
    check(done.stderr == "", f"standard error is not empty:\n{done.stderr}")
    return done.stdout


def check_picture(path: Path) -> None:
    """Fail unless a PNG has a fair size and is not blank."""
    data = path.read_bytes()
    check(data.startswith(b"\x89PNG\r\n\x1a\n"), f"{path.name} is not a PNG")
    width, height = struct.unpack(">II", data[16:24])
    check(width >= 300 and height >= 200, f"{path.name} is only {width} x {height}")
    pixels, position = b"", 8
    while position < len(data):
        length = struct.unpack(">I", data[position : position + 4])[0]
        if data[position + 4 : position + 8] == b"IDAT":
            pixels += data[position + 8 : position + 8 + length]
        position += 12 + length
    rows = zlib.decompress(pixels)
    stride = len(rows) // height
    different = {rows[start : start + stride] for start in range(0, len(rows), stride)}
    check(len(different) > height // 4, f"{path.name} is nearly blank")


def check(is_right: bool, complaint: str) -> None:
    """Fail with a sentence."""
    if not is_right:
        raise AssertionError(complaint)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
