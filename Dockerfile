# The service with its weights; it downloads nothing at run time.
FROM python:3.11-slim-bookworm

# PyTorch's own CPU wheels; where only PyPI is reached, --build-arg TORCH_INDEX= takes the CUDA ones from there.
ARG TORCH_INDEX=https://download.pytorch.org/whl/cpu
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore

WORKDIR /srv/heed
COPY requirements.txt constraints.txt ./
RUN if [ -n "$TORCH_INDEX" ]; then pip install --no-deps --index-url "$TORCH_INDEX" $(grep ^torch requirements.txt); fi \
    && pip install -r requirements.txt
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin heed
COPY app app
COPY model model
# Any user can read them, whatever the modes in the checkout (a umask of 077 makes them their owner's alone).
RUN chmod -R a+rX app model

USER 10001
ENV HEED_HOST=0.0.0.0 HEED_PORT=8000
EXPOSE 8000
# http.client, because urllib would ask a proxy that the environment names.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
  CMD ["python", "-c", "import http.client, os, sys; c = http.client.HTTPConnection('127.0.0.1', int(os.environ['HEED_PORT'] or 8000), timeout=4); c.request('GET', '/readyz'); sys.exit(c.getresponse().status != 200)"]
CMD ["python", "-m", "app"]
