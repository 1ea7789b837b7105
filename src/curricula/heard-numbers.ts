// What a brain said of itself after a change of the curriculum's, as the streams hear it. Invariant: numbers are those of exactly that `seq`.

import type { Numbers } from "../brain/measures/findings.ts";
import type { Brains } from "../brains/api.ts";
import type { Feed } from "../metrics/feed.ts";

/** Which of a brain's numbers go into the history beside what the call itself tells. */
const KEPT = ["novelty", "coreEnergy", "contextEnergy", "holdoutAccuracy", "forgetting", "backwardTransfer"];

export class HeardNumbers {
  readonly #brains: Pick<Brains, "measures">;
  readonly #brain: string;
  readonly #unsubscribe: () => void;
  /** By `seq`, since `listen`. */
  readonly #heard = new Map<number, Numbers>();

  constructor(feed: Feed, brains: Pick<Brains, "measures">, brain: string) {
    this.#brains = brains;
    this.#brain = brain;
    this.#unsubscribe = feed.subscribe((message) => {
      if (message.type === "measured" && message.brain === brain) this.#heard.set(message.seq, message.numbers);
    });
  }

  /** Call it before the change. */
  listen(): void {
    this.#heard.clear();
  }

  /**
   * Tells the numbers after a change that was answered just now.
   * @returns those that there are; none of a change that was made before the server's start, when the brain has changed since
   */
  async after(seq: number): Promise<Readonly<Record<string, number>>> {
    const heard = this.#heard.get(seq) ?? (await this.#ask(seq));
    const numbers = KEPT.flatMap((name) => {
      const value = heard[name] ?? null;
      return value === null ? [] : [[name, value] as const];
    });
    return Object.fromEntries(numbers);
  }

  close(): void {
    this.#unsubscribe();
  }

  async #ask(seq: number): Promise<Numbers> {
    const { seq: now, numbers } = await this.#brains.measures(this.#brain);
    return now === seq ? numbers : {};
  }
}
