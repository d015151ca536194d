"""Every common encoding is recognised from a few lines, and its byte order mark is not part of the text."""

# ruff: noqa: RUF001

import codecs
import os

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from systems.text_encoding_system import decode, detect_encoding

GERMAN = "Über schöne Grüße aus Köln freuen sich größere Äpfel."
FRENCH = "Les élèves français étudient à l'école ; où êtes-vous allés ? Ça coûte cher, le cœur."
ITALIAN = (
    "Perché no? Così è la vita: più si va avanti, più è già tardi. "
    "La città è bella, ma nessuno può restare; lunedì torneremo."
)
SPANISH = "¿Dónde está el niño? La señora María comió una manzana. ¡Qué lástima!"
PORTUGUESE = "Não há nada que não possa ser feito amanhã; a educação é o coração da nação."
SWEDISH = "Alla människor är födda fria och lika i värde och rättigheter, även på ön."
POLISH = "Zażółć gęślą jaźń. Wczoraj byliśmy w Łodzi, gdzie spotkaliśmy się z przyjaciółmi."
CZECH = "Příliš žluťoučký kůň úpěl ďábelské ódy. Všichni lidé se rodí svobodní a sobě rovní co do důstojnosti a práv."
HUNGARIAN = "Minden emberi lény egyenlő méltósága. Az őrült űrhajós fűnyírója."
TURKISH = "Bütün insanlar hür doğarlar, akıl ve vicdana sahiptirler; kardeşlik güneşi ışıldar."
LATVIAN = "Visi cilvēki piedzimst brīvi un vienlīdzīgi savā pašcieņā un tiesībās, ņemot vērā ģimeni."
RUSSIAN = "Все счастливые семьи похожи друг на друга, каждая несчастливая семья несчастлива по-своему."
UKRAINIAN = "Усі люди народжуються вільними і рівними у своїй гідності та правах."
GREEK = "Όλοι οι άνθρωποι γεννιούνται ελεύθεροι και ίσοι στην αξιοπρέπεια."
HEBREW = "כל בני האדם נולדו בני חורין ושווים בערכם ובזכויותיהם."
ARABIC = "يولد جميع الناس أحرارا متساوين في الكرامة والحقوق."
THAI = "มนุษย์ทั้งหลายเกิดมามีอิสระและเสมอภาคกันในเกียรติศักดิ์"
JAPANESE = "吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。"
CHINESE = "人工智能是计算机科学的一个分支，它企图了解智能的实质。"
TAIWANESE = "人工智慧是電腦科學的一個分支，它企圖了解智慧的實質。"
KOREAN = "모든 인간은 태어날 때부터 자유로우며 그 존엄과 권리에 있어 동등하다."

SAMPLES = [
    (GERMAN, "cp1252 latin-1 iso8859_15 cp850 mac_roman"),
    (FRENCH, "cp1252 iso8859_15"),
    (FRENCH.replace("œ", "oe"), "latin-1 mac_roman"),
    ("Le prix : 5 € ; l'été à Nîmes.", "cp1252 iso8859_15"),
    ("It’s a “quoted” text — with dashes… and plain English.", "cp1252"),
    (ITALIAN, "cp1252 latin-1"),
    (SPANISH, "cp1252 latin-1"),
    (PORTUGUESE, "cp1252"),
    (SWEDISH, "cp1252"),
    (POLISH, "cp1250 iso8859_2"),
    (CZECH, "cp1250 iso8859_2"),
    (HUNGARIAN, "cp1250 iso8859_2"),
    (TURKISH, "cp1254 iso8859_9"),
    (LATVIAN, "cp1257"),
    (RUSSIAN, "cp1251 koi8_r iso8859_5 cp866"),
    (UKRAINIAN, "cp1251 koi8_u"),
    (GREEK, "cp1253 iso8859_7"),
    (HEBREW, "cp1255 iso8859_8"),
    (ARABIC, "cp1256 iso8859_6"),
    (THAI, "cp874"),
    (JAPANESE, "shift_jis euc_jp iso2022_jp"),
    (CHINESE, "gb18030 gb2312 gbk"),
    (TAIWANESE, "big5 gb18030"),
    (KOREAN, "euc_kr cp949"),
]
UNICODE = "utf-8 utf-8-sig utf-16 utf-32"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [(text, name) for text, names in SAMPLES for name in f"{names} {UNICODE}".split()],
)
def test_a_text_is_read_as_it_was_written(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding))[0] == text


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Grüße", "cp1252"),
        ("café", "cp1252"),
        ("Öl für 5 €", "iso8859_15"),
        ("Привет, мир", "cp1251"),
        ("Привет, мир", "koi8_r"),
        ("Καλημέρα κόσμε", "cp1253"),
        ("こんにちは世界", "shift_jis"),
        ("こんにちは世界", "euc_jp"),
        ("你好，世界", "gb18030"),
        ("你好，世界", "big5"),
        ("안녕하세요", "euc_kr"),
    ],
)
def test_a_few_words_are_enough(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding))[0] == text


