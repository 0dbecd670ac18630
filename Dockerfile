# Two images, each a target: `programs` (ingest, analytics, jobs, api, simulator) and `broker`.
# docker-compose.yml builds both.

FROM node:22-bookworm-slim AS web
WORKDIR /source/web
COPY web/package.json web/package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY web ./
RUN npm run build

FROM python:3.11-slim-bookworm AS packages
WORKDIR /source
COPY requirements.lock ./
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --require-hashes --requirement requirements.lock

FROM python:3.11-slim-bookworm AS programs
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
# The same ids as the broker's own user: both read and write the device accounts.
RUN groupadd --gid 1883 jeg && useradd --uid 1883 --gid 1883 --no-create-home jeg \
    && install -d -o jeg -g jeg /secrets /broker/accounts /broker/data /demo /mailbox /files
WORKDIR /app
COPY --from=packages /venv /venv
COPY telemetry telemetry
COPY storage storage
COPY gateways gateways
COPY analytics analytics
COPY ingest ingest
COPY jobs jobs
COPY simulators simulators
COPY stack stack
COPY api api
COPY --from=web /source/api/static api/static
COPY pyproject.toml ./
USER jeg
ENTRYPOINT ["python", "-m", "stack.container"]

FROM eclipse-mosquitto:2.0.22-openssl AS plugin
RUN apk add --no-cache gcc musl-dev mosquitto-dev openssl-dev
COPY broker/plugin/jeg_accounts.c /source/
RUN cc -O2 -fPIC -shared -Wall -Wextra -Werror -D_FORTIFY_SOURCE=2 \
    -o /jeg_accounts.so /source/jeg_accounts.c -lcrypto

FROM eclipse-mosquitto:2.0.22-openssl AS broker
COPY --from=plugin /jeg_accounts.so /broker/
COPY broker/mosquitto.conf broker/access.acl /broker/
# The template's two values; the passwords come with the volume of secrets.
RUN sed -i -e 's|${listen}|1883 0.0.0.0|' -e 's|${folder}|/broker|g' /broker/mosquitto.conf \
    && ln -s /secrets/passwords /broker/passwords \
    && mkdir -p /broker/accounts /broker/data \
    && chown -R mosquitto:mosquitto /broker && chmod 600 /broker/access.acl
USER mosquitto
ENTRYPOINT ["mosquitto"]
CMD ["-c", "/broker/mosquitto.conf"]
