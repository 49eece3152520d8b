"""What-if drafts: changes of a plan that are tried first, and made together or not at all."""
