import type {
  AppendContext,
  AppendResult,
  Decider,
  NewEvent,
  Refused,
  StoredEvent,
  StreamAppend,
} from './events.ts';
import { identify } from './prepare.ts';
import type { EventRow } from './rows.ts';
import { VersionConflict } from './version-conflict.ts';

/** Something of a stream that is kept as a row and not as an event: folded behind this version, in the order given. */
export type BesideStream<Event> = { readonly afterVersion: number; readonly event: Event };

export type TransactOptions = {
  /** The same id on the same stream is one decision: repeated, it answers with the first result. */
  readonly commandId: string;
  /** Set by a caller that saw this version; a conflict is then the caller's to solve, without retries. */
  readonly expectedVersion?: number;
  readonly context: AppendContext;
};

export type Decided<State, Event> = {
  readonly events: readonly Event[];
  readonly version: number;
  /** 0 when the stream is empty and nothing was decided. */
  readonly position: number;
  readonly state: State;
  /** The command was decided before, and this is its first result. */
  readonly duplicate: boolean;
};

/** A stream as its decider sees it, at a version. */
export type Folded<State> = {
  readonly stream: string;
  /** 0 when the stream is empty. */
  readonly version: number;
  readonly state: State;
  /** The state without what is kept beside the stream behind its last event: more of that may still come. */
  readonly atVersion: State;
  /** What a snapshot gave; the version is 0 where there was none. */
  readonly base: Base<State>;
  /** Behind the base, in their order, opened. */
  readonly rows: readonly EventRow[];
};

/** A state to go on folding from, and the event it is up to. */
export type Base<State> = {
  readonly version: number;
  readonly position: number;
  readonly state: State;
};

type Access = {
  readonly now: () => Date;
  /** The stream up to the last event of a command, as it was then; nothing where the command is not in it. */
  readonly loadUntil: (stream: string, commandId: string) => Promise<readonly EventRow[]>;
  readonly append: (append: StreamAppend) => Promise<AppendResult>;
};

const RETRIES = 3;

/** Load, decide, append; a lost race is decided anew on the new state, three times at most. */
export const transact = async <State, Command, Event extends NewEvent>(
  access: Access & { readonly load: (stream: string) => Promise<readonly EventRow[]> },
  decider: Decider<State, Command, Event>,
  command: Command,
  options: TransactOptions & { readonly stream: string },
): Promise<Decided<State, Event> | Refused> => {
  for (let retry = 0; ; retry++) {
    try {
      const rows = await access.load(options.stream);
      const folded = foldRows(decider, { stream: options.stream, rows });
      return await decideOn(access, decider, { folded, command, options });
    } catch (error) {
      const mayRetry = error instanceof VersionConflict && options.expectedVersion === undefined;
      if (!mayRetry || retry === RETRIES) throw error;
    }
  }
};

type Asked<State, Command> = {
  readonly folded: Folded<State>;
  readonly command: Command;
  readonly options: TransactOptions;
};

/** One attempt on what was loaded; throws VersionConflict when the stream has moved on since. */
export const decideOn = async <State, Command, Event extends NewEvent>(
  access: Access,
  decider: Decider<State, Command, Event>,
  { folded, command, options }: Asked<State, Command>,
): Promise<Decided<State, Event> | Refused> => {
  const { stream, rows, version, base, state } = folded;
  const { commandId, expectedVersion = version } = options;
  const isWhole = base.version === 0;
  const earlier = isWhole ? earlierResult(decider, rows, commandId) : undefined;
  if (earlier !== undefined) return earlier;
  const decision = expectedVersion === version ? decider.decide(command, state) : 'conflict';
  if (hasEvents(decision)) {
    return await appendDecided(access, decider, { folded, decision, options });
  }
  // A snapshot hides the commands before it; where something is appended, that finds them.
  const hidden = isWhole ? [] : await access.loadUntil(stream, commandId);
  const first = earlierResult(decider, hidden, commandId);
  if (first !== undefined) return first;
  if (decision === 'conflict') throw new VersionConflict(stream, expectedVersion, version);
  if ('refused' in decision) return decision;
  const { position } = endOf(rows, base);
  return { events: [], version, position, state, duplicate: false };
};

