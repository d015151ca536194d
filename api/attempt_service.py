"""How often a password may be tried and an account be made, so that nobody is kept out by what others do."""

from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network

from fastapi import Request

from api._errors import TooManyAttempts
from api._services import Services
from systems.throttle_system import Limit, Throttle

_BEHIND_ONE_ADDRESS = 10  # people who share it: one of them who forgets a password must not keep the others out
_SUSPICIOUS = 1  # attempts that an address has left when many fail to log in to the same account


@dataclass(frozen=True, slots=True)
class Attempt:
    """A password about to be tried; it is counted before, so that many at the same time are counted too."""

    throttle: Throttle
    here: str
    everywhere: tuple[str, str]

    def forgive(self) -> None:
        """The password was right."""
        self.throttle.forget(self.here)
        self.throttle.take_back(*self.everywhere)

    def take_back(self) -> None:
        """The password was not tried."""
        self.throttle.take_back(self.here, *self.everywhere)


def try_password(services: Services, account: str, address: str) -> Attempt:
    """Count an attempt on an account, whether there is one or not. Raises TooManyAttempts.

    An address has few attempts on one account and some more on all. Many failures on an account,
    wherever they come from, leave each address one attempt at a time, so its owner gets in from elsewhere.
    """
    auth, throttle = services.config.auth, services.throttle
    limit = Limit(max(1, auth.login_failures), 60 * max(1, auth.login_window_minutes))
    wide = Limit(limit.attempts * _BEHIND_ONE_ADDRESS, limit.seconds)
    # The address comes first: it has no blanks, so nobody can make up an account that counts for another.
    here, there, account = f"pair {address} {account}", f"address {address}", f"account {account}"
    _refuse(wide.wait(throttle.count(there, wide)))
    suspicious = throttle.level(account, limit) >= limit.attempts
    if wait := limit.wait(throttle.count(here, limit), _SUSPICIOUS if suspicious else None):
        throttle.take_back(there)
        raise TooManyAttempts(wait)
    throttle.count(account, limit)
    return Attempt(throttle, here, (there, account))


def count_registration(services: Services, address: str) -> None:
    """Raises TooManyAttempts."""
    limit = Limit(max(1, services.config.auth.registrations_per_hour), 3600)
    _refuse(limit.wait(services.throttle.count(f"registration {address}", limit)))


def address_of(request: Request) -> str:
    """Whose attempts count as one: an IPv4 address, or the network that a customer with IPv6 is given."""
    host = request.client.host if request.client else "nowhere"
    try:
        address = ip_address(host)
    except ValueError:
        return host.replace(" ", "")
    if isinstance(address, IPv6Address):
        return str(address.ipv4_mapped or ip_network((address.packed, 64), strict=False))
    return str(address)


def _refuse(wait: int) -> None:
    if wait:
        raise TooManyAttempts(wait)
