"""What is shown of a person without a reveal: made here and nowhere else (FORMATS 6, S5.1)."""

from __future__ import annotations

STARS = "****"
SHORTEST_PHONE = 9


def mask_name(name: str) -> str:
    """First character and a star: 张三 becomes 张*."""
    return f"{name[0]}*" if name else ""


def mask_phone(phone: str) -> str:
    """First three, four stars, last four: 138****1234. A short number shows its last two only."""
    if not phone:
        return ""
    return f"{phone[:3]}{STARS}{phone[-4:]}" if len(phone) >= SHORTEST_PHONE else f"{STARS}{phone[-2:]}"


def mask_address(province: str, city: str, district: str) -> str:
    """Down to the district, then two stars; "" when the file had no address."""
    place = " ".join(part for part in (province, city, district) if part)
    return f"{place} **" if place else ""


def is_masked(value: str) -> bool:
    """Whether the platform masked it before it reached us. Such a value never replaces a clear one."""
    return "*" in value
