"""Parquet, by pyarrow: some hundred rows at a time."""

from __future__ import annotations

import math
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from retrieval.errors import FeedError
from retrieval.formats.row import Row, Rows

_BATCH = 500


def parquet_rows(path: Path) -> Rows:
    """Rows with their number in place of a line; lists, structs and maps become lists and dicts."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    number = 0
    try:
        with pq.ParquetFile(path, pre_buffer=False) as table:
            for batch in table.iter_batches(batch_size=_BATCH):
                for cells in batch.to_pylist(maps_as_pydicts="lossy"):
                    number += 1
                    yield Row(number, {name: _plain(value) for name, value in cells.items()}, typed=True)
    except (pa.ArrowException, OSError) as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise FeedError(
            f"{path.name} cannot be read as Parquet behind row {number} ({reason})", "Write the file again"
        ) from error


def _plain(value: Any) -> Any:
    """``value`` in the types that JSON has, and Decimal, which a price keeps exact."""
    if isinstance(value, float) and math.isnan(value):
        return None
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_plain(v) for v in value]
    return value
