import { Injectable } from '@nestjs/common';
import {
  type ContactPolicyCommand,
  contactPolicyDecider,
  type ContactPolicyEvent,
  type ContactPolicyState,
  type DecideContact,
} from '@tact/domain';
import {
  Clock,
  type ConsumedEvent,
  currentContext,
  type Decided,
  EventStore,
  type Folded,
  newEventId,
  ProblemError,
  type Queryable,
  type StreamAppend,
  SubjectErased,
  type TransactOptions,
  Vault,
  VersionConflict,
} from '@tact/platform';
import {
  type CountedMessage,
  CountedMessages,
  lockCounts,
  lockOwners,
  streamOf,
} from './counted-messages.ts';
import { eventIdOf } from './consent-id.ts';
import { KeyedMutex } from './keyed-mutex.ts';

/** What was counted by its hour was no message: nothing of it is in the stream, and nothing comes into it. */
type ForgetCount = {
  readonly kind: 'forget-count';
  readonly contactId: string;
  /** The beginning of an hour, RFC 3339 UTC. */
  readonly at: string;
  readonly countId: string;
};

/** Something the log told; its id comes from what it tells, and `cause` is the event that told it. */
export type PolicyFact = {
  readonly id: string;
  readonly command: Exclude<ContactPolicyCommand, DecideContact> | ForgetCount;
  readonly cause: Pick<ConsumedEvent, 'id' | 'correlationid' | 'traceparent' | 'tenantid'>;
  /** It was about somebody whose ledger was taken over since. */
  readonly isOfMerged?: true;
};

const RETRIES = 3;

/** What a caller does in the transaction of a decision: it is told what stands, and undoes all by an error. */
export type Beside = (
  tx: Queryable,
  standing: {
    readonly contactId: string;
    readonly state: ContactPolicyState;
    /** No refusal of another contact has yet to be taken over. */
    readonly isSettled: boolean;
  },
) => Promise<BesideDecision | void>;

/** What a decision is told of what was looked up with it. */
type BesideDecision = Pick<DecideContact, 'addresses'>;

type RunOptions = TransactOptions & { readonly beside?: Beside | undefined };

/** The record of a consent is found by its id: the event has the id that this one was made of. */
const named: typeof contactPolicyDecider = {
  ...contactPolicyDecider,
  decide: (command, state) =>
    contactPolicyDecider.decide(command, state).map((event) => {
      if (event.type !== 'ConsentGiven' && event.type !== 'ConsentWithdrawn') return event;
      const id = eventIdOf(event.data.consentId);
      return id === undefined ? event : { ...event, id };
    }),
};

/** Runs commands on a person's stream; a lost race is decided anew, so two callers never share a last slot. */
@Injectable()
export class ContactPolicies {
  readonly #mutex = new KeyedMutex();

  constructor(
    private readonly store: EventStore,
    private readonly vault: Vault,
    private readonly messages: CountedMessages,
    private readonly clock: Clock,
  ) {}

