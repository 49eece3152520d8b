"""How a reviewed plan is written: people first, then programs and what is in them, then links and remarks."""
