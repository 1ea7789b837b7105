// Asking about something that keeps changing: one call is under way at a time, calls begin a little apart, and each is about the latest that was
// wanted by then. What was overtaken is never asked; answers come in order.

type Parts<Wanted, Answer> = {
  readonly ask: (wanted: Wanted, signal: AbortSignal) => Promise<Answer>;
  readonly onAnswer: (answer: Answer) => void;
  readonly onFailure: (error: unknown) => void;
  /** At least so long from one call's begin to the next one's. */
  readonly apartMs: number;
};

export class Latest<Wanted, Answer> {
  readonly #parts: Parts<Wanted, Answer>;
  #wanted: { readonly what: Wanted } | null = null;
  #call: AbortController | null = null;
  #pause: ReturnType<typeof setTimeout> | null = null;

  constructor(parts: Parts<Wanted, Answer>) {
    this.#parts = parts;
  }

  want(what: Wanted): void {
    this.#wanted = { what };
    this.#ask();
  }

  /** Nothing is wanted any more: no answer comes after this. */
  drop(): void {
    this.#wanted = null;
    this.#call?.abort();
    this.#call = null;
  }

  #ask(): void {
    if (this.#wanted === null || this.#call !== null || this.#pause !== null) return;
    const { what } = this.#wanted;
    this.#wanted = null;
    this.#pause = setTimeout(() => {
      this.#pause = null;
      this.#ask();
    }, this.#parts.apartMs);
    const call = new AbortController();
    this.#call = call;
    this.#parts.ask(what, call.signal).then(
      (answer) => this.#end(call, () => this.#parts.onAnswer(answer)),
      (error) => this.#end(call, () => this.#parts.onFailure(error)),
    );
  }

  #end(call: AbortController, tell: () => void): void {
    if (this.#call !== call) return;
    this.#call = null;
    tell();
    this.#ask();
  }
}
