"""Signed addresses hold for what they were signed for, and for a while."""

from systems.signature_system import Signatures

KEY = b"k" * 32
content = Signatures(KEY, "content")


def test_a_signature_holds_for_one_thing() -> None:
    expires, signature = content.sign("sdoc 1", 60)
    assert content.holds("sdoc 1", expires, signature)
    assert not content.holds("sdoc 2", expires, signature)
    assert not content.holds("sdoc 1", expires + 1, signature)
    assert not content.holds("sdoc 1", expires, signature[:-1] + "é")


def test_a_signature_of_another_purpose_or_key_does_not_hold() -> None:
    expires, signature = content.sign("sdoc 1", 60)
    assert not Signatures(KEY, "other").holds("sdoc 1", expires, signature)
    assert not Signatures(b"x" * 32, "content").holds("sdoc 1", expires, signature)


def test_a_signature_ends() -> None:
    expires, signature = content.sign("sdoc 1", -120)
    assert not content.holds("sdoc 1", expires, signature)
