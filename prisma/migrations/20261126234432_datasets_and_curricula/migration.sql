-- CreateTable
CREATE TABLE "dataset" (
    "uid" UUID NOT NULL,
    "id" TEXT NOT NULL,
    "name" TEXT,
    "kind" TEXT NOT NULL,
    "rows" INTEGER NOT NULL,
    "shape" JSONB,
    "labels" TEXT[],
    "counts" INTEGER[],
    "byte_length" BIGINT NOT NULL,
    "digest" TEXT NOT NULL,
    "source" JSONB NOT NULL,
    "is_hidden" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "dataset_pkey" PRIMARY KEY ("uid")
);

-- CreateTable
CREATE TABLE "dataset_chunk" (
    "dataset_uid" UUID NOT NULL,
    "index" INTEGER NOT NULL,
    "first_row" INTEGER NOT NULL,
    "rows" INTEGER NOT NULL,
    "codec" SMALLINT NOT NULL,
    "raw_length" INTEGER NOT NULL,
    "data" BYTEA NOT NULL,
    "crc32" BIGINT NOT NULL,

    CONSTRAINT "dataset_chunk_pkey" PRIMARY KEY ("dataset_uid","index")
);

-- CreateTable
CREATE TABLE "curriculum" (
    "id" UUID NOT NULL,
    "brain_uid" UUID NOT NULL,
    "name" TEXT,
    "plan" JSONB NOT NULL,
    "state" TEXT NOT NULL,
    "is_cancel_requested" BOOLEAN NOT NULL DEFAULT false,
    "progress" JSONB NOT NULL,
    "error" JSONB,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "started_at" TIMESTAMPTZ(3),
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "curriculum_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "curriculum_step" (
    "curriculum_id" UUID NOT NULL,
    "index" INTEGER NOT NULL,
    "phase" INTEGER NOT NULL,
    "epoch" INTEGER NOT NULL,
    "step" INTEGER NOT NULL,
    "seq" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "numbers" JSONB NOT NULL,

    CONSTRAINT "curriculum_step_pkey" PRIMARY KEY ("curriculum_id","index")
);

-- CreateIndex
CREATE UNIQUE INDEX "dataset_id_key" ON "dataset"("id");

-- CreateIndex
CREATE INDEX "dataset_created_at_id_idx" ON "dataset"("created_at", "id");

-- CreateIndex
CREATE INDEX "curriculum_brain_uid_created_at_id_idx" ON "curriculum"("brain_uid", "created_at", "id");

-- CreateIndex
CREATE INDEX "curriculum_state_idx" ON "curriculum"("state");

-- AddForeignKey
ALTER TABLE "dataset_chunk" ADD CONSTRAINT "dataset_chunk_dataset_uid_fkey" FOREIGN KEY ("dataset_uid") REFERENCES "dataset"("uid") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "curriculum" ADD CONSTRAINT "curriculum_brain_uid_fkey" FOREIGN KEY ("brain_uid") REFERENCES "brain"("uid") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "curriculum_step" ADD CONSTRAINT "curriculum_step_curriculum_id_fkey" FOREIGN KEY ("curriculum_id") REFERENCES "curriculum"("id") ON DELETE CASCADE ON UPDATE CASCADE;
