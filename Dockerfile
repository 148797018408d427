FROM python:3.11-slim
WORKDIR /hearth
COPY requirements.lock ./
RUN pip install --no-cache-dir --require-hashes --only-binary :all: -r requirements.lock
COPY pyproject.toml alembic.ini README.md ./
COPY app ./app
COPY migrations ./migrations
COPY templates ./templates
COPY docs/retention.md ./docs/
COPY docs/decisions/0001-the-tables.md ./docs/decisions/
RUN pip install --no-cache-dir --no-deps --no-build-isolation -e . && useradd --system --home /hearth hearth && mkdir var && chown hearth var
USER hearth
VOLUME /hearth/var
EXPOSE 8000
CMD ["hearth", "serve", "--host", "0.0.0.0"]
