import type { Pool } from 'pg';
import type { AppendResult } from './events.ts';
import { pack, type Packed, type Statement } from './pack.ts';
import type { PreparedAppend } from './prepare.ts';
import { cleanError, DatabaseError } from '../postgres/errors.ts';
import { versionConflictState } from './append-functions.ts';
import { VersionConflict } from './version-conflict.ts';

type Answer = AppendResult & { readonly actual: number | null };

/** One event is answered by a record as PostgreSQL writes it, `(1,17,f,)`; many by a row each. */
export type AppendRow = Answer | { readonly answer: string };
export type Run = (statement: Statement) => Promise<AppendRow[]>;

/** Runs on a pool; event ids make a second try safe, also when the first one's commit was not noticed here. */
export const runTwice =
  (pool: Pool): Run =>
  async (statement) => {
    const run = (): Promise<AppendRow[]> =>
      pool
        .query<AppendRow>(statement)
        .then(({ rows }) => rows)
        .catch((error: unknown) => {
          throw cleanError(error);
        });
    return await run().catch((error: unknown) => {
      if (error instanceof DatabaseError && error.mayRunAgain) return run();
      throw error;
    });
  };

/** Appends everything or throws the first conflict; runs on a pool or inside a caller's transaction. */
export const appendAll = async (
  appends: readonly PreparedAppend[],
  run: Run,
): Promise<AppendResult[]> => {
  if (appends.length === 0) return [];
  const packed = pack(appends, true);
  const rows = await run(packed.statement).catch((error: unknown) => {
    throw asConflict(error, appends, packed);
  });
  return appends.map((append, nth) => {
    const answer = answerOf(nth, append, packed, rows);
    if (answer instanceof VersionConflict) throw answer;
    return answer;
  });
};

/** What the database's answer means for the nth append of the call. */
export const answerOf = (
  nth: number,
  append: PreparedAppend,
  packed: Packed,
  rows: readonly AppendRow[],
): AppendResult | VersionConflict => {
  const row = rows[packed.rowOf[nth] ?? -1];
  if (row === undefined) throw new Error('append_events answered fewer rows than it was asked');
  const { version, position, duplicate, actual } = 'answer' in row ? answerIn(row.answer) : row;
  if (actual !== null) return conflictOf(append, actual);
  return { version, position, duplicate: duplicate || packed.echo[nth] === true };
};

const answerIn = (record: string): Answer => {
  const [version, position, duplicate, actual] = record.slice(1, -1).split(',');
  return {
    version: Number(version),
    position: Number(position),
    duplicate: duplicate === 't',
    actual: actual === '' ? null : Number(actual),
  };
};

const conflictOf = ({ stream, expected }: PreparedAppend, actual: number): VersionConflict => {
  const asked = expected === -1 ? 'any' : expected === 0 ? 'none' : expected;
  return new VersionConflict(stream, asked, actual);
};

/** In a transaction the function raises "<nth append>:<actual version>", so that the caller's work is undone. */
const asConflict = (
  error: unknown,
  appends: readonly PreparedAppend[],
  packed: Packed,
): unknown => {
  if (!(error instanceof DatabaseError) || error.code !== versionConflictState) return error;
  const [, row, actual] =
    /(\d+):(\d+)/.exec(error.message.slice(error.message.indexOf(': '))) ?? [];
  const append = appends[packed.rowOf.indexOf(Number(row) - 1)];
  return append === undefined ? error : conflictOf(append, Number(actual));
};
