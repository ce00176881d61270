import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import {
  type ContactSplit,
  type EventOfType,
  formatId,
  isErased,
  type ProposeSplitRequest,
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
import { joinGate, leaveGate } from '../consent-gate/merge-gate.ts';
import { ActingPerson } from './acting-person.ts';
import { changedSince, problemOfApproval, unprocessable } from './change-problems.ts';
import { fourEyes, type FourEyes } from './four-eyes.ts';
import { LeavingNames } from './leaving-names.ts';

type Proposed = EventOfType<'ContactSplitProposed'>;
type Split = EventOfType<'ContactsSplit'>;
type State = FourEyes<Proposed, Split>;

const decider = fourEyes<Proposed, Split>('ContactSplitProposed');

const streamOf = (tenantId: string, splitId: string): string =>
  `contact-split-${tenantId}-${splitId}`;

const viewOf = (splitId: string, { proposed, approved }: State): ContactSplit => {
  if (proposed === undefined || isErased(proposed.justification))
    throw new ProblemError('not-found');
  const { contactId, justification: reason, proposedBy, at } = proposed;
  const into = approved?.otherContactId ?? proposed.otherContactId;
  const whom = into === undefined ? {} : { into };
  const shown = { splitId, contactId, ...whom, reason, proposedBy, proposedAt: at };
  if (approved === undefined) return { ...shown, state: 'proposed' };
  const { approvedBy, at: approvedAt } = approved;
  return { ...shown, state: 'split', approvedBy, approvedAt };
};

const bytesOf = (uuid: string): Buffer => Buffer.from(uuid.replaceAll('-', ''), 'hex');

/** A contact that two members of staff find to be two people. */
@Injectable()
export class SplitContacts {
  constructor(
    private readonly store: EventStore,
    private readonly vault: Vault,
    private readonly people: ActingPerson,
    private readonly names: LeavingNames,
  ) {}

  /** The identities of it in the form the index knows. */
  async propose(
    caller: CallerIdentity,
    { contactId, into, identities, reason, proposedBy }: ProposeSplitRequest,
  ): Promise<ContactSplit> {
    const { tenantId } = caller;
    const found = await this.vault.whereaboutsOf(tenantId, contactId);
    if (!found.isKnown || found.contactId !== contactId) throw new ProblemError('not-found');
    await this.#assertPart(tenantId, { contactId, into });
    const { commandId = newEventId() } = currentContext() ?? {};
    const splitId = formatId(
      'contactSplit',
      commandId.length === 36 ? bytesOf(commandId) : randomBytes(16),
    );
    const whom = into === undefined ? {} : { otherContactId: into };
    const stated = { justification: reason, ...(await this.#proposer(caller, proposedBy)) };
    const data = { splitId, contactId, identities, ...whom, ...stated };
    const decided = await this.store.transact(
      decider,
      streamOf(tenantId, splitId),
      { propose: { type: 'ContactSplitProposed', data } },
      { commandId, context: { tenantId, subject: contactId } },
    );
    if ('refused' in decided) throw problemOfApproval(decided.refused);
    return viewOf(splitId, decided.state);
  }

  /** Identities, gate and the facts in one transaction; the ledger of who leaves allows nothing until it has taken over. */
  approve(
    caller: CallerIdentity,
    splitId: string,
    approvedBy: string | undefined,
  ): Promise<ContactSplit> {
    const { tenantId } = caller;
    const { commandId = newEventId() } = currentContext() ?? {};
    return this.store.transaction(async (tx) => {
      await this.names.begin(tx, tenantId);
      const folded = await this.store.foldIn(tx, decider, { stream: streamOf(tenantId, splitId) });
      const { proposed } = folded.state;
      if (proposed === undefined) throw new ProblemError('not-found');
      const { contactId, otherContactId = formatId('contact', randomBytes(16)) } = proposed;
      const stated = { name: approvedBy, pointer: '/approvedBy' };
      const { name, ...acted } = await this.people.of(tx, caller, stated);
      const { at } = acted;
      const hasStaff = await this.people.hasStaff(tx, tenantId);
      const data = { splitId, contactId, otherContactId, approvedBy: name, ...acted };
      const decided = await this.store.transactIn(tx, decider, folded, {
        command: { approve: { type: 'ContactsSplit', data }, hasStaff },
        commandId,
        context: { tenantId, subject: contactId },
      });
      if ('refused' in decided) throw problemOfApproval(decided.refused);
      if (!decided.duplicate) await this.#split(tx, { tenantId, at }, { proposed, otherContactId });
      return viewOf(splitId, decided.state);
    });
  }

  async #proposer(caller: CallerIdentity, stated: string | undefined) {
    const { name: proposedBy, ...acted } = await this.store.transaction((tx) =>
      this.people.of(tx, caller, { name: stated, pointer: '/proposedBy' }),
    );
    return { proposedBy, ...acted };
  }

  show(tenantId: string, splitId: string): Promise<ContactSplit> {
    return this.store.transaction(async (tx) => {
      const stream = streamOf(tenantId, splitId);
      return viewOf(splitId, (await this.store.foldIn(tx, decider, { stream })).state);
    });
  }

  async #split(
    tx: Queryable,
    { tenantId, at }: { tenantId: string; at: string },
    { proposed, otherContactId: into }: { proposed: Proposed['data']; otherContactId: string },
  ): Promise<void> {
    const { contactId: from, identities } = proposed;
    const found = await this.vault.whereaboutsOf(tenantId, from);
    if (!found.isKnown || found.contactId !== from) throw changedSince();
    if (proposed.otherContactId !== undefined) {
      const parts = await this.vault.mergedInto(tenantId, from, tx);
      if (!parts.includes(into)) throw changedSince();
    }
    // What is yet to be taken over would go to one of the two alone.
    if (await this.vault.isTakeOverDue(tx, from)) {
      throw new ProblemError('unavailable', { retryAfterSeconds: 1 });
    }
    const { left, stayed } = await this.vault.splitContact(
      tx,
      { tenantId, from, into },
      identities,
    );
    if (left === 0) throw unprocessable('/identities', 'None of these is the contact’s.');
    if (stayed === 0)
      throw unprocessable('/identities', 'Leave the contact at least one identity.');
    await joinGate(tx, { tenantId, from, into, at });
    await leaveGate(tx, { tenantId, contactId: from, at });
    await this.names.tell(tx, { tenantId, from, into }, identities);
  }

  async #assertPart(
    tenantId: string,
    { contactId, into }: { contactId: string; into: string | undefined },
  ): Promise<void> {
    if (into === undefined) return;
    const parts = await this.vault.mergedInto(tenantId, contactId);
    if (parts.includes(into)) return;
    throw unprocessable(
      '/into',
      'It was not merged into this contact. Leave it out: an id is drawn.',
    );
  }
}
