"""The address of the API is taken at once, or refused with a reason."""

import pytest

from cli._listening import CannotListen, address_of, listen


def test_a_port_that_somebody_listens_on_is_taken() -> None:
    with listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        assert address_of(listener) == f"http://127.0.0.1:{port}"
        with pytest.raises(CannotListen, match=f"port {port} of 127.0.0.1 is already taken"):
            listen("127.0.0.1", port)


def test_a_port_is_free_again_once_its_listener_is_gone() -> None:
    with listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
    with listen("127.0.0.1", port):
        pass


def test_a_server_for_everybody_is_shown_where_this_machine_finds_it() -> None:
    with listen("0.0.0.0", 0) as listener:
        assert address_of(listener).startswith("http://127.0.0.1:")


def test_a_host_that_is_not_here_is_refused() -> None:
    with pytest.raises(CannotListen, match=r"192\.0\.2\.1 does not belong to this machine"):
        listen("192.0.2.1", 0)
    with pytest.raises(CannotListen, match="knows no host"):
        listen("no host of ours", 0)
