"""SweepError: what is wrong with a sweep, in a sentence."""

import re

import msgspec

_PLACE = re.compile(r"^(.*) - at `\$\.?(.*)`$", re.DOTALL)


_KINDS = {
    "'float'": "a number",
    "'int'": "a whole number",
    "'str'": "a text",
    "'bool'": "true or false",
    "'array'": "a list",
    "'object'": "a table",
    "'null'": "nothing",
}


class SweepError(ValueError):
    """A sweep that cannot be done; the message says what, where and what to do."""


def sentence_of(error: Exception) -> str:
    """Return what msgspec says of a value, its place in front: ``seeds: expected ...``."""
    if not isinstance(error, msgspec.ValidationError):
        return str(error)
    found = _PLACE.match(str(error))
    what, place = found.groups() if found else (str(error), "")
    # Its own sentences begin with a capital; those of the engine's tables do not.
    what = what.replace("`", "'").replace("Expected", "expected", 1)
    for kind, words in _KINDS.items():
        what = what.replace(kind, words)
    what = what.replace("Object contains unknown field", "there is no field", 1)
    return f"{place.replace('[...]', '')}: {what}" if place else what
