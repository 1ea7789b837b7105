// For Prisma's command line only (`generate`; `migrate deploy` for who prefers it). The server applies prisma/migrations by itself.

import { defineConfig } from "prisma/config";

const url = process.env.DATABASE_URL;

export default defineConfig({
  schema: "prisma/schema.prisma",
  migrations: { path: "prisma/migrations" },
  ...(url ? { datasource: { url } } : {}),
});
