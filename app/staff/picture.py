"""An address as a QR code, to be drawn as SVG by a template."""

BORDER = 4
"""White modules around it, as readers need them."""


def drawn(address: str) -> tuple[int, str]:
    """How many modules wide it is with its border, and the path of its dark ones, a bar at a time."""
    import segno  # noqa: PLC0415  (1 MiB, for the day on which somebody gets a role)

    rows = segno.make_qr(address, error="m").matrix
    return len(rows) + 2 * BORDER, "".join(_bars(y + BORDER, bytes(row)) for y, row in enumerate(rows))


def _bars(y: int, row: bytes) -> str:
    bars, start = "", 0
    for x, dark in enumerate([*row, 0]):
        if dark and not (x and row[x - 1]):
            start = x
        if not dark and x and row[x - 1]:
            bars += f"M{start + BORDER} {y}h{x - start}v1h-{x - start}z"
    return bars
