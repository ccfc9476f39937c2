# The image of web, worker and beat: everything is fetched while building, nothing while running.
FROM node:24-slim AS style
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund

FROM python:3.13-slim AS app
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 AANZET_MODE=production STATIC_ROOT=/app/static-served
WORKDIR /app
COPY requirements.txt ./
RUN pip install --require-hashes --requirement requirements.txt
COPY . .
COPY --from=style /app/node_modules node_modules
# Building needs settings, but no secret of the installation: these values exist in this one command only.
RUN AANZET_MODE=local python manage.py frontend \
    && AANZET_MODE=local python manage.py messages --compile \
    && SECRET_KEY=build-only DATABASE_URL=postgres://build REDIS_URL=redis://build python manage.py collectstatic --no-input \
    && rm -rf node_modules var/secret-key \
    && useradd --system --uid 10001 aanzet \
    && mkdir -p /app/var/media /app/var/private && chown -R aanzet /app/var
USER aanzet
ENV HOST=0.0.0.0 PORT=8000
EXPOSE 8000
CMD ["python", "-m", "config.run", "web"]
