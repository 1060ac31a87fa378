"""How much a file may be. Above these it is refused in seconds, before memory or a transaction is spent on it."""

from __future__ import annotations

from django.conf import settings

MEGABYTE = 1024 * 1024

MAX_COLUMNS = 512
# One cell may hold a long note, one record several of them.
MAX_CELL_CHARACTERS = 2 * MEGABYTE
MAX_RECORD_CHARACTERS = 8 * MEGABYTE

# A workbook: parts, size unpacked, how far one part may unpack, cells.
MAX_PARTS = 2_000
MAX_UNPACKED = 600 * MEGABYTE
MAX_SHARED_STRINGS = 100 * MEGABYTE
MAX_RATIO = 100
RATIO_COUNTS_FROM = 5 * MEGABYTE
MAX_CELLS = 30_000_000

# The process that reads a workbook.
WORKER_MEMORY = 640 * MEGABYTE
WORKER_CPU_SECONDS = 600
WORKER_SILENT_SECONDS = 60


def max_bytes() -> int:
    """Bytes of one file: the setting IMPORT_MAX_BYTES, 128 MB by default."""
    return int(getattr(settings, "IMPORT_MAX_BYTES", 128 * MEGABYTE))


def max_rows() -> int:
    """Lines of one file, empty ones included: the setting IMPORT_MAX_ROWS, 500,000 by default."""
    return int(getattr(settings, "IMPORT_MAX_ROWS", 500_000))
