// Which host a brain is given to. The rule: of the hosts that serve (of all, when none does) the one where the sum of two shares is least, its share of
// the bytes of all brains once this one is there, and the share of its time in which it computes; of equals the first. An idle server so
// spreads brains by size, and a brain goes to a host that holds more where that one has more time.

export type HostLoad = {
  readonly isServing: boolean;
  /** Of the brains that it holds. */
  readonly bytes: number;
  /** 0 to 1. */
  readonly busyShare: number;
};

/** @returns the index of the host that a brain of `bytes` is given to. @throws RangeError when there is none */
export function leastLoaded(hosts: readonly HostLoad[], bytes: number): number {
  const totalBytes = hosts.reduce((sum, host) => sum + host.bytes, bytes);
  const isAnyServing = hosts.some(({ isServing }) => isServing);
  const costs = hosts.map((host) => {
    if (isAnyServing && !host.isServing) return Number.POSITIVE_INFINITY;
    return (totalBytes === 0 ? 0 : (host.bytes + bytes) / totalBytes) + host.busyShare;
  });
  if (costs.length === 0) throw new RangeError("there are no hosts");
  return costs.indexOf(Math.min(...costs));
}
