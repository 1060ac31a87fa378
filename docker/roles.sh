#!/bin/sh
# Runs once, when the database container starts on an empty volume: the owner of the schema and the application's role.
set -eu
psql --set=ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" \
    --set=owner_password="$OWNER_PASSWORD" --set=app_password="$APP_PASSWORD" --set=database="$POSTGRES_DB" <<'SQL'
CREATE ROLE casework_owner LOGIN CREATEDB PASSWORD :'owner_password';
CREATE ROLE casework_app LOGIN PASSWORD :'app_password';
ALTER DATABASE :"database" OWNER TO casework_owner;
SQL
