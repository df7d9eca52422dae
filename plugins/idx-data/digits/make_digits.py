"""Makes the two shipped idx files from scikit-learn's digits.csv.gz.

    python3 make_digits.py digits.csv.gz ../src/main/resources/io/espalier/plugins/idxdata

The compressed bytes may differ between versions of zlib; what is in them does not.
"""

import gzip
import hashlib
import pathlib
import struct
import sys
import zlib

SIDE = 8
INK = 16


def gz(data: bytes) -> bytes:
    """Smallest of zlib's strategies, without name or time."""
    packed = []
    for strategy in (zlib.Z_DEFAULT_STRATEGY, zlib.Z_FILTERED):
        deflate = zlib.compressobj(9, zlib.DEFLATED, 31, 9, strategy)
        packed.append(deflate.compress(data) + deflate.flush())
    return min(packed, key=len)


def main(source: str, target: str) -> None:
    rows = [[int(v) for v in line.split(b",")] for line in gzip.open(source)]
    assert len(rows) == 1797 and all(len(row) == SIDE * SIDE + 1 for row in rows)
    assert all(0 <= v <= INK for row in rows for v in row[:-1])
    assert all(0 <= row[-1] <= 9 for row in rows)
    images = struct.pack(">4I", 0x803, len(rows), SIDE, SIDE) + b"".join(
        bytes(row[:-1]) for row in rows
    )
    labels = struct.pack(">2I", 0x801, len(rows)) + bytes(row[-1] for row in rows)
    for name, data in (("digits-images-idx3-ubyte", images), ("digits-labels-idx1-ubyte", labels)):
        packed = gz(data)
        pathlib.Path(target, name + ".gz").write_bytes(packed)
        print(name, len(data), "bytes,", len(packed), "compressed,", hashlib.sha256(data).hexdigest())


if __name__ == "__main__":
    main(*sys.argv[1:])
