// Waits no longer than told.

/** @returns what `promise` resolves to. @throws `expired()` when that takes longer than `timeoutMs` */
export async function withTimeout<T>(promise: Promise<T>, timeoutMs: number, expired: () => Error): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(expired()), timeoutMs);
  });
  try {
    return await Promise.race([promise, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
