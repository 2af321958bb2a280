# Two images: `gateway` (web, worker, scheduler and commands) and `studio` (the reference Studio, for development
# and single machines). Packages are pinned by hash, in files exported from uv.lock.

FROM python:3.12-slim AS python
ENV PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1 \
    PATH=/opt/venv/bin:$PATH
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin gateway
WORKDIR /app


FROM python AS gateway-packages
COPY requirements/server.txt .
RUN python -m venv /opt/venv && pip install --require-hashes --only-binary=:all: -r server.txt


FROM gateway-packages AS gateway-sources
# Settings and servers come from outside: manage.py is then plain Django's.
ENV GATEWAY_EMBEDDED=0 STATIC_ROOT=/app/staticfiles
COPY . .
# The reference Studio and the commands for a developer's machine need packages that are not here.
RUN rm -r studio_client/reference config/demo config/lint requirements \
    && rm config/sdks.py \
          config/management/commands/bench.py config/management/commands/chaos.py \
          config/management/commands/demo.py config/management/commands/lint.py \
          config/management/commands/run.py config/management/commands/sdk.py config/management/commands/test.py \
    && python manage.py collectstatic --no-input


FROM python AS gateway
ENV GATEWAY_EMBEDDED=0 STATIC_ROOT=/app/staticfiles
COPY --from=gateway-packages /opt/venv /opt/venv
COPY --from=gateway-sources /app /app
USER gateway
EXPOSE 8000
CMD ["gunicorn", "--config", "python:config.gunicorn", "--bind", "0.0.0.0:8000", "config.wsgi"]


FROM python AS studio-packages
COPY requirements/studio.txt .
RUN python -m venv /opt/venv && pip install --require-hashes --only-binary=:all: -r studio.txt


FROM python AS studio
COPY --from=studio-packages /opt/venv /opt/venv
COPY studio_client studio_client
# A volume that is mounted here takes over this owner.
RUN install --directory --owner=gateway /data
USER gateway
EXPOSE 8090
VOLUME /data
CMD ["python", "-m", "studio_client.reference", "--host", "0.0.0.0", "--port", "8090", "--data", "/data"]
