"""One HTTP session for all rooms: pooled, paced, patient with reads and careful with writes.

It knows no platform and reads no body. What `requests` and `urllib3` raise ends here as an error of our own.
"""

from __future__ import annotations

import logging
import os
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.cookiejar import DefaultCookiePolicy
from typing import NoReturn
from urllib.parse import quote, quote_plus, urlencode, urlsplit

import requests
import tenacity
from requests.adapters import HTTPAdapter
from requests.utils import get_environ_proxies
from urllib3 import exceptions as urllib3_errors

from groupmigrate import __version__
from groupmigrate.errors import LostAnswer, StoreError, Unreachable
from groupmigrate.platforms.pace import Allowance, Pace

log = logging.getLogger("groupmigrate.http")
LOOPBACK = ("127.0.0.1", "localhost", "::1")
PIECE = 1 << 20
"""Bytes of an answer read at once. For each piece a thread waits until the one that translates lets it in."""


@dataclass(frozen=True)
class Request:
    """What is sent: a path below the session's address, and a query whose values are not encoded yet."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True)
class Answer:
    """What came back, whole. The names of headers are found in any case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as text; bytes that are no UTF-8 are replaced."""
        return self.body.decode("utf-8", errors="replace")

    @property
    def clock(self) -> str:
        """The server's own time, from the Date header: UTC, "2015-05-05 05:05:05"; "" if it does not tell."""
        try:
            moment = parsedate_to_datetime(self.headers["Date"])
        except (KeyError, ValueError):
            return ""
        return moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ")


@dataclass(frozen=True)
class Patience:
    """How long a store is asked again. All times in seconds."""

    attempts: int = 6
    """Of a store that does not answer; a limiter is asked again until the `total` is over."""
    total: float = 180.0
    first_wait: float = 0.5
    longest_wait: float = 60.0


@dataclass(frozen=True)
class Terms:
    """How a store is talked to. Timeouts in seconds; `timeout` is the longest silence within an answer."""

    connections: int = 2
    requests_per_second: float | None = None
    connect_timeout: float = 10.0
    timeout: float = 60.0
    ca_bundle: str | None = None
    patience: Patience = Patience()


class WriteRefused(RuntimeError):
    """Something tried to write through a session that was opened to read: a bug, so not an expected error."""


def only_gets(request: Request) -> bool:
    """Whether a request only reads, by its method."""
    return request.method in {"GET", "HEAD"}


def nothing_more(request: Request) -> Mapping[str, str]:  # noqa: ARG001 - the shape of a signature
    """No headers besides the request's own."""
    return {}


def below_500(answer: Answer) -> bool:
    """Whether an answer is the store's own, by its status: 5xx and 408 also come from what is before it."""
    return answer.status < 500 and answer.status != 408


def too_many(answer: Answer) -> bool:
    """Whether a limiter refused a request, by the status of its answer."""
    return answer.status == 429


