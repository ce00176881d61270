import type { ExpectedVersion } from './events.ts';

/** The stream moved on: load again and decide anew. Nothing was appended. */
export class VersionConflict extends Error {
  constructor(
    readonly stream: string,
    readonly expected: ExpectedVersion,
    readonly actual: number,
  ) {
    super(
      `Stream ${stream} is at version ${actual}, expected ${expected}: load it and decide again`,
    );
    this.name = 'VersionConflict';
  }
}

/** More appends wait than the commit queue may hold: the caller should answer 503 and be called again. */
export class StoreOverloaded extends Error {
  constructor(waiting: number) {
    super(`${waiting} appends are waiting for the database already`);
    this.name = 'StoreOverloaded';
  }
}
