-- CreateTable
CREATE TABLE "brain" (
    "uid" UUID NOT NULL,
    "id" TEXT NOT NULL,
    "name" TEXT,
    "kind" TEXT NOT NULL,
    "config" JSONB NOT NULL,
    "tags" JSONB NOT NULL DEFAULT '{}',
    "mode" TEXT NOT NULL,
    "seq" BIGINT NOT NULL DEFAULT 0,
    "step" BIGINT NOT NULL DEFAULT 0,
    "labels" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "brain_pkey" PRIMARY KEY ("uid")
);

-- CreateTable
CREATE TABLE "event" (
    "brain_uid" UUID NOT NULL,
    "seq" BIGINT NOT NULL,
    "type" TEXT NOT NULL,
    "payload" BYTEA NOT NULL,
    "crc32" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "event_pkey" PRIMARY KEY ("brain_uid","seq")
);

-- CreateTable
CREATE TABLE "checkpoint" (
    "id" UUID NOT NULL,
    "brain_uid" UUID NOT NULL,
    "seq" BIGINT NOT NULL,
    "step" BIGINT NOT NULL,
    "mode" TEXT NOT NULL,
    "labels" TEXT[],
    "name" TEXT,
    "reason" TEXT NOT NULL,
    "header" BYTEA NOT NULL,
    "byte_length" BIGINT NOT NULL,
    "chunk_bytes" INTEGER NOT NULL,
    "hashes" BYTEA NOT NULL,
    "digest" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "checkpoint_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "chunk" (
    "brain_uid" UUID NOT NULL,
    "hash" BYTEA NOT NULL,
    "codec" SMALLINT NOT NULL,
    "raw_length" INTEGER NOT NULL,
    "data" BYTEA NOT NULL,

    CONSTRAINT "chunk_pkey" PRIMARY KEY ("brain_uid","hash")
);

-- CreateIndex
CREATE UNIQUE INDEX "brain_id_key" ON "brain"("id");

-- CreateIndex
CREATE INDEX "brain_created_at_id_idx" ON "brain"("created_at", "id");

-- CreateIndex
CREATE INDEX "checkpoint_brain_uid_seq_idx" ON "checkpoint"("brain_uid", "seq");

-- AddForeignKey
ALTER TABLE "event" ADD CONSTRAINT "event_brain_uid_fkey" FOREIGN KEY ("brain_uid") REFERENCES "brain"("uid") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "checkpoint" ADD CONSTRAINT "checkpoint_brain_uid_fkey" FOREIGN KEY ("brain_uid") REFERENCES "brain"("uid") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "chunk" ADD CONSTRAINT "chunk_brain_uid_fkey" FOREIGN KEY ("brain_uid") REFERENCES "brain"("uid") ON DELETE CASCADE ON UPDATE CASCADE;

-- Not in the schema, which has no word for it: values that are compressed already, or do not compress, are stored as they are.
ALTER TABLE "chunk" ALTER COLUMN "data" SET STORAGE EXTERNAL;
ALTER TABLE "checkpoint" ALTER COLUMN "hashes" SET STORAGE EXTERNAL;
ALTER TABLE "event" ALTER COLUMN "payload" SET STORAGE EXTERNAL;
