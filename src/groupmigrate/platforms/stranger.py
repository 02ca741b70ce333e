"""What it means that something else answered than a store's interface, in the words that all rooms share.

It is asked after a room has found nothing of its platform in an answer.
"""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

from groupmigrate.errors import WrongAnswer
from groupmigrate.platforms.http import Answer, Session


def stranger(session: Session, answer: Answer, *, hint: str, words: str = "", moved: str = "") -> WrongAnswer:
    """The error that an answer means which is not the store's.

    `hint` says what to check where nothing more is known; `words` are those of the answer, if it has any;
    `moved` is what a redirect may mean besides another address.
    """
    if 300 <= answer.status < 400:
        return _redirect(session, answer, moved)
    said = f": {words}" if words else f" with {_kind(answer)}"
    error = f"{session.address} answered {answer.status}{said}"
    return WrongAnswer(session.scrub(error), hint=_HINTS.get(answer.status, hint), code="GM504")


def _redirect(session: Session, answer: Answer, moved: str) -> WrongAnswer:
    # The target may be relative (RFC 9110, 10.2.2); its query may hold what was asked, e-mails included.
    here, there = urlsplit(session.address), urlsplit(urljoin(f"{session.address}/", _location(answer)))
    place = f"{there.scheme}://{there.netloc}"
    if place == f"{here.scheme}://{here.netloc}":
        hint = (
            "a page that logs in, or one for the time of maintenance, stands before the interface: let this"
            " computer's address pass it"
        )
        place += there.path
    else:
        hint = f'if the store is at "{place}", write that as `url`'
    error = f"{session.address} sends us on to {place}"
    return WrongAnswer(session.scrub(error), hint="; ".join(filter(None, (hint, moved))), code="GM504")


def _location(answer: Answer) -> str:
    return answer.headers.get("Location", "")


def _kind(answer: Answer) -> str:
    """What the body is, as far as it can be told; a body that is no text may be anybody's."""
    body = answer.body.lstrip()
    if not body:
        return "nothing"
    return "a web page" if body.startswith(b"<") else "something else"


_BROKEN = "the store, or what stands before it, has a fault: open its address in a browser, look into its log"
_HINTS = {
    407: "a proxy wants a name and a password: see HTTP_PROXY and HTTPS_PROXY in this computer's environment",
    **dict.fromkeys(range(500, 600), _BROKEN),
}
