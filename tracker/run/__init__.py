"""Everything behind `make run`: set-up, the embedded Redis, and one supervisor for web, worker and beat."""
