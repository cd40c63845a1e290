"""Second factors: authenticator apps, passkeys and recovery codes, and what is asked for before they change."""
