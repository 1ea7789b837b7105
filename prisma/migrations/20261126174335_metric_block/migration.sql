-- CreateTable
CREATE TABLE "metric_block" (
    "brain_uid" UUID NOT NULL,
    "starts_at" TIMESTAMPTZ(3) NOT NULL,
    "id" UUID NOT NULL,
    "ends_at" TIMESTAMPTZ(3) NOT NULL,
    "step_s" INTEGER NOT NULL,
    "codec" SMALLINT NOT NULL,
    "raw_length" INTEGER NOT NULL,
    "data" BYTEA NOT NULL,

    CONSTRAINT "metric_block_pkey" PRIMARY KEY ("brain_uid","starts_at","id")
);

-- CreateIndex
CREATE INDEX "metric_block_step_s_starts_at_brain_uid_idx" ON "metric_block"("step_s", "starts_at", "brain_uid");

-- AddForeignKey
ALTER TABLE "metric_block" ADD CONSTRAINT "metric_block_brain_uid_fkey" FOREIGN KEY ("brain_uid") REFERENCES "brain"("uid") ON DELETE CASCADE ON UPDATE CASCADE;
