"""What applications read, as JSON: `/api/v1`. docs/guide/api.md tells how."""
