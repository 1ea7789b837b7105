-- Not in the schema, which has no word for it: chunks are compressed already, or do not compress, and are stored as they are; then the classes in
-- front of one are read without the rest.
ALTER TABLE "dataset_chunk" ALTER COLUMN "data" SET STORAGE EXTERNAL;
