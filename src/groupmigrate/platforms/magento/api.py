"""The REST interface as requests and answers: what a shop says, told apart. It knows no record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

import msgspec

from groupmigrate.errors import AccessDenied, LostAnswer, WrongAnswer
from groupmigrate.platforms.http import Answer, Request, Session
from groupmigrate.platforms.magento.answers import (
    NOTHING,
    content,
    missing_right,
    page_error,
    parameters,
    words,
)
from groupmigrate.platforms.magento.auth import Access
from groupmigrate.platforms.magento.edition import OWN_SERVER, Edition

OPEN_TO_ALL = "directory/"
"""Paths that ask for no right, so that an answer proves nothing about the log-in."""


class Refused(WrongAnswer):
    """The shop did not do what was asked, and said why. Where nobody expects that, it ends the work."""

    def __init__(self, status: int, said: Any) -> None:
        self.status = status
        self.words = words(said)
        self.parameters: Mapping[str, Any] = parameters(said)
        super().__init__(
            f"the shop refuses what others of its version answer (status {status}): {self.words}",
            hint="a module or a setting of the shop may be the reason; its logs say more",
            code="GM504",
        )


class Broken(WrongAnswer):
    """The shop stumbled over what was asked (500): over something smaller it may not."""


class Api:
    """The interface of one shop."""

    def __init__(self, session: Session, access: Access, edition: Edition = OWN_SERVER) -> None:
        self.edition = edition
        self._reading = {"Accept": "application/json", **edition.headers}
        self._writing = {**self._reading, "Content-Type": "application/json"}
        self._session = session
        self._access = access
        self._let_in = False
        self.clock = ""
        """The shop's time when it last answered, in UTC; "" if it does not tell."""

    def get(self, path: str, query: tuple[tuple[str, str], ...] = ()) -> Any:
        """What the shop says. Raises Refused for what is not there or not asked well, Broken, StoreError."""
        answer = self._send(Request("GET", f"{self.edition.path}/{path}", query, self._reading))
        said = self._said(answer, path)
        if answer.status >= 500:
            raise Broken(
                f"the shop cannot answer {path} (status {answer.status}): {words(said)}",
                hint="var/log/exception.log of the shop says more",
                code="GM504",
            )
        return said

    def write(self, method: str, path: str, body: object = None) -> Any:
        """Write something and return what the shop says it stored.

        Raises Refused, LostAnswer (the shop must be asked what it did) or StoreError.
        """
        encoded = b"" if body is None else msgspec.json.encode(body)
        answer = self._send(Request(method, f"{self.edition.path}/{path}", (), self._writing, encoded))
        if answer.status in {403, 406} and content(answer) is NOTHING:
            # A firewall before the shop that dislikes one customer's text; Magento never saw it.
            raise Refused(answer.status, {"message": f"a server before the shop answered {answer.status}"})
        said = self._said(answer, path)
        if answer.status >= 500:
            # A group whose name is cut inside a character is made all the same (2.4.7, run).
            raise LostAnswer(f"the shop answered {answer.status}: {words(said)}", code="GM402")
        return said

    def version(self) -> str:
        """The shop's version and edition as far as it tells them, "2.4 (Community)"; "" if it does not."""
        if self.edition.version:
            return self.edition.version
        answer = self._send(Request("GET", "/magento_version"))
        name, _, version = answer.text.partition("/")
        return version[:60] if answer.status == 200 and name == "Magento" else ""

    @staticmethod
    def numbers(version: str) -> tuple[int, ...]:
        """The numbers of a version, (2, 4); () if there are none."""
        return tuple(int(part) for part in version.split(" ")[0].split(".") if part.isdecimal())

    def _send(self, request: Request) -> Answer:
        answer = self._session.send(request)
        if answer.status == 401 and self._access.renew():
            answer = self._session.send(request)
        self.clock = answer.clock
        return answer

    def _said(self, answer: Answer, path: str) -> Any:
        """The content of an answer that is Magento's; everything that ends the work is raised."""
        said = content(answer)
        if not self._let_in:
            self._refuse_stranger(answer.status, said)
        if said is NOTHING:
            raise page_error(self._session, answer)
        if answer.status in {401, 403}:
            self._deny(said)
        if 400 <= answer.status < 500:
            raise Refused(answer.status, said)
        if answer.status == 200 and not path.startswith(OPEN_TO_ALL):
            self._let_in = True
        return said

    def _refuse_stranger(self, status: int, said: Any) -> None:
        """Raise AccessDenied where the status alone says what is wrong; Magento's refusals say parameters."""
        meaning = self.edition.turned_away.get(status)
        if meaning and not parameters(said):
            raise AccessDenied(
                ": ".join(filter(None, (f"{meaning.message} (status {status})", words(said)))),
                hint=meaning.hint or self._access.hint,
                code=meaning.code,
            )

    def _deny(self, said: Any) -> NoReturn:
        right = missing_right(said)
        if right and self._let_in:
            raise AccessDenied(
                f"the shop refuses: the right {right} is missing",
                hint=self.edition.grant,
                code="GM503",
            )
        raise AccessDenied(f"the shop lets nobody in: {words(said)}", hint=self._access.hint, code="GM502")
