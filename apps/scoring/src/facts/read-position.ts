import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Position } from '@tact/contracts';
import { Database, type Queryable } from '@tact/platform';

const WAIT_MS_MAX = 2_000;
const LOOK_EVERY_MS = 40;

/** `?atLeast=<position>`: a position that an earlier answer gave. */
export const AtLeast = Position.optional();

/** How many facts the service has taken in, of all tenants: the `position` of its answers. */
@Injectable()
export class ReadPosition {
  constructor(private readonly database: Database) {}

  /** The position now. Read it before the rows, so that an answer never claims more than it shows. */
  async position(queryable: Queryable = this.database.queryable): Promise<number> {
    const [row] = await queryable.query<{ position: number }>(
      'SELECT coalesce(max(position), 0) AS position FROM facts',
    );
    return row?.position ?? 0;
  }

  /** Waits up to two seconds for a position, then gives what there is: the answer says how far it got. */
  async reached(atLeast = 0): Promise<number> {
    const deadline = performance.now() + WAIT_MS_MAX;
    for (;;) {
      const position = await this.position();
      if (position >= atLeast || performance.now() >= deadline) return position;
      await pause(LOOK_EVERY_MS);
    }
  }
}
