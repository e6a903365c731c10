"""Which network addresses may be connected to, and what names resolve to.

What belongs here: the rule and aiohttp's resolver and socket factory that hold to it. What does not: which URLs are
on a portal (`pipeline.extraction.addresses`).
"""

from __future__ import annotations

import socket
from fnmatch import fnmatchcase
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from aiohttp import ThreadedResolver
from aiohttp.abc import AbstractResolver, ResolveResult

from scrapy_project.job import Simulation

_NAT64 = IPv6Network("64:ff9b::/96")


class ForbiddenAddressError(OSError):
    """A connection that the rule refuses."""


def allowed(address: str, simulation: Simulation | None) -> bool:
    """Say whether a numeric address may be connected to.

    In the real world only what is global; in a simulation only loopback. Addresses of IPv4 inside IPv6 count as
    what they carry.
    """
    try:
        ip: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, IPv6Address):
        inside = IPv4Address(ip.packed[-4:]) if ip in _NAT64 else None
        ip = ip.ipv4_mapped or ip.sixtofour or inside or ip
    if simulation is not None:
        return ip.is_loopback
    return ip.is_global and not ip.is_multicast


def numeric_host_refused(url: str, simulation: Simulation | None) -> bool:
    """Say whether the host of `url` is a numeric address that the rule refuses before any connection is tried."""
    host = urlsplit(url).hostname or ""
    try:
        ip_address(host)
    except ValueError:
        return False
    return not allowed(host, simulation) or (simulation is not None and not simulation.loopback)


class Resolver(AbstractResolver):
    """Resolves names under the rule: a name with no allowed address does not resolve."""

    def __init__(self, simulation: Simulation | None) -> None:
        self._simulation = simulation
        self._system = None if simulation is not None else ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Return addresses of `host`; raise OSError."""
        if self._simulation is not None:
            return [self._simulated(self._simulation, host.lower().rstrip("."), port)]
        assert self._system is not None
        found = await self._system.resolve(host, port, family)
        kept = [one for one in found if allowed(one["host"], None)]
        if not kept:
            raise ForbiddenAddressError(f"{host} leads to no public address")
        return kept

    def _simulated(self, simulation: Simulation, host: str, port: int) -> ResolveResult:
        for pattern, target in simulation.resolve.items():
            if fnmatchcase(host, pattern.lower()):
                address, _, other = target.rpartition(":") if ":" in target else (target, "", "")
                return _result(host, address, int(other) if other else port)
        if simulation.loopback and host == "localhost":
            return _result(host, "127.0.0.1", port)
        raise ForbiddenAddressError(f"{host} is no name of this simulation")

    async def close(self) -> None:
        """Release the system's resolver."""
        if self._system is not None:
            await self._system.close()


def socket_factory(simulation: Simulation | None) -> object:
    """Return aiohttp's socket factory that refuses at the last moment: numeric hosts and rebound names, too."""

    def make(info: tuple[int, int, int, str, tuple[str, int]]) -> socket.socket:
        family, kind, protocol, _, sockaddr = info
        if not allowed(sockaddr[0], simulation):
            raise ForbiddenAddressError(f"{sockaddr[0]} may not be connected to")
        sock = socket.socket(family, kind, protocol)
        sock.setblocking(False)
        return sock

    return make


def _result(name: str, address: str, port: int) -> ResolveResult:
    return ResolveResult(
        hostname=name, host=address, port=port, family=socket.AF_INET, proto=0, flags=socket.AI_NUMERICHOST
    )
