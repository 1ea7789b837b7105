// How scores become probabilities: `p ∝ exp(z)` with `z_c = temperature · score_c + trust · error_c`, where the score is the core's and the error what the memory
// thinks is missing in it (`Opinion`). Both numbers are fitted by Newton's method to what the readout says of remembered samples when each is left
// out, with a prior, so that few samples move them little.

/** How much a score counts, and how much what the memory says is missing. */
export type Calibration = { readonly temperature: number; readonly trust: number };

/** A remembered sample as the rest of what was learned sees it. */
export type Probe = {
  /** One a class. */
  readonly scores: readonly number[];
  /** One a class. */
  readonly errors: ArrayLike<number>;
  /** Index of the true class in these. */
  readonly truth: number;
};

/** What is right for most data, and how many observations it counts as. */
export const PRIOR: Calibration = { temperature: 8, trust: 6 };
const PRIOR_WEIGHTS = { temperature: 0.02, trust: 0.1 } as const;
const TEMPERATURES = { least: 1, most: 20 } as const;
const TRUSTS = { least: 0, most: 30 } as const;
const ROUNDS = 8;

/** One a class. */
export const logitsOf = ({ temperature, trust }: Calibration, { scores, errors }: Omit<Probe, "truth">): number[] =>
  scores.map((score, i) => temperature * score + trust * (errors[i] ?? 0));

/** The probabilities that go with these logits, which have one number at least. */
export function softmaxOf(logits: readonly number[]): number[] {
  const most = Math.max(...logits);
  const shares = logits.map((logit) => Math.exp(logit - most));
  const total = shares.reduce((sum, share) => sum + share, 0);
  return shares.map((share) => share / total);
}

/** @param usesMemory whether `trust` is fitted, or 0 */
export function calibrate(probes: readonly Probe[], usesMemory: boolean): Calibration {
  let now: Calibration = usesMemory ? PRIOR : { ...PRIOR, trust: 0 };
  for (let round = 0; round < ROUNDS; round++) now = improved(now, probes, usesMemory);
  return now;
}

/** One step of Newton's method. */
function improved(now: Calibration, probes: readonly Probe[], usesMemory: boolean): Calibration {
  const { temperature, trust } = now;
  let slopeT = PRIOR_WEIGHTS.temperature * (PRIOR.temperature - temperature);
  let slopeM = PRIOR_WEIGHTS.trust * (PRIOR.trust - trust);
  let [tt, tm, mm]: [number, number, number] = [PRIOR_WEIGHTS.temperature, 0, PRIOR_WEIGHTS.trust];
  for (const probe of probes) {
    const { scores, errors, truth } = probe;
    const p = softmaxOf(logitsOf(now, probe));
    const meanT = weighted(p, scores);
    const meanM = weighted(p, errors);
    slopeT += (scores[truth] ?? 0) - meanT;
    slopeM += (errors[truth] ?? 0) - meanM;
    p.forEach((share, i) => {
      const t = (scores[i] ?? 0) - meanT;
      const m = (errors[i] ?? 0) - meanM;
      tt += share * t * t;
      tm += share * t * m;
      mm += share * m * m;
    });
  }
  if (!usesMemory) return { temperature: clamped(temperature + slopeT / tt, TEMPERATURES), trust: 0 };
  const determinant = tt * mm - tm * tm;
  return {
    temperature: clamped(temperature + (mm * slopeT - tm * slopeM) / determinant, TEMPERATURES),
    trust: clamped(trust + (tt * slopeM - tm * slopeT) / determinant, TRUSTS),
  };
}

const weighted = (weights: readonly number[], values: ArrayLike<number>): number =>
  weights.reduce((sum, weight, i) => sum + weight * (values[i] ?? 0), 0);

const clamped = (value: number, { least, most }: { readonly least: number; readonly most: number }): number =>
  Math.min(most, Math.max(least, value));
