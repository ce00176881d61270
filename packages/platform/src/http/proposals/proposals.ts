import { createHash, randomBytes } from 'node:crypto';
import { formatId, type ProposalKind } from '@tact/contracts';
import type { Clock } from '../../config/clock.ts';
import type { EventStore } from '../../event-store/event-store.ts';
import type { CallerIdentity } from '../access/caller.ts';
import type { StaffRegister } from '../access/staff-register.ts';
import { ProblemError } from '../problem-error.ts';
import type { TextSealer } from '../../event-store/events.ts';
import type { Queryable } from '../../postgres/queryable.ts';
import { canonicalJson } from '../../signing/canonical-json.ts';
import { type ProposalRecord, ProposalRegister } from './proposal-register.ts';
import { takesTwo } from './takes-two.ts';

type Parts = {
  readonly store: EventStore;
  readonly clock: Clock;
  readonly staff: StaffRegister;
  readonly texts: TextSealer;
};

/** What somebody is about to do. */
export type Undertaking = {
  readonly kind: ProposalKind;
  /** Which one, for a list; never anything of a person. */
  readonly about: string;
  /** All that a second person agrees to. */
  readonly content: Readonly<Record<string, string | undefined>>;
  /** Who they say they are, where the key is nobody's. */
  readonly proposedBy?: string | undefined;
};

/** That a second person agreed, to be spent in the transaction of what they agreed to. */
export type Licence = { readonly proposalId: string };

const waits = ({ proposalId }: ProposalRecord): ProblemError =>
  new ProblemError('approval-missing', {
    proposalId,
    detail: `It waits for another person, who looks at ${proposalId} and agrees within 72 hours (tact proposals approve ${proposalId}, or POST /v1/proposals/${proposalId}/approvals). Then do the same again.`,
  });

const nameless = (): ProblemError =>
  new ProblemError('unprocessable', {
    errors: [
      {
        pointer: '/proposedBy',
        message: 'Say who you are: it takes two, and this key is no member of staff’s.',
      },
    ],
  });

const placeOf = (proposalId: string): string => `proposal ${proposalId}`;

/**
 * What one person alone does not do. The first call proposes, and is refused; another person agrees; the same call by whom
 * it was proposed then does it, once. So nothing is done behind anybody's back, and who agrees reads no secret of it.
 */
export class Proposals {
  readonly register: ProposalRegister;
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.register = new ProposalRegister(parts.clock);
  }

  /** Undefined where nobody else need agree. Throws `approval-missing` where somebody must; to be called outside a transaction. */
  async licence(caller: CallerIdentity, asked: Undertaking): Promise<Licence | undefined> {
    const { store, staff, clock } = this.#parts;
    const found = await store.transaction(async (tx) => {
      await staff.lock(tx, caller.tenantId);
      if (!(await takesTwo(tx, caller, { staff, now: clock.now() }))) return undefined;
      return this.#find(tx, caller, asked);
    });
    if (found === undefined) return undefined;
    if (found.state !== 'approved' || found.proposedBy !== caller.actorId) throw waits(found);
    return { proposalId: found.proposalId };
  }

  async spend(tx: Queryable, licence: Licence | undefined): Promise<void> {
    if (licence === undefined) return;
    const change = { from: ['approved'], to: 'done' } as const;
    if (await this.register.move(tx, licence, change)) return;
    throw new ProblemError('version-conflict', { detail: 'It was done by another call just now.' });
  }

  /** For what has no transaction of its own: spends it together with what the audit says of the act. */
  async use(licence: Licence | undefined, note: (tx: Queryable) => Promise<void>): Promise<void> {
    await this.#parts.store.transaction(async (tx) => {
      await this.spend(tx, licence);
      await note(tx);
    });
  }

  /** Of what failed after all: it may be done again for as long as it might before. */
  async giveBack(licence: Licence | undefined): Promise<void> {
    if (licence === undefined) return;
    await this.#parts.store.transaction((tx) =>
      this.register.move(tx, licence, { from: ['done'], to: 'approved' }),
    );
  }

  /** The name that was said where the key is nobody's; undefined where a member of staff proposed. */
  async nameOf({ tenantId, proposalId, sealedName }: ProposalRecord): Promise<string | undefined> {
    if (sealedName === null) return undefined;
    const whose = { tenantId, subject: tenantId };
    return this.#parts.texts.open(whose, sealedName, placeOf(proposalId));
  }

  /** What happened to a proposal, for the audit; in the transaction that changed it. */
  async note(
    tx: Queryable,
    type: 'ActionProposed' | 'ActionApproved' | 'ActionDeclined',
    { tenantId, proposalId, kind, about, contentSha256 }: ProposalRecord,
  ): Promise<void> {
    const data = { tenantId, proposalId, kind, about, contentSha256 };
    await this.#parts.store.appendIn(tx, [
      {
        stream: `proposal-${tenantId}-${proposalId}`,
        expected: 'any',
        events: [{ type, data }],
        context: { tenantId, subject: tenantId },
      },
    ]);
  }

  /** The caller's own, agreed to or not, else somebody else's of the same content, else a new one. */
  async #find(
    tx: Queryable,
    caller: CallerIdentity,
    { kind, about, content: fields, proposedBy }: Undertaking,
  ): Promise<ProposalRecord> {
    const { tenantId, actorId, keyId = null, staffId = null } = caller;
    const content = Object.entries(fields).flatMap(([field, value]) =>
      value === undefined ? [] : [{ field, value }],
    );
    const hashed = canonicalJson({ tenantId, kind, about, content });
    const contentSha256 = createHash('sha256').update(hashed).digest('hex');
    const alive = await this.register.alive(tx, { tenantId, contentSha256 });
    const own = alive.filter((one) => one.proposedBy === actorId);
    const [known] = [...own, ...alive.filter(({ state }) => state === 'open')];
    if (known !== undefined) return known;
    if (staffId === null && proposedBy === undefined) throw nameless();
    const proposalId = formatId('proposal', randomBytes(16));
    const sealedName =
      staffId === null ? await this.#seal({ tenantId, proposalId }, proposedBy ?? '') : null;
    const record: ProposalRecord = {
      proposalId,
      tenantId,
      kind,
      about,
      content,
      contentSha256,
      proposedBy: actorId,
      keyId,
      staffId,
      sealedName,
      proposedAt: this.#parts.clock.now(),
      state: 'open',
      decidedBy: null,
      decidedAt: null,
    };
    await this.register.add(tx, record);
    await this.note(tx, 'ActionProposed', record);
    return record;
  }

  #seal(
    { tenantId, proposalId }: Pick<ProposalRecord, 'tenantId' | 'proposalId'>,
    name: string,
  ): Promise<string> {
    return this.#parts.texts.seal({ tenantId, subject: tenantId }, name, placeOf(proposalId));
  }
}
