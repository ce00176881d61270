import { ActPerformed, type PerformedAct, type SystemActor } from '@tact/contracts';
import type { EventStore } from '../event-store/event-store.ts';
import type { Queryable } from '../postgres/queryable.ts';
import { performedAppend } from './act-book.ts';

/** An act of no request: somebody at the machine, or the settings that the platform starts with. */
export type MachineAct = {
  readonly act: PerformedAct;
  readonly actor: SystemActor;
  readonly about?: string;
  readonly at: Date;
};

/**
 * Written by programs that append no events, the backup above all; the service that keeps the audit takes it from
 * there. False: this database was never started by a release that knows of it.
 */
export const noteMachineAct = async (tx: Queryable, noted: MachineAct): Promise<boolean> => {
  const { act, actor, about = null, at } = noted;
  const table = `SELECT WHERE to_regclass('access.machine_acts') IS NOT NULL`;
  if ((await tx.query(table)).length === 0) return false;
  await tx.query(
    'INSERT INTO access.machine_acts (act, actor, about, at) VALUES ($1, $2, $3, $4)',
    [act, actor, about, at],
  );
  return true;
};

type Row = {
  readonly actId: string;
  readonly act: PerformedAct;
  readonly actor: SystemActor;
  readonly about: string | null;
  readonly at: Date;
};

/** Tells every tenant what was done at the machine: it is of the data of all of them. How many acts it told. */
export const tellMachineActs = (
  store: Pick<EventStore, 'transaction' | 'appendIn'>,
  tenantIds: () => Promise<readonly string[]>,
): Promise<number> =>
  store.transaction(async (tx) => {
    const rows = await tx.query<Row>(
      `DELETE FROM access.machine_acts RETURNING act_id AS "actId", act, actor, about, at`,
      [],
      'take_machine_acts',
    );
    if (rows.length === 0) return 0;
    const tenants = await tenantIds();
    const appends = rows
      .toSorted((one, other) => one.at.getTime() - other.at.getTime())
      .flatMap(({ act, actor: actorId, about, at }) =>
        tenants.map((tenantId) => {
          const { data } = ActPerformed;
          const performed = data.parse({ tenantId, act, ...(about === null ? {} : { about }) });
          return performedAppend(performed, { actorId, time: at.toISOString() });
        }),
      );
    await store.appendIn(tx, appends);
    return rows.length;
  });
