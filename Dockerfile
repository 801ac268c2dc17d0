# One image for web, worker, scheduler and migrations; docker-compose.yml tells them apart.

FROM node:22-slim AS front-end
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --omit=dev --no-audit --no-fund

FROM python:3.11-slim AS packages
RUN python -m venv /opt/venv
COPY requirements.txt ./
RUN /opt/venv/bin/pip install --no-cache-dir --require-hashes -r requirements.txt

FROM python:3.11-slim
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=config.settings.prod \
    CASELOAD_STATE_DIR=/app/state
RUN useradd --uid 10001 --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin caseload
WORKDIR /app
COPY --from=packages /opt/venv /opt/venv
COPY . .
# Compiled once here, because at run time the file system is read-only. The values only get collectstatic through the
# checks of the settings; they stay in this one command.
RUN --mount=type=bind,from=front-end,source=/build/node_modules,target=/build/node_modules \
    mkdir -p var state/files state/documents && chown caseload:caseload state/files state/documents \
    && PYTHONPATH=script python -c "from pathlib import Path; from startup.assets import copy_assets; copy_assets(Path('/build/node_modules'), Path('var/vendor'))" \
    && rm -rf var/vendor/axe \
    && SECRET_KEY="$(python -c 'import secrets; print(secrets.token_hex(32))')" \
       CASELOAD_FIELD_KEY="$(python -c 'import base64, secrets; print(base64.b64encode(secrets.token_bytes(32)).decode())')" \
       ALLOWED_HOSTS=build.invalid DATABASE_URL=postgres://build@build.invalid/build REDIS_URL=redis://build.invalid \
       python manage.py collectstatic --no-input --verbosity 0 \
    && chmod -R a+rX state/static var/vendor \
    && python -m compileall -q config partners employers commissioning caseload reporting
USER 10001:10001
EXPOSE 8000
CMD ["python", "-m", "config.serving", "--bind", "0.0.0.0:8000"]
