# syntax=docker/dockerfile:1
# The product alone: no tests, no tools, no embedded servers. Built in one stage, run in another.
FROM python:3.11-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONDONTWRITEBYTECODE=1
RUN python -m venv /venv
COPY requirements.txt .
RUN /venv/bin/pip install --require-hashes -r requirements.txt
WORKDIR /desk
COPY . .
# Keys that live for this one line: production settings do not load without any.
RUN /venv/bin/python -m config.messages \
    && PRODUCTION=1 DATABASE_URL=postgres://build REDIS_URL=redis://build \
       SECRET_KEY="$(/venv/bin/python -c 'import secrets; print(secrets.token_urlsafe(64))')" \
       DATA_KEY="$(/venv/bin/python -c 'import base64, os; print(base64.b64encode(os.urandom(32)).decode())')" \
       /venv/bin/python manage.py collectstatic --noinput --verbosity 0 \
    && /venv/bin/python -m compileall -q /desk

FROM python:3.11-slim-bookworm
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    PRODUCTION=1 DATA_DIR=/data HEARTBEAT_DIR=/tmp/heartbeat
RUN useradd --system --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin desk \
    && install -d -o desk -g desk -m 0700 /data
COPY --from=build /venv /venv
COPY --from=build /desk /desk
WORKDIR /desk
USER desk
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
CMD ["gunicorn", "config.wsgi:application", "--config", "python:config.web", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", \
     "--workers", "2", "--threads", "8", "--worker-tmp-dir", "/dev/shm", "--graceful-timeout", "20", "--no-control-socket"]
