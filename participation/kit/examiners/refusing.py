"""Why a file cannot be taken."""


class Wrong(Exception):
    """The code of the reason, and where in the file, for whoever has to put it right."""

    def __init__(self, code: str, where: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.where = where[:200]
