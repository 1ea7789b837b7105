-- CreateTable
CREATE TABLE "tracked_prediction" (
    "brain_uid" UUID NOT NULL,
    "id" UUID NOT NULL,
    "input" BYTEA,
    "label" TEXT,
    "confidence" DOUBLE PRECISION NOT NULL,
    "seq" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "settled_seq" BIGINT,
    "settled_label" TEXT,
    "is_correct" BOOLEAN,

    CONSTRAINT "tracked_prediction_pkey" PRIMARY KEY ("brain_uid","id")
);

-- CreateIndex
CREATE INDEX "tracked_prediction_expires_at_idx" ON "tracked_prediction"("expires_at");

-- AddForeignKey
ALTER TABLE "tracked_prediction" ADD CONSTRAINT "tracked_prediction_brain_uid_fkey" FOREIGN KEY ("brain_uid") REFERENCES "brain"("uid") ON DELETE CASCADE ON UPDATE CASCADE;

-- Not in the schema, which has no word for it: pending predictions are counted and listed apart from the settled ones, and float32 does
-- not compress.
CREATE INDEX "tracked_prediction_pending_idx" ON "tracked_prediction"("brain_uid", "created_at") WHERE "settled_seq" IS NULL;
ALTER TABLE "tracked_prediction" ALTER COLUMN "input" SET STORAGE EXTERNAL;
