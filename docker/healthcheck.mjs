// Healthcheck of the images: 0 when the server is ready to serve, 1 otherwise.
const url = `http://127.0.0.1:${process.env.ENGRAM_PORT ?? 8080}/readyz`;
const isReady = await fetch(url, { signal: AbortSignal.timeout(2500) }).then(
  (response) => response.ok,
  () => false,
);
process.exit(isReady ? 0 : 1);