class Session:
    """The connection to one store. Threads may share it.

    Reads are repeated while there is hope. A write is repeated only when the store surely did not act: no
    connection could be made, or a limiter refused it. All else about a write is LostAnswer.
    """

    def __init__(
        self,
        address: str,
        terms: Terms | None = None,
        *,
        read_only: bool = True,
        secrets: Sequence[str] = (),
        is_read: Callable[[Request], bool] = only_gets,
        is_final: Callable[[Answer], bool] = below_500,
        is_limit: Callable[[Answer], bool] = too_many,
        sign: Callable[[Request], Mapping[str, str]] = nothing_more,
        allowance: Callable[[Answer, bool], Allowance] | None = None,
    ) -> None:
        """`is_final` tells the platform's own words, which asking again does not change.

        `is_limit` tells the words of a limiter: nothing was done. `sign` makes the headers that log in, for
        every attempt anew: some signatures are good only once. `allowance` says what an answer tells about
        how fast a store may be asked that counts reads (true) and writes apart.
        """
        self.address = address.rstrip("/")
        self._terms = terms or Terms()
        self._read_only = read_only
        self._secrets = tuple(spelling for secret in secrets for spelling in _spellings(secret))
        self._is_read = is_read
        self._is_final = is_final
        self._is_limit = is_limit
        self._sign = sign
        self._allowance = allowance
        self._reads = self._writes = Pace(self._terms.requests_per_second)
        if allowance:
            self._writes = Pace(self._terms.requests_per_second)
        self._closed = threading.Event()
        self._lock = threading.Lock()
        self._count = 0
        self._session = _pooled(self.address, self._terms)

    @property
    def sent(self) -> int:
        """How many requests were sent, repetitions included."""
        return self._count

    def send(self, request: Request) -> Answer:
        """Send a request and return the answer, whatever its status says, unless asking again may help.

        Redirects are answers, too. Raises Unreachable, LostAnswer, or WriteRefused before anything is sent.
        """
        reading = self._is_read(request)
        if self._read_only and not reading:
            raise WriteRefused(f"{request.method} {request.path} in a session that only reads")
        try:
            return self._retrying()(self._attempt, request, reading)
        except _Again as again:
            raise again.error from None

    def scrub(self, text: str) -> str:
        """The text without the secrets of this session, however they are spelled."""
        for spelling in self._secrets:
            text = text.replace(spelling, "…")
        return text

    def close(self) -> None:
        """Close the connections and wake whoever waits to ask again."""
        self._closed.set()
        self._session.close()

    def __repr__(self) -> str:
        return f"Session({self.scrub(self.address)!r})"

    def _retrying(self) -> tenacity.Retrying:
        patience = self._terms.patience
        over = tenacity.stop_any(
            tenacity.stop_before_delay(patience.total), tenacity.stop_when_event_set(self._closed)
        )
        return tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(_Again),
            wait=self._wait,
            stop=lambda state: self._is_in_vain(state) or over(state),
            sleep=tenacity.sleep_using_event(self._closed),
            reraise=True,
        )

    def _is_in_vain(self, state: tenacity.RetryCallState) -> bool:
        """Whether a store was asked often enough. A limiter lets us through in time: some count minutes."""
        again = state.outcome.exception() if state.outcome else None
        limited = isinstance(again, _Again) and again.limited
        return not limited and state.attempt_number >= self._terms.patience.attempts

    def _wait(self, state: tenacity.RetryCallState) -> float:
        patience = self._terms.patience
        backoff = tenacity.wait_random_exponential(patience.first_wait, patience.longest_wait)(state)
        again = state.outcome.exception() if state.outcome else None
        asked = again.retry_after if isinstance(again, _Again) else 0.0
        return min(max(asked, backoff), patience.longest_wait)

    def _attempt(self, request: Request, reading: bool) -> Answer:
        pace = self._reads if reading else self._writes
        pace.wait()
        if self._closed.is_set():
            raise Unreachable(f"the session with {self.address} is closed", code="GM501")
        with self._lock:
            self._count += 1
        started = time.monotonic()
        try:
            answer = self._exchange(request)
        except FOREIGN as error:
            log.debug("%s %s: %s", request.method, request.path, _reason(error))
            self._give_up(error, reading)
        milliseconds = (time.monotonic() - started) * 1000
        log.debug("%s %s: %d in %d ms", request.method, request.path, answer.status, milliseconds)
        if self._allowance:
            pace.learn(self._allowance(answer, reading))
        if self._is_limit(answer) or not self._is_final(answer):
            self._doubt(answer, reading)
        return answer

    def _exchange(self, request: Request) -> Answer:
        response = self._session.request(
            request.method,
            self.address + request.path + _query(request.query),
            data=request.body or None,
            headers={**request.headers, **self._sign(request)},
            timeout=(self._terms.connect_timeout, self._terms.timeout),
            allow_redirects=False,
            stream=True,
        )
        with response:
            return Answer(response.status_code, response.headers, self._body(response))

    def _body(self, response: requests.Response) -> bytes:
        # A store that sends a byte now and then never trips the timeout between two bytes.
        latest = time.monotonic() + 5 * self._terms.timeout
        chunks = []
        for chunk in response.iter_content(PIECE):
            chunks.append(chunk)
            if time.monotonic() > latest:
                raise requests.ReadTimeout("the answer does not end")
        return b"".join(chunks)

    def _give_up(self, error: Exception, reading: bool) -> NoReturn:
        words = self.scrub(f"no answer from {self.address}: {_reason(error)}")
        unreachable = Unreachable(words, hint=_remedy(error), code="GM501")
        if isinstance(error, ValueError) or _has(error, ssl.SSLCertVerificationError):
            raise unreachable from None
        if reading or _surely_not_sent(error):
            raise _Again(unreachable) from None
        raise LostAnswer(words, code="GM402") from None

    def _doubt(self, answer: Answer, reading: bool) -> None:
        """Decide what an answer means that is not the store's own."""
        words = self.scrub(f"{self.address} answered {answer.status}")
        if self._is_limit(answer):
            # A limiter counts before it lets anything through: nothing was done.
            asked = _retry_after(answer.headers)
            words += f" and asks us to wait for {asked:,.0f} s" if asked else ""
            slower = "lower requests_per_second, calls_per_minute or connections in the connector"
            raise _Again(Unreachable(words, hint=slower, code="GM507"), asked, limited=True)
        # Not even 503 with Retry-After says that nothing was done: Varnish sends that when the shop is slow.
        if not reading:
            raise LostAnswer(words, code="GM402")
        if answer.status in PASSING:
            later = "the store is busy or closed for the moment: try again later"
            raise _Again(Unreachable(words, hint=later, code="GM501"), _retry_after(answer.headers))


