import type { ProjectedEvent } from '../event-store/events.ts';
import type { Queryable } from '../postgres/queryable.ts';
import type { Projection } from '../projection/projection.ts';

/** One cell of a decision table: where the process goes, and what is commanded on the way. */
export type Step<State extends string, Command extends string> = {
  readonly to: State;
  readonly commands: readonly Command[];
};

/** Every event in every state: a case nobody thought of is a missing cell, which does not compile. */
export type DecisionTable<
  State extends string,
  Type extends string,
  Command extends string,
> = Readonly<Record<State, Readonly<Record<Type, Step<State, Command>>>>>;

/**
 * What follows from the service's own events: a process per `processOf`, whose state the table moves. Commands run in
 * the transaction that moves the checkpoint, hence once for each event, whatever fails in between.
 */
export type Reaction<
  State extends string = string,
  Type extends string = string,
  Command extends string = string,
> = {
  readonly name: string;
  readonly types: readonly Type[];
  readonly initial: State;
  readonly table: DecisionTable<State, Type, Command>;
  /** Which process an event is about; never anything of a person. */
  processOf(event: ProjectedEvent<Type>): string;
  run(tx: Queryable, command: Command, event: ProjectedEvent<Type>): Promise<void>;
};

/** Milliseconds: nobody waits for what a service does by itself, and few batches cost less than many. */
const REST_MS = 1_000;

/** The reaction as what follows the events. It has no rows to rebuild: what was commanded was commanded. */
export const followingOf = <State extends string, Type extends string, Command extends string>(
  reaction: Reaction<State, Type, Command>,
): Projection<Type> => ({
  name: `reaction.${reaction.name}`,
  version: 1,
  tables: [],
  restMs: REST_MS,
  types: reaction.types,
  handle: async (tx, events) => {
    for (const event of events) await step(tx, reaction, event);
  },
});

const step = async <State extends string, Type extends string, Command extends string>(
  tx: Queryable,
  reaction: Reaction<State, Type, Command>,
  event: ProjectedEvent<Type>,
): Promise<void> => {
  const { name, initial, table } = reaction;
  const key = [name, reaction.processOf(event)];
  const [known] = await tx.query<{ state: State }>(
    'SELECT state FROM reaction_states WHERE reaction = $1 AND process = $2 FOR UPDATE',
    key,
  );
  const { to, commands } = table[known?.state ?? initial][event.type as Type];
  for (const command of commands) await reaction.run(tx, command, event);
  if (to === initial) {
    await tx.query('DELETE FROM reaction_states WHERE reaction = $1 AND process = $2', key);
    return;
  }
  await tx.query(
    `INSERT INTO reaction_states (reaction, process, state) VALUES ($1, $2, $3)
     ON CONFLICT (reaction, process) DO UPDATE SET state = excluded.state`,
    [...key, to],
  );
};
