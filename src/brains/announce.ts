// What the streams hear of a change that was applied: what it did, what was noticed, and the brain's numbers after it.

import type { Applied } from "../brain/measures/findings.ts";
import type { Feed, Stamp } from "../metrics/feed.ts";

export function announce(feed: Feed, stamp: Stamp, { outcome, findings: { numbers, drift } }: Applied): void {
  feed.publish({ ...stamp, ...outcome });
  if (drift !== null) feed.publish({ ...stamp, type: "drift", ...drift });
  if (Object.keys(numbers).length > 0) feed.publish({ ...stamp, type: "measured", numbers });
}
