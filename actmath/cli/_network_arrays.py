"""NumPy's arrays in a file, by their names: bounded, and without pickle."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from zipfile import ZipFile


def arrays_of(path: Path) -> dict[str, Any]:
    """The arrays of a file, by name.

    Raises:
        ValueError: for what is no such file, and for two arrays of one name.
        DataTooLargeError: for more than ``ACTMATH_LARGEST_DATA`` allows, before it is unzipped.
        OSError: if it cannot be read.
    """
    import numpy as np

    from ..experiment.data._dataset import DataTooLargeError
    from ..experiment.data._files import check_size

    if os.path.exists(path) and not os.path.isfile(path):
        # A pipe would be waited for.
        raise ValueError(f"{path}: it is no file")
    try:
        # Without pickle: a file of arrays runs nothing.
        with path.open("rb") as stream:
            held = np.load(stream, allow_pickle=False)
            if not isinstance(held, np.lib.npyio.NpzFile):
                raise ValueError("it holds a single one, without a name")
            # A file of a few KB may unzip to any size.
            check_size(str(path), sum(part.file_size for part in ZipFile(stream).infolist()))
            if len(set(held.files)) < len(held.files):
                raise ValueError("it has two arrays of one name")
            found: dict[str, Any] = {name: held[name] for name in held.files}
            for name, array in found.items():
                # What does not begin as an array is handed over as its bytes.
                if isinstance(array, bytes):
                    raise ValueError(f"{name} is no array")
            return found
    except (OSError, MemoryError, DataTooLargeError):
        raise
    # Of what is cut off or altered NumPy raises nearly anything.
    except Exception as error:
        raise ValueError(f"{path} is no .npz file of arrays: {error}") from error
