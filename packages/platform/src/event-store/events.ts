import type { EventDataOf, EventEnvelope, EventType } from '@tact/contracts';

/** `any` never conflicts, `none` means the stream must not exist, a number is the exact current version. */
export type ExpectedVersion = 'any' | 'none' | number;

export type NewEvent = {
  /** A uuid; drawn (version 7) when absent. The same id appended twice is one fact. */
  readonly id?: string;
  readonly type: string;
  /** RFC 3339 UTC; the clock's now when absent. */
  readonly time?: string;
  readonly data: object;
};

export type AppendContext = {
  readonly tenantId: string;
  /** The person the events are about: personal fields are sealed under this key. */
  readonly subject: string;
  readonly commandId?: string;
  readonly correlationId?: string;
  readonly causationId?: string;
  /** Who did it; the one who acts in the unit of work under way when absent. */
  readonly actorId?: string;
  readonly traceparent?: string;
};

export type StreamAppend = {
  readonly stream: string;
  readonly expected: ExpectedVersion;
  readonly events: readonly NewEvent[];
  readonly context: AppendContext;
};

export type AppendResult = {
  /** Version of the stream's last event of this append, counted from 1. */
  readonly version: number;
  readonly position: number;
  /** The same event ids (or command id) were appended before: version and position are the original's. */
  readonly duplicate: boolean;
};

/** `data` is of the current version; `dataschema` names the one it was written in. */
export type StoredEvent = EventEnvelope & {
  readonly position: number;
  readonly stream: string;
  readonly version: number;
};

/** An event as it was written, for the relay: in its version, personal fields as ciphertext, the data not parsed. */
export type WrittenEvent = Omit<StoredEvent, 'data'> & { readonly json: string };

/** The data of events of a type; unknown for a type that the contracts do not know. */
export type DataOf<Type extends string> = Type extends EventType ? EventDataOf<Type> : unknown;

/** What a projection sees of a stored event: no ids of the request that caused it. A union told apart by `type`. */
export type ProjectedEvent<Type extends string = string> = Type extends string
  ? Pick<
      StoredEvent,
      'id' | 'subject' | 'tenantid' | 'time' | 'position' | 'stream' | 'version'
    > & {
      readonly type: Type;
      readonly data: DataOf<Type>;
    }
  : never;

export type Page = {
  readonly after: number;
  readonly limit: number;
  /** Positions up to here are known to be final, because another reader has passed them. */
  readonly settled?: number;
};

export type Refused = { readonly refused: string };

/** Anything shaped like this can be run by `transact`; the store knows no business word. */
export type Decider<State, Command, Event extends NewEvent> = {
  /** Absent where streams stay short: each decision folds the whole of one. */
  readonly snapshots?: SnapshotPolicy;
  initial(): State;
  evolve(state: State, event: Event): State;
  decide(command: Command, state: State): readonly Event[] | Refused;
};

/** That a decider's state is kept beside its long streams. It must survive JSON, and be of a bounded size. */
export type SnapshotPolicy = {
  /** Of the state, among those of a stream. */
  readonly name: string;
  /** Raised with every change of `initial`, of `evolve` or of the state's shape: what was kept before is then not read. */
  readonly version: string;
  /** Every type that is folded. Where the schema of one has a new version, the events are folded anew. */
  readonly types: readonly string[];
  /** The state holds something of the person the stream is about, so it is sealed under that person's key. */
  readonly personal: boolean;
};

export type SealableEvent = {
  readonly id: string;
  readonly type: string;
  /** Version of the type's schema; sealing takes the newest known when absent, opening checks it when present. */
  readonly schemaVersion?: number;
  readonly subject: string;
  readonly tenantId: string;
  readonly data: object;
};

/** Encrypts what an event's schema marks personal, one box per event; opens it for the service's own reads. */
export type Sealer = {
  seal(events: readonly SealableEvent[]): Promise<object[]>;
  open(events: readonly SealableEvent[]): Promise<object[]>;
  /** Opens nothing: the fields of an erased person read as `Erased`, those of all others stay sealed. */
  markErased(events: readonly SealableEvent[]): Promise<object[]>;
};

/** Seals a whole text under a person's key; `place` says what it is and is bound to it, so that no text stands for another. */
export type TextSealer = {
  /** Throws `SubjectErased` where the person's key is destroyed. */
  seal(person: Person, text: string, place: string): Promise<string>;
  /** Throws where the key is destroyed or unknown, and where the text was changed or belongs elsewhere. */
  open(person: Person, sealed: string, place: string): Promise<string>;
};

type Person = Pick<AppendContext, 'tenantId' | 'subject'>;
