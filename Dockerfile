# Two images, weights inside; neither downloads anything at run time.
#   docker build -t heed .                        serves the export in ONNX Runtime, without torch
#   docker build --target full -t heed:full .     also trains, and serves the checkpoint in PyTorch (HEED_ENGINE=torch)
FROM python:3.11-slim-bookworm AS base

ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore

WORKDIR /srv/heed
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin heed
COPY requirements-serve.txt constraints.txt ./
# The wheels also hold ONNX Runtime's library for C and its tools for models, NumPy's tests and compilers, clients of
# websockets: 65 MB that nothing here opens.
RUN pip install -r requirements-serve.txt \
    && python -c "import numpy, onnxruntime, websockets as w; print(*numpy.__path__, *onnxruntime.__path__, *w.__path__)" > /tmp/packages \
    && find $(cat /tmp/packages) \( -name tests -o -name 'libonnxruntime.so.*' -o -name legacy -o -name sync -o -name trio -o -name asyncio \
       -o -name transformers -o -name tools -o -name quantization -o -name f2py -o -name distutils \) \
       -prune -exec rm -r {} + \
    && rm /tmp/packages

ENV HEED_HOST=0.0.0.0 HEED_PORT=8000
EXPOSE 8000
# http.client, because urllib would ask a proxy that the environment names.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
  CMD ["python", "-c", "import http.client, os, sys; c = http.client.HTTPConnection('127.0.0.1', int(os.environ['HEED_PORT'] or 8000), timeout=4); c.request('GET', '/readyz'); sys.exit(c.getresponse().status != 200)"]
CMD ["python", "-m", "app"]

FROM base AS full
# PyTorch's own CPU wheels; where only PyPI is reached, --build-arg TORCH_INDEX= takes the CUDA ones from there.
ARG TORCH_INDEX=https://download.pytorch.org/whl/cpu
COPY requirements.txt ./
RUN if [ -n "$TORCH_INDEX" ]; then pip install --no-deps --index-url "$TORCH_INDEX" $(grep ^torch requirements.txt); fi \
    && pip install -r requirements.txt
COPY app app
COPY model model
COPY training training
COPY examples/*.wav examples/
# Whatever the modes in the checkout, any user can read them.
RUN chmod -R a+rX app model training examples
USER 10001

FROM base AS serve
COPY app app
COPY model model
COPY examples/*.wav examples/
RUN chmod -R a+rX app model examples
USER 10001
