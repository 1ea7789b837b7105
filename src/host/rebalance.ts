// Whether a brain should move from a host that has no time to spare to one that idles. The rule: the busiest host is saturated and holds at least two
// busy brains, the least busy one is idle enough, and moving the best fitting brain makes the busier of the two clearly less busy than the busiest was.
// Invariant: no move is worth undoing, since each takes a good part off the larger of two shares.

export type HostBusyness = {
  readonly isServing: boolean;
  /** Share of time in which it computes, 0 to 1. */
  readonly busyShare: number;
  /** As `busyShare`, by brain. */
  readonly brains: ReadonlyMap<string, number>;
};

export type Move = { readonly brain: string; readonly from: number; readonly to: number };

const SATURATED = 0.8;
const IDLE = 0.5;
/** A brain that takes less is not why its host is busy. */
const BUSY_BRAIN = 0.05;
/** How much less busy the busier of both hosts has to become. */
const GAIN = 0.15;

/**
 * @param isMovable whether the brain may move now
 * @returns the move that relieves the busiest host most; null when none is worth its cost
 */
export function planMove(hosts: readonly HostBusyness[], isMovable: (brain: string) => boolean): Move | null {
  const byShare = hosts
    .map((host, index) => ({ ...host, index }))
    .filter(({ isServing }) => isServing)
    .sort((a, b) => a.busyShare - b.busyShare);
  const [cold] = byShare;
  const hot = byShare.at(-1);
  if (cold === undefined || hot === undefined || hot.busyShare < SATURATED || cold.busyShare > IDLE) return null;
  const busy = [...hot.brains].filter(([, share]) => share >= BUSY_BRAIN);
  if (busy.length < 2) return null;
  const outcomes = busy
    .filter(([brain]) => isMovable(brain))
    .map(([brain, share]) => ({ brain, worst: Math.max(hot.busyShare - share, cold.busyShare + share) }))
    .sort((a, b) => a.worst - b.worst);
  const [best] = outcomes;
  if (best === undefined || best.worst > hot.busyShare - GAIN) return null;
  return { brain: best.brain, from: hot.index, to: cold.index };
}
