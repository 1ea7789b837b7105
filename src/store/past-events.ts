// Events of a brain that arrives with its log: they were acknowledged elsewhere, and keep the time of that. Invariant: only a brain that
// nobody sees yet gets any, so that its log is whole before it is read.

import { crc32 } from "node:zlib";
import type { Pool } from "pg";
import { answered } from "./answered.ts";
import type { LoggedEvent } from "./event-log.ts";

export class PastEvents {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** @throws EngramError `database-unavailable` */
  async add(brainUid: string, events: readonly LoggedEvent[]): Promise<void> {
    if (events.length === 0) return;
    const values = events.flatMap(({ seq, type, payload, createdAt }) => [
      seq,
      type,
      Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength),
      crc32(payload),
      createdAt,
    ]);
    const rows = events.map((_, i) => {
      const [seq, type, payload, sum, time] = [2, 3, 4, 5, 6].map((place) => `$${5 * i + place}`);
      return `($1::uuid, ${seq}::bigint, ${type}, ${payload}::bytea, ${sum}::bigint, ${time}::timestamptz)`;
    });
    await answered(this.#pool.query(`${INSERT} ${rows}`, [brainUid, ...values]));
  }
}

const INSERT = "INSERT INTO event (brain_uid, seq, type, payload, crc32, created_at) VALUES";
