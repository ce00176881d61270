import { mayCarryWish } from '@tact/domain';
import type { EventStore, ProjectedEvent, Queryable } from '@tact/platform';

const types = [
  'ContactRegistered',
  'ContactUpdated',
  'ContactLinked',
  'ConsentDeclared',
  'WithdrawalDeclared',
  'ObjectionHeard',
  'RefusalReceived',
  'ResumptionReceived',
] as const;

/** A fact of a person that says who they are or what they wish, opened. */
export type OwnEvent = ProjectedEvent<(typeof types)[number] | 'SignalRecorded'>;

/** The kinds of signals that carried a wish before wishes were events of their own. */
const narrowed = { type: 'SignalRecorded', field: 'kind', oneOf: [...mayCarryWish] } as const;

/** What ingestion heard of a person, without the signals, which may be thousands; in a caller's transaction, as that sees it. */
export const ownEvents = (
  store: EventStore,
  contactId: string,
  tx?: Queryable,
): Promise<OwnEvent[]> =>
  store.loadSome<OwnEvent['type']>(`contact-${contactId}`, { types, narrowed }, tx);
