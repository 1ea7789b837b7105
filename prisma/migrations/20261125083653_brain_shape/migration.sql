-- AlterTable
ALTER TABLE "brain" ADD COLUMN     "shape" JSONB;

-- AlterTable
ALTER TABLE "checkpoint" ADD COLUMN     "shape" JSONB;
