/** @returns whether `error` carries `code`: the system's (`ENOENT`), PostgreSQL's, or Prisma's (`P2002`) */
export const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && "code" in error && error.code === code;