  /**
   * For a caller: 404 for a contact that is not the tenant's, exactly as for one that does not exist. `beside` is done in
   * the transaction of the decision, before it, and again where a lost race is decided anew.
   */
  async run(
    tenantId: string,
    given: ContactPolicyCommand,
    beside?: Beside,
  ): Promise<Decided<ContactPolicyState, ContactPolicyEvent>> {
    const { contactId, isKnown } = await this.vault.whereaboutsOf(tenantId, given.contactId);
    if (!isKnown) throw new ProblemError('not-found');
    const command = { ...given, contactId };
    const options = {
      commandId: currentContext()?.commandId ?? newEventId(),
      context: { tenantId, subject: contactId },
    };
    // One at a time in this process, so that those who wait hold no connection.
    const decided = await this.#mutex.run(contactId, () =>
      this.#decide(command, { ...options, beside }),
    );
    // Merged between the look-up and the lock: what is asked is asked of the survivor.
    if (decided === 'merged') return await this.run(tenantId, command, beside);
    if ('refused' in decided) throw new ProblemError('unprocessable');
    return decided;
  }

  async #decide(command: ContactPolicyCommand, options: RunOptions) {
    for (let retry = 0; ; retry++) {
      try {
        return await this.store.transaction((tx) => this.#decideIn(tx, command, options));
      } catch (error) {
        if (!(error instanceof VersionConflict)) throw error;
        // The caller named no version: the races lost are ours, with facts from the log.
        if (retry < RETRIES) continue;
        throw new ProblemError('unavailable', { retryAfterSeconds: 1, cause: error });
      }
    }
  }

  /**
   * In one transaction, so that the lock holds until the decision stands: every message is counted either before the
   * decision and seen by it, or behind it. What another contact refused is seen by it, or nothing is allowed.
   */
  async #decideIn(tx: Queryable, given: ContactPolicyCommand, { beside, ...options }: RunOptions) {
    const { contactId } = given;
    await lockCounts(tx, [contactId], 'alone');
    if ((await this.vault.survivorsOf([contactId], tx)).size > 0) return 'merged';
    const isDue = await this.vault.isTakeOverDue(tx, contactId);
    const command = isDue ? withMissed(given) : given;
    const folded = await this.#foldedIn(tx, contactId);
    const facts = await beside?.(tx, { contactId, state: folded.state, isSettled: !isDue });
    const complete = command.kind === 'decide-contact' ? { ...command, ...facts } : command;
    return this.store.transactIn(tx, named, folded, { command: complete, ...options });
  }

  /**
   * For facts from the log, once in the consumer's transaction: appended whatever the version, because a fact is true
   * whatever was decided meanwhile, and a decision under way conflicts with it and is made anew; messages wait for the
   * decision instead. `id` comes from the fact, so a replay appends nothing. Counts are locked before streams, and one
   * append for all locks these in the one order that the store knows: so nobody waits in a circle.
   */
  async runIn(tx: Queryable, given: readonly PolicyFact[]): Promise<void> {
    const now = this.clock.now();
    const facts = await this.#ofSurvivors(tx, given);
    const counts = facts.flatMap((fact) => this.#countedIn(fact, now));
    await this.messages.keep(tx, counts, now);
    const appends: StreamAppend[] = [];
    const others = facts.filter(isForStream);
    for (const own of Map.groupBy(others, streamOfFact).values()) {
      appends.push(...(await this.#appendsOf(tx, own)));
    }
    await this.#appendLiving(tx, appends);
  }

  /**
   * A fact of somebody who was merged is the survivor's once their ledger was taken over, and is weighed as one heard
   * late; until then it is written into theirs, and taken over with it. Looked up behind the lock of whom it is about.
   */
  async #ofSurvivors(tx: Queryable, given: readonly PolicyFact[]): Promise<readonly PolicyFact[]> {
    let facts = given;
    const locked = new Set<string>();
    for (;;) {
      const ids = facts.map(({ command }) => command.contactId).filter((id) => !locked.has(id));
      if (ids.length === 0) return facts;
      await lockOwners(tx, ids, 'shared');
      for (const id of ids) locked.add(id);
      const survivors = await this.vault.heirsOf(ids, tx);
      facts = facts.map((fact) => ofSurvivor(fact, survivors));
    }
  }

  /** A message that left is true whatever else was decided, and so is that it was none: neither asks for a decision. */
  #countedIn({ id, command, cause }: PolicyFact, now: Date): readonly CountedMessage[] {
    const tenantId = cause.tenantid;
    switch (command.kind) {
      case 'count-outbound': {
        const { kind: _, ...data } = command;
        return [{ id, tenantId, event: { type: 'OutboundMessageCounted', data } }];
      }
      case 'discount-outbound': {
        const { contactId, messageRef } = command;
        const countId = this.vault.countId(tenantId, messageRef);
        return [noMessage({ countId, tenantId, contactId, at: now.toISOString() })];
      }
      case 'forget-count':
        return [noMessage({ ...command, tenantId })];
      default:
        return [];
    }
  }

  /** Appends of one person's facts, in their order. */
  async #appendsOf(tx: Queryable, facts: readonly StreamFact[]): Promise<StreamAppend[]> {
    let state = await this.#stateFor(tx, facts);
    return facts.flatMap((fact): StreamAppend[] => {
      const { id, command, cause } = fact;
      const decided = contactPolicyDecider.decide(command, state);
      state = decided.reduce(contactPolicyDecider.evolve, state);
      if (decided.length === 0) return [];
      const events = decided.map((event) => ({ ...event, id }));
      const context = {
        tenantId: cause.tenantid,
        subject: command.contactId,
        correlationId: cause.correlationid,
        causationId: cause.id,
        ...(cause.traceparent === undefined ? {} : { traceparent: cause.traceparent }),
      };
      return [{ stream: streamOf(command.contactId), expected: 'any', events, context }];
    });
  }

  /** A time zone, a stop and what comes late are weighed against what is known; for anything else, no stream is read. */
  async #stateFor(tx: Queryable, facts: readonly StreamFact[]) {
    const weighed = facts.find(
      ({ command: { kind }, isOfMerged }) =>
        kind === 'set-time-zone' || kind === 'unsubscribe' || isOfMerged,
    );
    return weighed ? this.stateIn(tx, weighed.command.contactId) : contactPolicyDecider.initial();
  }

  /** What is known of a person now; 404 as for a command. */
  async of(
    tenantId: string,
    asked: string,
  ): Promise<
    Pick<Folded<ContactPolicyState>, 'state' | 'version'> & { readonly contactId: string }
  > {
    const { contactId, isKnown } = await this.vault.whereaboutsOf(tenantId, asked);
    if (!isKnown) throw new ProblemError('not-found');
    const folded = await this.store.transaction((tx) => this.#foldedIn(tx, contactId));
    return { contactId, state: folded.state, version: folded.version };
  }

  /** What is known of a person, as the caller's transaction sees it. */
  async stateIn(tx: Queryable, contactId: string): Promise<ContactPolicyState> {
    return (await this.#foldedIn(tx, contactId)).state;
  }

  async #foldedIn(tx: Queryable, contactId: string): Promise<Folded<ContactPolicyState>> {
    return await this.store.foldIn(tx, contactPolicyDecider, {
      stream: streamOf(contactId),
      beside: await this.messages.of(contactId, this.clock.now(), tx),
    });
  }

  /** Facts of a person erased meanwhile come too late: they are dropped, or they would be parked with the person in them. */
  async #appendLiving(tx: Queryable, appends: readonly StreamAppend[]): Promise<void> {
    if (appends.length === 0) return;
    try {
      await this.store.appendIn(tx, appends);
    } catch (error) {
      if (!(error instanceof SubjectErased)) throw error;
      const gone = new Set(error.subjects);
      const living = appends.filter(({ context }) => !gone.has(context.subject));
      await this.#appendLiving(tx, living);
    }
  }
}

