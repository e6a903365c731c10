"""Debian's Chromium without a window, and the DevTools protocol over a pipe.

What belongs here: finding, starting, asking, ending the browser. What does not: what a page may do and when it is
ready (`rendering`). The browser has no network of its own: every connection it tries to make fails, and all it gets
is what `rendering` hands it.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pipeline.snapshots.model import Cause
from scrapy_project.exchange import FetchFailed

EXECUTABLE = "CONGKHAI_CHROMIUM"
"""The environment variable that names another executable than the first of `_NAMES`."""
_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
_MISSING = (
    "trang này cần trình duyệt (render=browser) nhưng máy không có Chromium: cài gói chromium, "
    f"hoặc đặt biến môi trường {EXECUTABLE} là đường dẫn tới nó"
)
_FLAGS = (
    "--headless=new", "--remote-debugging-pipe", "--no-first-run", "--no-default-browser-check", "--disable-gpu",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-extensions",
    "--disable-default-apps", "--disable-breakpad", "--disable-dev-shm-usage", "--disable-notifications",
    "--mute-audio", "--metrics-recording-only", "--password-store=basic", "--use-mock-keychain",
    "--renderer-process-limit=2", "--js-flags=--max-old-space-size=512", "--blink-settings=imagesEnabled=false",
    "--disable-features=HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,Translate,OptimizationHints,MediaRouter,"
    "DialMediaRouteProvider,AutofillServerCommunication",
    # No way out: names do not resolve, and all connections go through a proxy that has no address.
    "--host-resolver-rules=MAP * ~NOTFOUND", "--proxy-server=http://nowhere.invalid:9",
    "--proxy-bypass-list=<-loopback>", "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--lang=vi", "--window-size=1280,2000", "about:blank",
)
_START_SECONDS = 30.0
_ANSWER_SECONDS = 30.0
_CHUNK = 1 << 16
_LONGEST = 64 << 20
Handler = Callable[[str, dict[str, Any]], None]


def find_chromium() -> str:
    """Return the path of the browser; raise FetchFailed (NO_BROWSER) where there is none."""
    told = os.environ.get(EXECUTABLE)
    found = shutil.which(told) if told else next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None:
        raise FetchFailed(Cause.NO_BROWSER, _MISSING)
    return found


class Chromium:
    """One running browser with a profile that is thrown away. Make it by `start`, end it by `close`."""

    def __init__(
        self, process: subprocess.Popen[bytes], profile: Path, reads: asyncio.StreamReader,
        writes: asyncio.WriteTransport,
    ) -> None:
        self._process = process
        self._profile = profile
        self._reads = reads
        self._writes = writes
        self._number = 0
        self._asked: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._handlers: dict[str, Handler] = {}
        self._listening = asyncio.ensure_future(self._listen())

    @classmethod
    async def start(cls, place: Path | None = None) -> Chromium:
        """Start a browser with its profile under `place`; raise FetchFailed where there is none or it does not come
        up."""
        executable = find_chromium()
        profile = Path(tempfile.mkdtemp(prefix="congkhai-chromium-", dir=place))
        their_read, our_write = os.pipe()
        our_read, their_write = os.pipe()
        flags = [f"--user-data-dir={profile}", *_FLAGS]
        if hasattr(os, "geteuid") and os.geteuid() == 0:  # its own sandbox refuses root
            flags.insert(0, "--no-sandbox")
        command = [sys.executable, "-m", "scrapy_project.chromium_launch", str(their_read), str(their_write)]
        process = subprocess.Popen(
            [*command, executable, *flags], pass_fds=(their_read, their_write), stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
            env={**os.environ, "TZ": "Asia/Ho_Chi_Minh", "HOME": str(profile)})
        os.close(their_read)
        os.close(their_write)
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader(limit=_LONGEST)
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(our_read, "rb", 0))
        writes, _ = await loop.connect_write_pipe(asyncio.Protocol, os.fdopen(our_write, "wb", 0))
        browser = cls(process, profile, reader, writes)
        try:
            await browser.ask("Browser.getVersion", timeout=_START_SECONDS)
        except FetchFailed as failed:
            await browser.close()
            raise FetchFailed(Cause.NO_BROWSER, f"Chromium ({executable}) không khởi động được") from failed
        return browser

    @property
    def alive(self) -> bool:
        """Whether it still runs and listens."""
        return self._process.poll() is None and not self._listening.done()

    def listen(self, session: str, handler: Handler | None) -> None:
        """Hand the events of a session to `handler`; None stops that."""
        if handler is None:
            self._handlers.pop(session, None)
        else:
            self._handlers[session] = handler

    async def ask(
        self, method: str, params: dict[str, Any] | None = None, session: str = "", timeout: float = _ANSWER_SECONDS
    ) -> dict[str, Any]:
        """Return the result of a DevTools command; raise FetchFailed where it fails or the browser is gone."""
        if self._listening.done():
            raise FetchFailed(Cause.CRASHED, "trình duyệt đã chết")
        self._number += 1
        number = self._number
        told: dict[str, Any] = {"id": number, "method": method, "params": params or {}}
        if session:
            told["sessionId"] = session
        answer = self._asked[number] = asyncio.get_running_loop().create_future()
        self._writes.write(json.dumps(told).encode() + b"\0")
        try:
            return await asyncio.wait_for(answer, timeout)
        except TimeoutError as error:
            raise FetchFailed(Cause.TIMEOUT, f"trình duyệt không trả lời {method}") from error
        finally:
            self._asked.pop(number, None)

    async def close(self) -> None:
        """End the browser with all its processes, and forget its profile."""
        self._listening.cancel()
        self._writes.close()
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        await asyncio.to_thread(self._process.wait)
        await asyncio.to_thread(shutil.rmtree, self._profile, True)

    async def _listen(self) -> None:
        pending = bytearray()
        while piece := await self._reads.read(_CHUNK):
            pending += piece
            if len(pending) > _LONGEST:
                break
            if b"\0" in piece:
                *whole, rest = bytes(pending).split(b"\0")
                pending = bytearray(rest)
                for message in whole:
                    self._take(json.loads(message))
        for answer in self._asked.values():
            if not answer.done():
                answer.set_exception(FetchFailed(Cause.CRASHED, "trình duyệt đã chết"))

    def _take(self, told: dict[str, Any]) -> None:
        answer = self._asked.get(told.get("id", 0))
        if answer is not None and not answer.done():
            if "error" in told:
                answer.set_exception(FetchFailed(Cause.CRASHED, f"trình duyệt: {told['error'].get('message', '')}"))
            else:
                answer.set_result(told.get("result", {}))
        handler = self._handlers.get(told.get("sessionId", ""))
        if handler is not None and "method" in told:
            handler(told["method"], told.get("params", {}))


class SharedBrowser:
    """The one browser of a process, started when it is first needed, and again where it died. `room` bounds how many
    pages are open at once: each takes a processor and some hundred megabytes. Profiles lie under `place`, a folder
    that somebody else throws away should this process be killed."""

    def __init__(self, place: Path | None = None) -> None:
        self.room = asyncio.Semaphore(2)
        self._place = place
        self._lock = asyncio.Lock()
        self._browser: Chromium | None = None

    async def get(self) -> Chromium:
        """Return a browser that runs; raise FetchFailed where there is none."""
        async with self._lock:
            if self._browser is None or not self._browser.alive:
                await self.close()
                self._browser = await Chromium.start(self._place)
            return self._browser

    async def close(self) -> None:
        """End it, if it was started."""
        if self._browser is not None:
            await self._browser.close()
            self._browser = None
