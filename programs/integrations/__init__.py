"""What speaks to other programs over HTTP: posting to a chat under a lease, to addresses that are safe to reach."""
