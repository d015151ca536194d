"""Letters beyond ASCII by language and by the legacy encodings that write them, to tell how well a reading fits."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

_TYPOGRAPHY: Final = frozenset("“”„‘’‚–—…«»‹›§€£\xa0©®·№´°،؛؟")  # noqa: RUF001

_WESTERN: Final = "äöüßé éèêëàâçîïôùûüœ áéíóúñü¿¡ªº àèéìòù ãõáâàçéêíóôúªº åäöé æøåé ëïéèöüáó àçèéíïòóúü· þðýæöáéíóú"
_CENTRAL: Final = "ąćęłńóśźż áčďéěíňóřšťúůýž áäčďéíĺľňóôŕšťúýž áéíóöőúüű čćđšž ăâîşţ ăâîșț"
_TURKISH: Final = "çğıöşüâîİ"
_BALTIC: Final = "ąčęėįšųūž āčēģīķļņšūž äõöüšž"
_VIETNAMESE: Final = "ăâđêôơưàáèéìíòóùúýãẽĩõũ\u0300\u0301\u0303\u0309\u0323"
# The letters of the other scripts stand in the order of their frequency.
_CYRILLIC: Final = (
    "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё оанівиертскдлпмузьяєгбчйхжшюцїщфґ"
    " аоиенрсјтувдкмлзпбгчњшцћжљхђфџ аиоентрсвлкдпмзгбуъчяшщжцхйюфь"
)
_GREEK: Final = "αοιετσνηυρπκμλςωγδάίόήέχθφύβώξζψϊϋΐΰ"
_HEBREW: Final = "יוהלאמרתבשנםעקחדפטגןצכסזץךף"
_ARABIC: Final = "اليمنوترةبسدعفحكقهجشطصخأىئضذزغثظءإآؤًٌٍَُِّْـ ایرندتسمهبوگشکزفخچپقجحعلطصضذغظئثژآأءؤيك\u200c"
_THAI: Final = "านรอกเงยมลวดทสต่ะปบค้ัหี็แจิพชขใไุโู์ํำผถืึศซณธภษญฐฎฏฉฝฟฬฮ๊๋ๆฯๅฤ"

_WRITTEN_IN: Final = (
    ("cp1252 iso8859_15", _WESTERN),
    ("cp1250 iso8859_2", _CENTRAL),
    ("cp1254", _TURKISH),
    ("cp1257", _BALTIC),
    ("cp1258", _VIETNAMESE),
    ("cp1251 koi8_r koi8_u iso8859_5 cp866", _CYRILLIC),
    ("cp1253 iso8859_7", _GREEK),
    ("cp1255 iso8859_8", _HEBREW),
    ("cp1256 iso8859_6", _ARABIC),
    ("cp874", _THAI),
    ("mac_roman cp850", _WESTERN),
)


@dataclass(frozen=True)
class SingleByte:
    """An encoding with one byte per character, and the languages written in it as the weights of their letters."""

    codec: str
    languages: tuple[dict[str, float], ...]

    def fit(self, text: str) -> float:
        """About 1 when the text reads like one of the languages, far less when it is noise."""
        characters = _beyond_ascii(text)
        found = max(
            sum(count * language.get(character, -1.0) for character, count in characters.items())
            for language in self.languages
        )
        return (found - sum(map(_is_odd, pairwise(text)))) / max(characters.total(), 1)


@dataclass(frozen=True)
class MultiByte:
    """An East Asian encoding, and how much a character, given with its bytes, belongs to the language."""

    codec: str
    weight: Callable[[str, bytes], float]

    def fit(self, text: str) -> float:
        """About 1 when the text reads like the language, far less when it is noise."""
        characters = _beyond_ascii(text)
        found = sum(count * self._weight(character) for character, count in characters.items())
        return (found - len(_INSIDE_LATIN_WORD.findall(text))) / max(characters.total(), 1)

    def _weight(self, character: str) -> float:
        if "\u3000" <= character <= "\u303f" or "\uff01" <= character <= "\uff5e" or character in _TYPOGRAPHY:
            return 0.9
        return self.weight(character, character.encode(self.codec, "replace"))


_INSIDE_LATIN_WORD: Final = re.compile(r"(?<=[A-Za-z])[^\x00-\x7f](?=[A-Za-z])")


def _beyond_ascii(text: str) -> Counter[str]:
    return Counter(character for character in text if character > "\x7f")


def _is_odd(pair: tuple[str, str]) -> bool:
    """Whether two neighbours hardly occur in one word: aÄ, or a Latin letter beside one of another script."""
    left, right = pair
    if left <= "\x7f" and right <= "\x7f":
        return False
    if left.islower() and right.isupper():
        return True
    if left <= "\x7f":
        return left.isalpha() and _is_foreign(right)
    return right <= "\x7f" and right.isalpha() and _is_foreign(left)


def _is_foreign(character: str) -> bool:
    return character > "\u036f" and character not in _TYPOGRAPHY


_FALL: Final = 0.7  # from the most frequent letter to the rarest
_CAPITAL: Final = 0.05


def _weights(letters: str) -> dict[str, float]:
    """The rarer a letter the less it tells for its language; capitals are rarer than small letters."""
    fall, capital = (_FALL, _CAPITAL) if letters[0] > "\u036f" else (0.0, 0.0)
    small = {letter: 1.0 - fall * (rank / len(letters)) ** 2 for rank, letter in enumerate(letters)}
    capitals = {letter.upper(): weight - capital for letter, weight in small.items()}
    return dict.fromkeys(_TYPOGRAPHY, 1.0) | capitals | small


def _japanese(common: range) -> Callable[[str, bytes], float]:
    def weight(character: str, code: bytes) -> float:
        if "\u3041" <= character <= "\u30ff":
            return 1.1
        if "\u4e00" <= character <= "\u9fff":
            return 0.9 if code[0] in common else 0.2
        return 0.0 if "\uff61" <= character <= "\uff9f" else -1.0

    return weight


def _chinese(common: range) -> Callable[[str, bytes], float]:
    def weight(character: str, code: bytes) -> float:
        if "\u4e00" <= character <= "\u9fff":
            return 1.0 if code[0] in common else 0.2
        return -0.5

    return weight


def _korean(character: str, code: bytes) -> float:
    if "\uac00" <= character <= "\ud7a3":
        return 1.05 if code[0] >= 0xB0 and code[1] >= 0xA1 else -0.2
    return 0.1 if "\u4e00" <= character <= "\u9fff" else -1.0


ENCODINGS: Final[tuple[SingleByte | MultiByte, ...]] = (
    *(
        SingleByte(codec, tuple(map(_weights, languages.split(" "))))
        for codecs, languages in _WRITTEN_IN
        for codec in codecs.split(" ")
    ),
    # The first byte of the characters that everyday texts are made of.
    MultiByte("cp932", _japanese(range(0x88, 0x98))),
    MultiByte("euc_jp", _japanese(range(0xB0, 0xD0))),
    MultiByte("gb18030", _chinese(range(0xB0, 0xD8))),
    MultiByte("big5hkscs", _chinese(range(0xA4, 0xC7))),
    MultiByte("cp949", _korean),
)
"""The legacy encodings that are recognised; of two that fit equally well the first is meant."""
