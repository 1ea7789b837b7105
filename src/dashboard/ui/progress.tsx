// How far something is that takes its time.

import "./progress.css";

type ProgressProps = {
  /** What is under way; read out. */
  readonly label: string;
  /** 0 to 1. */
  readonly share: number;
  /** How far it is, in words. */
  readonly text: string;
  /** Nothing is counted any more, but it goes on. */
  readonly isBusy?: boolean;
};

export function Progress({ label, share, text, isBusy = false }: ProgressProps) {
  const percentage = Math.round(1000 * Math.min(1, Math.max(0, share))) / 10;
  return (
    <div
      class="progress"
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percentage}
      aria-valuetext={text}
      data-busy={isBusy}
    >
      <span class="progress-fill" style={{ width: `${percentage}%` }} />
    </div>
  );
}