const hasEvents = <Event>(
  decision: readonly Event[] | Refused | 'conflict',
): decision is readonly Event[] => Array.isArray(decision) && decision.length > 0;

const appendDecided = async <State, Command, Event extends NewEvent>(
  access: Access,
  decider: Decider<State, Command, Event>,
  {
    folded: { stream, version, state },
    decision,
    options,
  }: Omit<Asked<State, Command>, 'command'> & { readonly decision: readonly Event[] },
): Promise<Decided<State, Event>> => {
  const { commandId, context } = options;
  const events = decision.map((event) => identify(event, access.now));
  const result = await access.append({
    stream,
    expected: version,
    events,
    context: { ...context, commandId },
  });
  // Hidden by a snapshot, or of a twin that was first, between our load and our append.
  const first = result.duplicate
    ? earlierResult(decider, await access.loadUntil(stream, commandId), commandId)
    : undefined;
  if (first !== undefined) return first;
  return {
    events,
    version: result.version,
    position: result.position,
    state: events.reduce<State>((before, event) => decider.evolve(before, event), state),
    duplicate: result.duplicate,
  };
};

/** An empty stream ends at 0, and one that a snapshot covers where the snapshot does. */
const endOf = (
  rows: readonly EventRow[],
  base: { readonly version: number; readonly position: number } = { version: 0, position: 0 },
): { version: number; position: number } => {
  const { version, position } = rows.at(-1)?.event ?? base;
  return { version, position };
};

const earlierResult = <State, Command, Event extends NewEvent>(
  decider: Decider<State, Command, Event>,
  rows: readonly EventRow[],
  commandId: string,
): Decided<State, Event> | undefined => {
  const last = rows.findLastIndex((row) => row.commandId === commandId);
  if (last === -1) return undefined;
  const until = rows.slice(0, last + 1);
  const { version, position } = endOf(until);
  const events = until
    .filter((row) => row.commandId === commandId)
    .map((row) => row.event as StoredEvent & Event);
  return {
    events,
    version,
    position,
    state: fold(decider, decider.initial(), until),
    duplicate: true,
  };
};

export const foldRows = <State, Command, Event extends NewEvent>(
  decider: Decider<State, Command, Event>,
  known: {
    readonly stream: string;
    /** All of the stream behind the base. */
    readonly rows: readonly EventRow[];
    readonly beside?: readonly BesideStream<Event>[];
    readonly base?: Base<State> | undefined;
  },
): Folded<State> => {
  const { stream, rows, beside = [] } = known;
  const base = known.base ?? { version: 0, position: 0, state: decider.initial() };
  const { version } = endOf(rows, base);
  // What is beside an earlier version than the base's is in the base.
  const among = beside.filter(
    ({ afterVersion }) => afterVersion >= base.version && afterVersion < version,
  );
  const behind = beside.filter(({ afterVersion }) => afterVersion >= version);
  const atVersion = fold(decider, base.state, rows, among);
  const state = fold(decider, atVersion, [], behind);
  return { stream, version, base, rows, atVersion, state };
};

/** The store holds only what a decider of this stream decided, so its rows are the decider's events. */
const fold = <State, Command, Event extends NewEvent>(
  decider: Decider<State, Command, Event>,
  from: State,
  rows: readonly EventRow[],
  beside: readonly BesideStream<Event>[] = [],
): State => {
  const events = rows.map(({ event }) => event as StoredEvent & Event);
  return withBeside<Event>(events, beside).reduce<State>(
    (state, event) => decider.evolve(state, event),
    from,
  );
};

/** A stream's events with what is kept beside it, each at its place. */
const withBeside = <Event>(
  events: readonly (Event & Pick<StoredEvent, 'version'>)[],
  beside: readonly BesideStream<Event>[],
): readonly Event[] => {
  if (beside.length === 0) return events;
  // A stable sort: what is beside follows the event it names, and the next event follows it.
  return [
    ...events.map((event) => ({ place: event.version, event })),
    ...beside.map(({ afterVersion, event }) => ({ place: afterVersion, event })),
  ]
    .toSorted((one, other) => one.place - other.place)
    .map(({ event }): Event => event);
};
