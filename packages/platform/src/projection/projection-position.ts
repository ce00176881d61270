import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Database } from '../postgres/database.ts';
import { readCheckpoint } from './checkpoint.ts';

const WAIT_MS_MAX = 2_000;
const LOOK_EVERY_MS = 20;

/** How far a read model got, for `asOf` and `?atLeast=` of its answers. */
@Injectable()
export class ProjectionPosition {
  constructor(private readonly database: Database) {}

  /**
   * Waits up to two seconds for a position, then gives the one there is. Ask before reading the rows, so
   * that an answer never claims more than it shows.
   */
  async reached(name: string, atLeast = 0): Promise<number> {
    const deadline = performance.now() + WAIT_MS_MAX;
    for (;;) {
      const position = (await readCheckpoint(this.database.queryable, name))?.position ?? 0;
      if (position >= atLeast || performance.now() >= deadline) return position;
      await pause(LOOK_EVERY_MS);
    }
  }
}
