"""stub"""


def warm() -> None:
    """stub"""
