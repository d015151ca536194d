"""Load from `wrk`, a compiled client, so that the client does not eat the cores it measures."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

_UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}


class NoLoadClient(Exception):
    """The benchmarks need `wrk`: install the package of this name (Debian: apt-get install wrk)."""


@dataclass(frozen=True, slots=True)
class Load:
    """Requests a second, and the median and 99th percentile of latency in milliseconds."""

    rate: float
    p50: float
    p99: float

    def note(self) -> str:
        return f"{self.rate:,.0f} requests/s, p50 {self.p50:.1f} ms, p99 {self.p99:.1f} ms"


def ensure_wrk() -> str:
    """The path of wrk; as root on Debian it is installed if need be. Raises NoLoadClient."""
    if not shutil.which("wrk") and os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(["apt-get", "update", "-qq"], check=False, capture_output=True)
        subprocess.run(["apt-get", "install", "-y", "-qq", "wrk"], check=False, capture_output=True)
    found = shutil.which("wrk")
    if not found:
        raise NoLoadClient(NoLoadClient.__doc__)
    return found


def load(
    url: str,
    *,
    token: str,
    clients: int = 16,
    seconds: float = 4,
    method: str = "GET",
    body: str | None = None,
    first: int | None = None,
) -> Load:
    """Send the same request again and again; anything but success is an error.

    With `first`, the URL has `NUMBER` in it, which is this number and those after it.
    """
    script = [f'wrk.method = "{method}"', f'wrk.headers["Authorization"] = "Bearer {token}"']
    if body is not None:
        script += ['wrk.headers["Content-Type"] = "application/json"', f"wrk.body = [==[{body}]==]"]
    if first is not None:
        path = urlsplit(url)._replace(scheme="", netloc="").geturl()
        script += [f"local n = {first - 1}", "request = function()", "n = n + 1"]
        script += [f"return wrk.format(nil, (string.gsub([==[{path}]==], 'NUMBER', n)))", "end"]
    with TemporaryDirectory() as folder:
        file = Path(folder) / "request.lua"
        file.write_text("\n".join(script))
        command = [ensure_wrk(), "-t1", f"-c{clients}", f"-d{seconds:g}s", "--latency", "--timeout", "30s"]
        output = subprocess.run([*command, "-s", str(file), url], check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in output or "Socket errors" in output:
        raise RuntimeError(f"{method} {url} failed under load:\n{output}")
    return Load(float(_found(r"Requests/sec:\s+([\d.]+)", output)), _latency("50", output), _latency("99", output))


def _latency(percentile: str, output: str) -> float:
    match = re.search(rf"\s{percentile}%\s+([\d.]+)(us|ms|s|m)", output)
    assert match, output
    return float(match[1]) * _UNITS[match[2]]


def _found(pattern: str, output: str) -> str:
    match = re.search(pattern, output)
    assert match, output
    return match[1]
