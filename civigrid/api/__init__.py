"""The door for programs: `/api/v1/`, with bearer tokens. No cookie, no session, no form."""
