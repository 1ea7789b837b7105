-- AlterTable
ALTER TABLE "brain" ADD COLUMN     "is_hidden" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "origin" JSONB;
