"""Take a change back within 24 hours: what it made goes, what it removed returns, what it changed is as before."""
