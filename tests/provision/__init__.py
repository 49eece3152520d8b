"""Real servers for tests: found on the machine, or brought by a package, never replaced by something that behaves like them."""
