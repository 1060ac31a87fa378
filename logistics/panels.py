"""What this app shows on the case page and in the rail."""


def register() -> None:
    """Fill casework's registries; called from AppConfig.ready."""
