"""Where the files are that travel with the program.

In a wheel and in a frozen program they lie inside the package (a frozen module
knows its own path too), in a checkout beside it.
"""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_CANDIDATES = (_PACKAGE / "resources", _PACKAGE.parent / "resources")


def resource_path(*parts: str) -> Path:
    """Return the path of a bundled file, such as ``resource_path("fonts", "Inter-Bold.ttf")``.

    Raises
    ------
    FileNotFoundError
        If it is in none of the places; the message names the file and the places.
    """
    for folder in _CANDIDATES:
        path = folder.joinpath(*parts)
        if path.exists():
            return path
    places = " or ".join(str(folder) for folder in _CANDIDATES)
    name = "/".join(parts) or "folder"
    raise FileNotFoundError(
        f"The bundled file {name} is missing; it belongs in {places}. "
        "Install the program again to get it back"
    )