/** Takes part in `policy-unknown` like a source that was missed: what the other contact refused is not known here yet. */
const withMissed = (command: ContactPolicyCommand): ContactPolicyCommand =>
  command.kind === 'decide-contact'
    ? { ...command, missed: [...(command.missed ?? []), 'contact-merges'] }
    : command;

const ofSurvivor = (fact: PolicyFact, survivors: ReadonlyMap<string, string>): PolicyFact => {
  const contactId = survivors.get(fact.command.contactId);
  if (contactId === undefined) return fact;
  return { ...fact, isOfMerged: true, command: { ...fact.command, contactId } };
};

type NoMessage = Pick<ForgetCount, 'countId' | 'contactId' | 'at'> & { readonly tenantId: string };

const noMessage = ({ countId: id, tenantId, contactId, at }: NoMessage): CountedMessage => {
  const data = { contactId, at, precision: 'hour' } as const;
  return { id, tenantId, event: { type: 'OutboundMessageCounted', data }, isNone: true };
};

type StreamFact = PolicyFact & {
  readonly command: Exclude<PolicyFact['command'], { kind: 'count-outbound' | 'forget-count' }>;
};

const isForStream = (fact: PolicyFact): fact is StreamFact =>
  fact.command.kind !== 'count-outbound' && fact.command.kind !== 'forget-count';

const streamOfFact = ({ command }: PolicyFact): string => streamOf(command.contactId);
