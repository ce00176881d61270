import type { Queryable } from '../postgres/queryable.ts';

export type Checkpoint = { readonly position: number; readonly version: number };

/** After a failover or a restore, events the read model was built from are gone: only a rebuild is honest. */
export class PositionWentBackwards extends Error {
  constructor(name: string, position: number, head: number) {
    super(
      `${name} has seen position ${position}, but the store ends at ${head}: it was restored, rebuild ${name}`,
    );
    this.name = 'PositionWentBackwards';
  }
}

/** The rows were made by another version of the projection's code. */
export class ProjectionVersionDiffers extends Error {
  constructor(
    name: string,
    readonly stored: number,
    readonly expected: number,
  ) {
    super(
      `The rows of ${name} are of version ${stored}, the code is of version ${expected}: rebuild ${name}`,
    );
    this.name = 'ProjectionVersionDiffers';
  }
}

const clusterTimeline = `SELECT system_identifier::text || '/' || timeline_id AS timeline
  FROM pg_control_system(), pg_control_checkpoint()`;

type Identity = { readonly name: string; readonly version: number };

/** Reads the checkpoint, creating it at 0, and raises the alarm when the store behind it was set back. */
export const openCheckpoint = async (
  queryable: Queryable,
  { name, version }: Identity,
  readHead: () => Promise<number>,
): Promise<Checkpoint> => {
  const [cluster] = await queryable.query<{ timeline: string }>(clusterTimeline);
  const timeline = cluster?.timeline ?? '';
  await queryable.query(
    `INSERT INTO checkpoints (name, version, position, timeline) VALUES ($1, $2, 0, $3)
     ON CONFLICT (name) DO NOTHING`,
    [name, version, timeline],
  );
  const checkpoint = await readCheckpoint(queryable, name);
  if (checkpoint === undefined) throw new Error(`The checkpoint of ${name} vanished`);
  if (checkpoint.version !== version) {
    throw new ProjectionVersionDiffers(name, checkpoint.version, version);
  }
  // Read after the checkpoint: a twin may have moved it beyond a head that was read before.
  const head = await readHead();
  if (checkpoint.position > head) throw new PositionWentBackwards(name, checkpoint.position, head);
  await queryable.query('UPDATE checkpoints SET timeline = $2 WHERE name = $1 AND timeline <> $2', [
    name,
    timeline,
  ]);
  return checkpoint;
};

export const readCheckpoint = async (
  queryable: Queryable,
  name: string,
): Promise<Checkpoint | undefined> => {
  const [row] = await queryable.query<Checkpoint>(
    'SELECT position, version FROM checkpoints WHERE name = $1',
    [name],
  );
  return row;
};

/** After a rebuild: the rows are those of this position, made by this version of the code. */
export const placeCheckpoint = async (
  tx: Queryable,
  { name, version }: Identity,
  position: number,
): Promise<void> => {
  await tx.query(
    `INSERT INTO checkpoints (name, version, position, timeline)
     SELECT $1, $2, $3, timeline FROM (${clusterTimeline}) AS cluster
     ON CONFLICT (name) DO UPDATE
     SET version = EXCLUDED.version, position = EXCLUDED.position, timeline = EXCLUDED.timeline,
       updated_at = now()`,
    [name, version, position],
  );
};

/**
 * The fence: first statement of a batch. Of two workers at the same position one waits for the other's row lock and
 * then finds the position moved, so a batch is applied once, however many workers there are.
 */
export const advanceCheckpoint = async (
  tx: Queryable,
  { name, version }: Identity,
  move: { readonly from: number; readonly to: number },
): Promise<boolean> => {
  const rows = await tx.query(
    `UPDATE checkpoints SET position = $4, updated_at = now()
     WHERE name = $1 AND version = $2 AND position = $3 RETURNING 1`,
    [name, version, move.from, move.to],
  );
  return rows.length === 1;
};
