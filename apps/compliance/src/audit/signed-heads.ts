import { Injectable } from '@nestjs/common';
import { Clock, type Job, type JobHandler, Log, type Queryable, SigningKeys } from '@tact/platform';
import { auditHeadTyp } from '@tact/contracts';
import { genesis } from './entry.ts';
import { signHead } from './sign-head.ts';

export type SignedHead = {
  readonly seq: number;
  readonly jws: string;
  /** Signatures over entries that the chain does not have any more: somebody cut off its end. */
  readonly beyond: readonly string[];
};

/**
 * Signatures over how far a chain is and what its last hash was. Who can write to the database can recompute a chain
 * from any entry on, or cut off its end; the keys are not in the database.
 */
@Injectable()
export class SignedHeads implements JobHandler<{ tenantId: string }> {
  readonly kind = signHead;
  /** One at a time: each signs another tenant's. */
  readonly batchMax = 1;

  constructor(
    private readonly keys: SigningKeys,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  async handle(tx: Queryable, jobs: readonly Job<{ tenantId: string }>[]): Promise<void> {
    for (const { payload } of jobs) await this.sign(tx, payload.tenantId);
  }

  /** Signs the chain, which nothing is added to meanwhile, and keeps the signature unless there is one of the same entry. */
  async sign(tx: Queryable, tenantId: string): Promise<SignedHead> {
    const [head = { seq: 0, hash: genesis }] = await tx.query<{ seq: number; hash: string }>(
      `SELECT seq, encode(hash, 'hex') AS hash FROM audit_chains WHERE tenant_id = $1 FOR UPDATE`,
      [tenantId],
    );
    const at = this.clock.now();
    const { seq, hash } = head;
    const said = { tenant: tenantId, seq, hash, at: at.toISOString() };
    const jws = await this.keys.sign(said, { typ: auditHeadTyp });
    if (seq > 0) {
      await tx.query(
        'INSERT INTO audit_heads (tenant_id, seq, signed_at, jws) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING',
        [tenantId, seq, at, jws],
      );
      // In the log it is out of reach of who can change the database.
      this.log.info({ tenantId, seq, hash }, 'the audit was signed');
    }
    const beyond = await tx.query<{ jws: string }>(
      'SELECT jws FROM audit_heads WHERE tenant_id = $1 AND seq > $2 ORDER BY seq',
      [tenantId, seq],
    );
    return { seq, jws, beyond: beyond.map((one) => one.jws) };
  }
}
