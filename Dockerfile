# syntax=docker/dockerfile:1

FROM node:22-slim AS pages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-audit --no-fund
COPY frontend frontend
COPY static static
RUN npm run build

FROM python:3.11-slim AS packages
RUN python -m venv /venv
COPY requirements.txt .
RUN /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.txt

FROM python:3.11-slim
RUN useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin longpole \
    && install -d -o longpole -g longpole /data
WORKDIR /app
COPY --from=packages /venv /venv
COPY --chown=root:root . .
COPY --from=pages /app/static/build static/build
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    VAR_DIR=/data \
    LISTEN=0.0.0.0 \
    PORT=8000 \
    LOG_FORMAT=json
# Collected once, into the image; the folder for data is a volume.
RUN python -m tracker.catalogue compile \
    && VAR_DIR=/tmp/build python manage.py collectstatic --verbosity 0 --no-input \
    && mv /tmp/build/served /app/served && rm -rf /tmp/build
ENV STATIC_DIR=/app/served
USER longpole
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
    CMD ["python", "-m", "tracker.run.health"]
CMD ["python", "-m", "tracker.run", "web"]
