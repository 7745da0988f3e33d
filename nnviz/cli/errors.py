"""What ends a command with a sentence instead of a result."""


class CommandError(Exception):
    """A sentence for the person who typed the command.

    Parameters
    ----------
    message
        What is wrong, where, and what to do.
    is_wrong_use
        Whether the arguments are at fault (exit code 2) or the work failed (1).
    """

    def __init__(self, message: str, *, is_wrong_use: bool = False) -> None:
        super().__init__(message)
        self.is_wrong_use = is_wrong_use
