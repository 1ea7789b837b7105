// How scores become probabilities: `p ∝ exp(z)` with `z_c = log Σ exp(temperature · score) + trust · log(share_c + ε)`, the sum over the columns of
// the class and `share` its part of the memory's vote. Both numbers are fitted by Newton's method to what the readout says of remembered samples when each is
// left out, with a prior, so that few samples move them little.

/** How much a score counts, and how much the memory. */
export type Calibration = { readonly temperature: number; readonly trust: number };

/** A remembered sample as the rest of what was learned sees it. */
export type Probe = {
  /** The scores of each class's columns, one or two. */
  readonly scores: readonly (readonly number[])[];
  /** The memory's vote without the sample, a share for each class. */
  readonly shares: readonly number[];
  /** Index of the true class in these. */
  readonly truth: number;
};

/** What is right for most data, and how many observations it counts as. */
export const PRIOR: Calibration = { temperature: 7, trust: 0.7 };
const PRIOR_WEIGHTS = { temperature: 0.02, trust: 4 } as const;
const TEMPERATURES = { least: 1, most: 20 } as const;
const TRUSTS = { least: 0, most: 3 } as const;
const ROUNDS = 8;

/** What no neighbour at all counts as. */
const LEAST_SHARE = 0.02;

export const logShare = (share: number): number => Math.log(share + LEAST_SHARE);

/** `log Σ exp(temperature · score)` */
export function evidence(scores: readonly number[], temperature: number): number {
  const most = Math.max(...scores);
  const sum = scores.reduce((total, score) => total + Math.exp(temperature * (score - most)), 0);
  return temperature * most + Math.log(sum);
}

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

/** One step of Newton's method, the curvature without second derivatives of the evidence. */
function improved({ temperature, trust }: Calibration, probes: readonly Probe[], usesMemory: boolean): Calibration {
  let slopeT = PRIOR_WEIGHTS.temperature * (PRIOR.temperature - temperature);
  let slopeM = PRIOR_WEIGHTS.trust * (PRIOR.trust - trust);
  let [tt, tm, mm]: [number, number, number] = [PRIOR_WEIGHTS.temperature, 0, PRIOR_WEIGHTS.trust];
  for (const { scores, shares, truth } of probes) {
    const memory = shares.map(logShare);
    const slopes = scores.map((own) => slopeOf(own, temperature));
    const p = softmaxOf(scores.map((own, i) => evidence(own, temperature) + trust * (memory[i] ?? 0)));
    const meanT = weighted(p, slopes);
    const meanM = weighted(p, memory);
    slopeT += (slopes[truth] ?? 0) - meanT;
    slopeM += (memory[truth] ?? 0) - meanM;
    p.forEach((share, i) => {
      const t = (slopes[i] ?? 0) - meanT;
      const m = (memory[i] ?? 0) - meanM;
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

/** What `evidence` changes by with the temperature. */
const slopeOf = (scores: readonly number[], temperature: number): number =>
  weighted(softmaxOf(scores.map((score) => temperature * score)), scores);

const weighted = (weights: readonly number[], values: readonly number[]): number =>
  weights.reduce((sum, weight, i) => sum + weight * (values[i] ?? 0), 0);

const clamped = (value: number, { least, most }: { readonly least: number; readonly most: number }): number =>
  Math.min(most, Math.max(least, value));
