# The image that serves heed: ONNX Runtime without PyTorch, the model inside; nothing is downloaded at run time.
#   docker build -t heed .
# Dockerfile.full adds PyTorch and the training. It is a file of its own because Docker's legacy builder makes every stage
# of a file, also those that are not asked for.
FROM python:3.11-slim-bookworm

ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore

WORKDIR /srv/heed
# Voices for words that are taught by typing them. flite has a licence like BSD's, eSpeak NG the GPL 3; both are programs of
# their own. Without the latter there is one voice for German, Spanish, French and Italian, and no other language.
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends flite espeak-ng \
    && rm -rf /var/lib/apt/lists /var/cache/apt
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin heed
COPY requirements-serve.txt requirements-postgresql.txt requirements-embedding.txt requirements-wyoming.txt requirements-voices.txt constraints.txt ./
# The wheels also hold ONNX Runtime's library for C and its tools for models, NumPy's tests and compilers, clients of
# websockets, SQLAlchemy's ORM, its other databases and its faster twin in C: 85 MB that nothing here opens. PyAV and uvloop
# come with symbols for debuggers: another 36 MB.
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends binutils \
    && pip install -r requirements-wyoming.txt -r requirements-voices.txt \
    && python -c "import numpy, onnxruntime, sqlalchemy, websockets as w; print(*numpy.__path__, *onnxruntime.__path__, *sqlalchemy.__path__, *w.__path__)" > /tmp/packages \
    && find $(cat /tmp/packages) \( -name tests -o -name 'libonnxruntime.so.*' -o -name legacy -o -name sync -o -name trio -o -name asyncio \
       -o -name transformers -o -name tools -o -name quantization -o -name f2py -o -name distutils \
       -o -path '*/sqlalchemy/orm' -o -path '*/sqlalchemy/testing' -o -path '*/sqlalchemy/*.so' -o -name mysql -o -name oracle -o -name mssql \) \
       -prune -exec rm -r {} + \
    && find $(python -c "import av, uvloop; print(*av.__path__, *uvloop.__path__)") -name '*.so' -exec strip --strip-unneeded {} + \
    && apt-get purge -y -qq --auto-remove binutils \
    && rm -rf /tmp/packages /var/lib/apt/lists /var/cache/apt
RUN pip install --no-deps -r requirements-embedding.txt

# Taught words; a volume, because nothing else of the container is written or kept.
RUN mkdir /data && chown heed /data
VOLUME /data
ENV HEED_HOST=0.0.0.0 HEED_PORT=8000 HEED_DATABASE=sqlite:////data/words.db
EXPOSE 8000 10300
# http.client, because urllib would ask a proxy that the environment names. No certificate is for this address, so none is
# verified.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
  CMD ["python", "-c", "import http.client as h, os, ssl, sys; tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT); tls.check_hostname, tls.verify_mode = False, ssl.CERT_NONE; at = {'host': '127.0.0.1', 'port': int(os.environ['HEED_PORT'] or 8000), 'timeout': 4}; c = h.HTTPSConnection(**at, context=tls) if os.environ.get('HEED_TLS_CERTIFICATE') else h.HTTPConnection(**at); c.request('GET', '/readyz'); sys.exit(c.getresponse().status != 200)"]

COPY LICENSE MODEL_CARD.md ./
COPY app app
COPY model model
COPY examples/*.wav examples/
# Any user can read them, whatever the modes in the checkout.
RUN find . \( -type d ! -perm -005 -o ! -perm -004 \) -exec chmod a+rX {} +
USER 10001
CMD ["python", "-m", "app"]
