"""The three roles and the login, and what each may do before any table exists.

`civigrid_owner` makes tables (migrations only), `civigrid_web` reads within a scope, `civigrid_system` is flow and
workers. `civigrid` logs in, inherits nothing and may only take one of them on. Run once by a superuser: the embedded
server does it itself, for another server `civigrid init --print-roles` prints it for the database's administrator.
"""

from __future__ import annotations

ROLES = ("civigrid_owner", "civigrid_web", "civigrid_system")


def role_statements(password: str | None = None) -> list[str]:
    """SQL that makes the roles where they are missing; safe to repeat."""
    made = [_role_if_missing(role, "NOLOGIN NOINHERIT") for role in ROLES]
    made.append(_role_if_missing("civigrid", "LOGIN NOINHERIT"))
    if password is not None:
        made.append(f"ALTER ROLE civigrid PASSWORD '{password}'")
    made += [f"GRANT {role} TO civigrid WITH INHERIT FALSE, SET TRUE" for role in ROLES]
    return made


def database_statements(database: str) -> list[str]:
    """SQL to run inside the new database, as its administrator."""
    return [
        f'REVOKE ALL ON DATABASE "{database}" FROM PUBLIC',
        f'GRANT CONNECT, TEMPORARY ON DATABASE "{database}" TO civigrid',
        f'GRANT CREATE ON DATABASE "{database}" TO civigrid_owner',
        "REVOKE ALL ON SCHEMA public FROM PUBLIC",
        "GRANT USAGE, CREATE ON SCHEMA public TO civigrid_owner",
        "GRANT USAGE ON SCHEMA public TO civigrid, civigrid_web, civigrid_system",
        "ALTER DEFAULT PRIVILEGES FOR ROLE civigrid_owner IN SCHEMA public "
        "GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO civigrid_system",
        "ALTER DEFAULT PRIVILEGES FOR ROLE civigrid_owner IN SCHEMA public "
        "GRANT USAGE, SELECT, UPDATE ON SEQUENCES TO civigrid_system",
        f"ALTER DATABASE \"{database}\" SET timezone = 'UTC'",
    ]


def script(database: str) -> str:
    """All of it for psql: what the administrator of another server feeds to it once. May be repeated."""
    create = f"CREATE DATABASE \"{database}\" ENCODING ''UTF8'' TEMPLATE template0"
    missing = f"NOT EXISTS (SELECT FROM pg_database WHERE datname = '{database}')"
    lines = [
        *(f"{line};" for line in role_statements()),
        f"SELECT '{create}' WHERE {missing} \\gexec",
        f'\\connect "{database}"',
        *(f"{line};" for line in database_statements(database)),
        "-- then give the login its password: \\password civigrid",
    ]
    return "\n".join(lines)


def _role_if_missing(role: str, options: str) -> str:
    return (
        f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN "
        f"CREATE ROLE {role} {options}; END IF; END $$"
    )
