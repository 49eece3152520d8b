"""Real workers, beats, Redis and mail server, some of them killed: what arrives is counted, beside naive variants that fail.

The gate is short. The long run is the same with larger counts, for example
`CHAOS_MAILS=8000 CHAOS_KILLS=200 CHAOS_SECONDS=300 pytest -s tests/chaos`.
"""
