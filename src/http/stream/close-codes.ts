// Why a stream ends.

/** Close codes of RFC 6455 and its registry. */
export const CLOSE = { normal: 1000, goingAway: 1001, policyViolation: 1008, tryAgainLater: 1013 } as const;
