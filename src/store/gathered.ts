// Gathers what is asked while a statement is in flight, so that the next one answers all of it: one round trip, and one commit, for many.
// Invariant: one run at a time; a run that fails fails for those that it was for, and for nobody else.

type Waiting<Item, Result> = {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
};

export class Gathered<Item, Result> {
  readonly #run: (items: readonly Item[]) => Promise<readonly Result[]>;
  readonly #most: number;
  #queue: Waiting<Item, Result>[] = [];
  #isRunning = false;

  /**
   * @param run gives a result for each item, in their order
   * @param most items of one run
   */
  constructor(run: (items: readonly Item[]) => Promise<readonly Result[]>, most: number) {
    this.#run = run;
    this.#most = most;
  }

  ask(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ item, resolve, reject });
      if (!this.#isRunning) void this.#runAll();
    });
  }

  /** Never rejects: every failure goes to those who wait. */
  async #runAll(): Promise<void> {
    this.#isRunning = true;
    while (this.#queue.length > 0) {
      const batch = this.#queue.splice(0, this.#most);
      try {
        const results = await this.#run(batch.map(({ item }) => item));
        if (results.length !== batch.length) throw new Error(`${results.length} results for ${batch.length} items`);
        for (const [index, result] of results.entries()) batch[index]?.resolve(result);
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.#isRunning = false;
  }
}
