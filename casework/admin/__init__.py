"""Cases worked in the admin, and the back office of casework."""

from casework.admin import cases, holidays, policies, records, rounds, words

__all__ = ["cases", "holidays", "policies", "records", "rounds", "words"]