@pytest.mark.parametrize("order", ["le", "be"])
@pytest.mark.parametrize("width", ["16", "32"])
def test_a_byte_order_mark_is_not_part_of_the_text(width: str, order: str) -> None:
    mark = getattr(codecs, f"BOM_UTF{width}_{order.upper()}")
    assert decode(mark + "joy 喜び 👋".encode(f"utf-{width}-{order}"))[0] == "joy 喜び 👋"


@pytest.mark.parametrize("order", ["le", "be"])
def test_utf16_without_a_mark_is_recognised_in_latin_scripts(order: str) -> None:
    assert decode(GERMAN.encode(f"utf-16-{order}"))[0] == GERMAN


def test_one_accent_far_behind_decides() -> None:
    text = "plain words all along.\n" * 50_000 + "et voilà, un café\n"
    assert decode(text.encode("cp1252"))[0] == text


def test_a_few_broken_bytes_do_not_turn_utf8_into_something_else() -> None:
    data = (FRENCH * 3).encode()
    assert decode(data[:-1] + b"\xe9")[1] == "utf-8"
    assert decode(JAPANESE.encode()[:-1])[0] == JAPANESE[:-1] + "\ufffd"


def test_utf8_that_was_damaged_before_stays_utf8() -> None:
    assert decode(("\ufffd" * 5 + "é").encode()) == ("\ufffd" * 5 + "é", "utf-8")


def test_what_the_file_says_about_itself_decides_when_it_reads() -> None:
    data = "Ðàç".encode("cp1252")
    assert decode(data, "windows-1252")[0] == "Ðàç"
    assert decode(data, "windows-1251")[0] == "Раз"
    assert decode(FRENCH.encode(), "latin-1")[1] == "utf-8"
    assert decode(FRENCH.encode("cp1252"), "shift_jis")[1] == "cp1252"


@pytest.mark.parametrize("declared", ["unicode_escape", "punycode", "hex", "utf-7", "no such", "utf-16", "a\0b"])
def test_odd_declarations_are_not_followed(declared: str) -> None:
    assert decode(FRENCH.encode("cp1252"), declared)[1] == "cp1252"


@settings(deadline=None)
@example(b"m\xcdw")
@given(st.binary(max_size=300))
def test_whatever_the_bytes_are_there_is_a_text(data: bytes) -> None:
    text, encoding = decode(data)
    assert text == data.decode(encoding, "replace")


@settings(deadline=None)
@given(st.text(min_size=1))
def test_utf8_is_always_recognised(text: str) -> None:
    assert "\x1b" in text or "\0" in text or decode(text.encode())[0] == text.removeprefix("\ufeff")


def test_noise_is_read_quickly() -> None:
    assert detect_encoding(os.urandom(3_000_000))
