# Two images of the same server: `cpu` (default) and `gpu`.
#   docker build -t engram .
#   docker build -t engram:gpu --target gpu .

FROM node:22-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY tsconfig.json prisma.config.ts ./
COPY prisma ./prisma
COPY scripts ./scripts
COPY assembly ./assembly
COPY docker ./docker
COPY src ./src
RUN npm run build && mkdir /files && cp -r dist docker package.json prisma /files

FROM node:22-bookworm-slim AS production-modules
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev

# The GPU binding is known to work with Node 20 (Node 23 and later cannot load it) and wants CUDA 11.2 with cuDNN 8. Its install fetches libtensorflow.
# ENGRAM_BACKEND stays `auto`: the GPU where one answers, otherwise the processor and a warning.
FROM node:20-bullseye AS gpu-modules
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev && npm install --no-save --omit=dev @tensorflow/tfjs-node-gpu@4.22.0

FROM nvidia/cuda:11.2.2-cudnn8-runtime-ubuntu20.04 AS gpu
COPY --from=node:20-bullseye-slim /usr/local/bin/node /usr/local/bin/node
RUN useradd --create-home --uid 1000 node && mkdir -p /data && chown node:node /data
WORKDIR /app
ENV NODE_ENV=production ENGRAM_HOST=0.0.0.0 ENGRAM_PORT=8080 ENGRAM_DATA_DIR=/data ENGRAM_HOSTS=1
COPY --from=gpu-modules /app/node_modules ./node_modules
COPY --from=build /files ./
USER node
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=5s --timeout=3s --retries=12 CMD node docker/healthcheck.mjs
CMD ["node", "dist/main.js"]

FROM node:22-bookworm-slim AS cpu
RUN mkdir -p /data && chown node:node /data
WORKDIR /app
ENV NODE_ENV=production ENGRAM_HOST=0.0.0.0 ENGRAM_PORT=8080 ENGRAM_DATA_DIR=/data
COPY --from=production-modules /app/node_modules ./node_modules
COPY --from=build /files ./
USER node
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=5s --timeout=3s --retries=12 CMD node docker/healthcheck.mjs
CMD ["node", "dist/main.js"]
