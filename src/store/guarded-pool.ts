// A pool of connections to a PostgreSQL server that may fall silent (stopped, or behind a route that was dropped): it neither answers nor
// refuses, and each statement would wait until it is given up by itself. Invariant: while the server is known to be silent, no statement
// begins, and none that had begun still waits.

import pg from "pg";

export class GuardedPool extends pg.Pool {
  readonly #busy = new Set<pg.PoolClient>();
  #isSilent = false;

  constructor(config: pg.PoolConfig) {
    super(config);
    this.on("acquire", (client) => this.#busy.add(client));
    this.on("release", (_error, client) => this.#busy.delete(client));
  }

  /** Fails what waits for the server, and from now on whatever asks for a connection, until `trust`. */
  async distrust(): Promise<void> {
    this.#isSilent = true;
    for (const client of this.#busy) void client.end(); // its statement hears that the connection is gone
    // A connection that rests may be as dead as the others, and nobody would notice before using it.
    for (let resting = this.idleCount; resting > 0; resting--) (await super.connect()).release(true);
  }

  trust(): void {
    this.#isSilent = false;
  }

  override connect(): Promise<pg.PoolClient>;
  override connect(callback: Parameters<pg.Pool["connect"]>[0]): void;
  override connect(callback?: Parameters<pg.Pool["connect"]>[0]): Promise<pg.PoolClient> | undefined {
    if (callback === undefined) return this.#isSilent ? Promise.reject(silent()) : super.connect();
    if (this.#isSilent) callback(silent(), undefined, () => {});
    else super.connect(callback);
    return undefined;
  }
}

/** As the system tells it of a connection that is not answered, so that everybody (Prisma, too) knows what it means. */
const silent = (): Error =>
  Object.assign(new Error("the database does not answer"), { code: "ETIMEDOUT", errno: -110, syscall: "connect" });
