"""The tests mirror programs/; flows, browser, chaos and architecture stand beside it."""
