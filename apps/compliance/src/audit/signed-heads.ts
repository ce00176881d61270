import { Injectable } from '@nestjs/common';
import { AuditHead, auditHeadTyp } from '@tact/contracts';
import {
  Clock,
  type Job,
  type LeasedJobHandler,
  type Queryable,
  RaisedAlerts,
  SigningKeys,
} from '@tact/platform';
import { chainBreak, type ChainNow } from './chain-break.ts';
import { genesis } from './entry.ts';
import { KnownHead } from './known-head.ts';
import { signHead } from './sign-head.ts';

export type ChainEnd = ChainNow & {
  /** It follows from what was signed last. */
  readonly isWhole: boolean;
  /** Signatures over entries that the chain does not have any more: somebody cut off its end. */
  readonly beyond: readonly string[];
};

/**
 * Signatures over how far a chain is and what its last hash was. Who can write to the database can recompute a chain
 * from any entry on, or cut off its end; the keys are not in the database. Nothing is signed that does not follow from
 * what was signed last.
 */
@Injectable()
export class SignedHeads implements LeasedJobHandler<{ tenantId: string }> {
  readonly kind = signHead;
  constructor(
    private readonly keys: SigningKeys,
    private readonly known: KnownHead,
    private readonly alerts: RaisedAlerts,
    private readonly clock: Clock,
  ) {}

  /** In a transaction of its own: who appends holds the chain and waits for the row of this job. */
  async run({ payload }: Job<{ tenantId: string }>): Promise<void> {
    await this.sign(payload.tenantId);
  }

  /** Signs where the chain is, if it may be signed. */
  sign(tenantId: string): Promise<ChainEnd> {
    return this.alerts.within((tx) => this.#signIn(tx, tenantId));
  }

  /** The signed end of an export: of the entries that were told, erasures meanwhile among them. */
  async signExport(tenantId: string, end: ChainEnd, blanked: number): Promise<string | undefined> {
    if (!end.isWhole) return undefined;
    const now = await this.alerts.within((tx) => nowOf(tx, tenantId));
    const isExplained = blanked >= end.blanked && blanked <= now.blanked;
    return this.#signed(tenantId, { ...end, blanked: isExplained ? blanked : end.blanked });
  }

  /** Signs the chain, which nothing is added to meanwhile, and keeps the signature unless there is one of the same entry. */
  async #signIn(tx: Queryable, tenantId: string): Promise<ChainEnd> {
    const now = await nowOf(tx, tenantId, 'FOR UPDATE');
    const stored = await tx.query<{ seq: number; jws: string }>(
      `SELECT seq, jws FROM audit_heads WHERE tenant_id = $1
         AND seq >= (SELECT least($2, max(seq)) FROM audit_heads WHERE tenant_id = $1) ORDER BY seq`,
      [tenantId, now.seq],
    );
    const kept = await this.known.of(tenantId);
    const why = await this.#breakOf(tx, { tenantId, now }, [
      ...stored.map(({ jws }) => jws),
      ...(kept === undefined ? [] : [kept]),
    ]);
    const matter = { kind: 'audit-broken', about: tenantId } as const;
    const gone = stored.filter(({ seq }) => seq > now.seq).map(({ jws }) => jws);
    if (why !== undefined) {
      this.known.tellBreak(tenantId, why);
      const since = this.clock.now();
      await this.alerts.raise(tx, matter, { count: 1, since });
      const beyond = kept === undefined || gone.includes(kept) ? gone : [...gone, kept];
      return { ...now, isWhole: false, beyond };
    }
    if (now.seq > 0) await this.#keep(tx, tenantId, now);
    await this.alerts.resolve(tx, matter, this.clock.now());
    return { ...now, isWhole: true, beyond: [] };
  }

  async #breakOf(
    tx: Queryable,
    { tenantId, now }: { readonly tenantId: string; readonly now: ChainNow },
    signatures: readonly string[],
  ): Promise<string | undefined> {
    const heads: AuditHead[] = [];
    for (const jws of signatures) {
      const head = AuditHead.safeParse(await this.keys.verify(jws, { typ: auditHeadTyp })).data;
      if (head?.tenant !== tenantId) return 'a signature was forged';
      heads.push(head);
    }
    const chain = { tenant: tenantId, now };
    if (heads.length === 0) return chainBreak(tx, chain);
    for (const head of heads) {
      const why = await chainBreak(tx, chain, head);
      if (why !== undefined) return why;
    }
    return undefined;
  }

  async #keep(tx: Queryable, tenantId: string, now: ChainNow): Promise<void> {
    const jws = await this.#signed(tenantId, now);
    await tx.query(
      'INSERT INTO audit_heads (tenant_id, seq, signed_at, jws) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING',
      [tenantId, now.seq, this.clock.now(), jws],
    );
    await this.known.keep(tenantId, jws, now);
  }

  #signed(tenantId: string, { seq, hash, blanked }: ChainNow): Promise<string> {
    const at = this.clock.now().toISOString();
    return this.keys.sign({ tenant: tenantId, seq, hash, at, blanked }, { typ: auditHeadTyp });
  }
}

const nowOf = async (
  queryable: Queryable,
  tenantId: string,
  lock: 'FOR UPDATE' | '' = '',
): Promise<ChainNow> => {
  const [now] = await queryable.query<ChainNow>(
    `SELECT seq, encode(hash, 'hex') AS hash, blanked FROM audit_chains WHERE tenant_id = $1 ${lock}`,
    [tenantId],
  );
  return now ?? { seq: 0, hash: genesis, blanked: 0 };
};
