"""Takes checked values out of a request's JSON; each fault is told with a JSON pointer to it."""

from collections.abc import Mapping
from datetime import datetime

Body = Mapping[str, object]


class Invalid(Exception):
    """The request is not usable: ``pointer`` says where, ``code`` what kind of fault it is."""

    def __init__(self, pointer: str, message: str, code: str = "invalid_request") -> None:
        super().__init__(f"{pointer}: {message}")
        self.pointer = pointer
        self.message = message
        self.code = code


class Fields:
    """An object of the request at ``pointer``, read field by field."""

    def __init__(self, value: object, pointer: str = "", code: str = "invalid_request") -> None:
        if not isinstance(value, dict):
            raise Invalid(pointer, "an object is expected")
        self._body: Body = value
        self._pointer = pointer
        self._code = code

    def fault(self, name: str, message: str) -> Invalid:
        return Invalid(f"{self._pointer}/{name}", message, self._code)

    def has(self, name: str) -> bool:
        return self._body.get(name) is not None

    def within(self, name: str, code: str = "invalid_request") -> "Fields":
        """The object under ``name``; ``code`` is what faults inside it are called."""
        return Fields(self._body.get(name), f"{self._pointer}/{name}", code)

    def text(self, name: str, longest: int = 255) -> str:
        value = self._body.get(name)
        if not isinstance(value, str) or not 0 < len(value) <= longest:
            raise self.fault(name, f"a string of 1 to {longest} characters is expected")
        if not value.isprintable():
            raise self.fault(name, "control characters and unpaired surrogates are not allowed")
        return value

    def url(self, name: str) -> str:
        value = self.text(name, 8192)
        if not value.startswith(("http://", "https://")):
            raise self.fault(name, "an http or https URL is expected")
        return value

    def one_of(self, name: str, words: tuple[str, ...]) -> str:
        value = self._body.get(name)
        if not isinstance(value, str) or value not in words:
            raise self.fault(name, f"one of {', '.join(words)} is expected")
        return value

    def whole(self, name: str, least: int, most: int) -> int:
        value = self._body.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise self.fault(name, f"a whole number from {least} to {most} is expected")
        return value

    def flag(self, name: str) -> bool:
        """True unless the field says false."""
        value = self._body.get(name, True)
        if not isinstance(value, bool):
            raise self.fault(name, "true or false is expected")
        return value

    def texts(self, name: str, most: int) -> tuple[str, ...]:
        value = self._body.get(name) or []
        if not isinstance(value, list) or len(value) > most:
            raise self.fault(name, f"a list of at most {most} strings is expected")
        if not all(isinstance(row, str) and 0 < len(row) <= 64 and row.isprintable() for row in value):
            raise self.fault(name, "strings of 1 to 64 characters are expected")
        return tuple(value)

    def labels(self, name: str) -> dict[str, str]:
        value = self._body.get(name) or {}
        if not isinstance(value, dict) or not all(isinstance(word, str) for word in value.values()):
            raise self.fault(name, "an object of strings is expected")
        return dict(value)

    def moment(self, name: str) -> datetime:
        try:
            value = datetime.fromisoformat(self.text(name))
        except ValueError as error:
            raise self.fault(name, "a time as in RFC 3339 is expected") from error
        if value.tzinfo is None:
            raise self.fault(name, "the time needs a zone")
        return value
