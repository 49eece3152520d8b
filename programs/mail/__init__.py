"""Everything that speaks SMTP: writing a summary as a mail, queueing it with its slot, sending it under a lease."""
