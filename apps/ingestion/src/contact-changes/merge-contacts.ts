import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import {
  type ContactMerge,
  type EventOfType,
  formatId,
  isErased,
  type ProposeMergeRequest,
} from '@tact/contracts';
import {
  type CallerIdentity,
  currentContext,
  EventStore,
  newEventId,
  ProblemError,
  type Queryable,
  Vault,
} from '@tact/platform';
import { closeGate, joinGate } from '../consent-gate/merge-gate.ts';
import { ActingPerson } from './acting-person.ts';
import { changedSince, problemOfApproval, unprocessable } from './change-problems.ts';
import { fourEyes, type FourEyes } from './four-eyes.ts';
import { MergedWishes } from './merged-wishes.ts';

type Proposed = EventOfType<'ContactMergeProposed'>;
type Merged = EventOfType<'ContactsMerged'>;
type State = FourEyes<Proposed, Merged>;

const decider = fourEyes<Proposed, Merged>('ContactMergeProposed');

/** By its tenant too, so that another tenant's id is nobody's. */
const streamOf = (tenantId: string, mergeId: string): string =>
  `contact-merge-${tenantId}-${mergeId}`;

const viewOf = (mergeId: string, { proposed, approved }: State): ContactMerge => {
  // Sealed under the key of the contact that stays: with that one erased, nothing of it can be shown.
  if (proposed === undefined || isErased(proposed.justification))
    throw new ProblemError('not-found');
  const { otherContactId: from, contactId: into, justification: reason, proposedBy, at } = proposed;
  const shown = { mergeId, from, into, reason, proposedBy, proposedAt: at };
  if (approved === undefined) return { ...shown, state: 'proposed' };
  const { approvedBy, at: approvedAt } = approved;
  return { ...shown, state: 'merged', approvedBy, approvedAt };
};

const bytesOf = (uuid: string): Buffer => Buffer.from(uuid.replaceAll('-', ''), 'hex');

/** Two contacts that two members of staff find to be one person. */
@Injectable()
export class MergeContacts {
  constructor(
    private readonly store: EventStore,
    private readonly vault: Vault,
    private readonly people: ActingPerson,
    private readonly wishes: MergedWishes,
  ) {}

  async propose(
    caller: CallerIdentity,
    { from, into, reason, proposedBy }: ProposeMergeRequest,
  ): Promise<ContactMerge> {
    const { tenantId } = caller;
    if (from === into) throw unprocessable('/from', 'A contact is not merged into itself.');
    const { commandId = newEventId() } = currentContext() ?? {};
    // Of the command's bits, so that a repeated call with its idempotency key finds what it proposed.
    const mergeId = formatId(
      'contactMerge',
      commandId.length === 36 ? bytesOf(commandId) : randomBytes(16),
    );
    await this.#assertApart(tenantId, [from, into], () => new ProblemError('not-found'));
    const stated = { justification: reason, ...(await this.#proposer(caller, proposedBy)) };
    const data = { mergeId, contactId: into, otherContactId: from, ...stated };
    const context = { tenantId, subject: into };
    const decided = await this.store.transact(
      decider,
      streamOf(tenantId, mergeId),
      { propose: { type: 'ContactMergeProposed', data } },
      { commandId, context },
    );
    if ('refused' in decided) throw problemOfApproval(decided.refused);
    return viewOf(mergeId, decided.state);
  }

  /** Identities, gate and the fact in one transaction; the ledger follows, and allows nothing until it has. */
  approve(
    caller: CallerIdentity,
    mergeId: string,
    approvedBy: string | undefined,
  ): Promise<ContactMerge> {
    const { tenantId } = caller;
    const { commandId = newEventId() } = currentContext() ?? {};
    return this.store.transaction(async (tx) => {
      await this.wishes.begin(tx, tenantId);
      const folded = await this.store.foldIn(tx, decider, { stream: streamOf(tenantId, mergeId) });
      const { proposed } = folded.state;
      if (proposed === undefined) throw new ProblemError('not-found');
      const { contactId: into, otherContactId: from } = proposed;
      const stated = { name: approvedBy, pointer: '/approvedBy' };
      const { name, ...acted } = await this.people.of(tx, caller, stated);
      const { at } = acted;
      const hasStaff = await this.people.hasStaff(tx, tenantId);
      const data = { mergeId, contactId: into, otherContactId: from, approvedBy: name, ...acted };
      const decided = await this.store.transactIn(tx, decider, folded, {
        command: { approve: { type: 'ContactsMerged', data }, hasStaff },
        commandId,
        context: { tenantId, subject: into },
      });
      if ('refused' in decided) throw problemOfApproval(decided.refused);
      if (!decided.duplicate) await this.#merge(tx, { tenantId, from, into, at });
      return viewOf(mergeId, decided.state);
    });
  }

  async #proposer(caller: CallerIdentity, stated: string | undefined) {
    const { name: proposedBy, ...acted } = await this.store.transaction((tx) =>
      this.people.of(tx, caller, { name: stated, pointer: '/proposedBy' }),
    );
    return { proposedBy, ...acted };
  }

  show(tenantId: string, mergeId: string): Promise<ContactMerge> {
    return this.store.transaction(async (tx) => {
      const stream = streamOf(tenantId, mergeId);
      return viewOf(mergeId, (await this.store.foldIn(tx, decider, { stream })).state);
    });
  }

  async #merge(
    tx: Queryable,
    change: { tenantId: string; from: string; into: string; at: string },
  ): Promise<void> {
    const { tenantId, from, into, at } = change;
    await this.#assertApart(tenantId, [from, into], changedSince);
    await this.vault.mergeContacts(tx, { tenantId, from, into });
    await this.wishes.join(tx, { tenantId, from, into });
    await joinGate(tx, { tenantId, from, into, at });
    await closeGate(tx, { tenantId, contactId: from, at });
  }

  /** Both are contacts by themselves; one that was merged before is part of another. */
  async #assertApart(
    tenantId: string,
    contactIds: readonly string[],
    problem: () => ProblemError,
  ): Promise<void> {
    for (const contactId of contactIds) {
      const found = await this.vault.whereaboutsOf(tenantId, contactId);
      if (!found.isKnown || found.contactId !== contactId) throw problem();
    }
  }
}
