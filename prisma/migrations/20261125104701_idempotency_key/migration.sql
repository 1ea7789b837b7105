-- CreateTable
CREATE TABLE "idempotency_key" (
    "scope" UUID NOT NULL,
    "key" TEXT NOT NULL,
    "brain_uid" UUID NOT NULL,
    "fingerprint" BYTEA NOT NULL,
    "seq" BIGINT,
    "known" TEXT NOT NULL,
    "outcome" TEXT,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "idempotency_key_pkey" PRIMARY KEY ("scope","key")
);

-- CreateIndex
CREATE INDEX "idempotency_key_brain_uid_idx" ON "idempotency_key"("brain_uid");

-- CreateIndex
CREATE INDEX "idempotency_key_expires_at_idx" ON "idempotency_key"("expires_at");

-- AddForeignKey
ALTER TABLE "idempotency_key" ADD CONSTRAINT "idempotency_key_brain_uid_fkey" FOREIGN KEY ("brain_uid") REFERENCES "brain"("uid") ON DELETE CASCADE ON UPDATE CASCADE;
