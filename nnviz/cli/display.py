"""Tell whether there is a screen to open a window on."""

import ctypes
import os
import sys


def has_display() -> bool:
    """Return whether Qt can open a window here.

    Qt ends the whole process when it cannot, so this is asked beforehand. On
    Windows and macOS there always is one. An explicit ``QT_QPA_PLATFORM``, such
    as ``offscreen``, is taken at its word.
    """
    if not sys.platform.startswith(("linux", "freebsd")):
        return True
    if os.environ.get("QT_QPA_PLATFORM"):
        return True
    if os.environ.get("WAYLAND_DISPLAY"):
        return True
    return bool(os.environ.get("DISPLAY")) and _x_server_answers()


def _x_server_answers() -> bool:
    """Return whether the X server of ``DISPLAY`` accepts a connection."""
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return False
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connection_has_error.argtypes = [ctypes.c_void_p]
    xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(None, None)
    works = bool(xcb.xcb_connection_has_error(connection) == 0)
    xcb.xcb_disconnect(connection)
    return works
