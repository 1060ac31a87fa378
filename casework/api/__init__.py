"""The API of cases, and how every API of the desk pages its lists and words its refusals."""
