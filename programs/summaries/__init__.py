"""The status as data, the choice of what matters, the phrases. Page, mail and text show the same object."""
