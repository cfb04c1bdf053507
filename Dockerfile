# The book and the tests in a container: docker build -t actmath . && docker run --rm actmath
FROM python:3.11-slim
# make and a compiler for the loops in C, Chromium and java for the page checks, node for the code in pages.
RUN apt-get update -q \
    && apt-get install -q -y --no-install-recommends make gcc libc6-dev git chromium default-jre-headless nodejs npm \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /actmath
COPY . .
RUN make env
CMD ["make", "book"]