PASSING = frozenset({408, 502, 503, 504, 520, 521, 522, 523, 524})
FOREIGN = (requests.RequestException, urllib3_errors.HTTPError, OSError, UnicodeError)

REASONS: tuple[tuple[type[BaseException], str], ...] = (
    (urllib3_errors.NameResolutionError, "the host name is not known"),
    (ssl.SSLCertVerificationError, "its certificate is not trusted"),
    (requests.exceptions.ProxyError, "the proxy does not let us through"),
    (ssl.SSLError, "no encrypted connection could be made"),
    (ConnectionRefusedError, "connection refused"),
    (requests.ConnectTimeout, "no connection in time"),
    (requests.Timeout, "nothing came in time"),
    (urllib3_errors.TimeoutError, "nothing came in time"),
    (ValueError, "the address is not valid"),
    (urllib3_errors.NewConnectionError, "no connection could be made"),
)
REMEDIES: tuple[tuple[type[BaseException], str], ...] = (
    (ssl.SSLCertVerificationError, "check the address; `ca_bundle` names a certificate of the store's own"),
    (requests.exceptions.ProxyError, "see HTTP_PROXY, HTTPS_PROXY and NO_PROXY in the environment"),
    (ssl.SSLError, "check the address: is it http:// and not https://?"),
    (requests.ReadTimeout, "try again later, or give the store more time with `timeout`"),
)


class _Again(Exception):
    """Asking again may help; `error` is what to say if it does not."""

    def __init__(self, error: StoreError, retry_after: float = 0.0, *, limited: bool = False) -> None:
        super().__init__(error.message)
        self.error = error
        self.retry_after = retry_after
        self.limited = limited


def _pooled(address: str, terms: Terms) -> requests.Session:
    # urllib3 writes whole URLs into its log: keys and e-mails would be in them.
    logging.getLogger("urllib3.connectionpool").setLevel(logging.ERROR)
    session = requests.Session()
    # With trust_env requests would send passwords of ~/.netrc and prefer REQUESTS_CA_BUNDLE to ca_bundle.
    session.trust_env = False
    if urlsplit(address).hostname not in LOOPBACK:
        session.proxies = get_environ_proxies(address)
    session.verify = terms.ca_bundle or os.environ.get("REQUESTS_CA_BUNDLE") or True
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.headers["User-Agent"] = f"groupmigrate/{__version__}"
    adapter = HTTPAdapter(pool_connections=1, pool_maxsize=terms.connections, pool_block=True)
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    return session


def _query(pairs: tuple[tuple[str, str], ...]) -> str:
    return "?" + urlencode(pairs, quote_via=quote, safe="[]@") if pairs else ""


def _spellings(secret: str) -> Iterator[str]:
    """The secret as it may stand in a text; the plain one last, for it may be part of the others."""
    if secret:
        yield from {quote(secret), quote_plus(secret), quote(secret, safe="")} - {secret}
        yield secret


def _retry_after(headers: Mapping[str, str]) -> float:
    """The seconds that the store asks to wait, written as seconds or as a date; 0 if it does not say."""
    text = headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return 0.0
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


def _surely_not_sent(error: Exception) -> bool:
    not_connected = (
        requests.ConnectTimeout,
        requests.exceptions.ProxyError,
        urllib3_errors.NewConnectionError,
    )
    return _has(error, *not_connected)


def _has(error: BaseException, *kinds: type[BaseException]) -> bool:
    return any(isinstance(cause, kinds) for cause in _causes(error))


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and those wrapped in it; not its context, which may belong to an earlier attempt."""
    yield error
    inner = (*error.args, getattr(error, "reason", None), error.__cause__)
    for cause in inner:
        if isinstance(cause, BaseException) and cause is not error:
            yield from _causes(cause)


def _reason(error: Exception) -> str:
    """Why there was no answer, in words of our own: those of the libraries hold whole URLs."""
    return next((words for kind, words in REASONS if _has(error, kind)), "the connection broke off")


def _remedy(error: Exception) -> str:
    """What to do about it."""
    return next(
        (words for kind, words in REMEDIES if _has(error, kind)), "check the address in the connector"
    )
