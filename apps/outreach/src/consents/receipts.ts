import { Injectable } from '@nestjs/common';
import {
  type ConsentProof,
  ConsentRecord,
  consentReceiptTyp,
  type ConsentState,
  type Purpose,
} from '@tact/contracts';
import { judgeProof } from '@tact/domain';
import { ProblemError, type Queryable, SigningKeys, SubjectErased } from '@tact/platform';
import { type KeptReceipt, KeptReceipts } from './kept-receipts.ts';
import { ReceiptRecords } from './receipt-records.ts';
import { type RecordedConsent, RecordedConsents } from './recorded-consents.ts';

type Stated = {
  readonly state: ConsentState;
  readonly purpose: Purpose;
  readonly proof: ConsentProof | undefined;
};

/** What a receipt of ours says: the middle part of it. */
const payloadOf = (receipt: string): unknown => {
  const [, payload = ''] = receipt.split('.');
  return JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
};

/** Records of consents as a person can keep them: ISO/IEC TS 27560, signed. */
@Injectable()
export class ConsentReceipts {
  constructor(
    private readonly keys: SigningKeys,
    private readonly records: ReceiptRecords,
    private readonly lookUp: RecordedConsents,
    private readonly kept: KeptReceipts,
  ) {}

  /** The proof as it is kept; 422 with what it lacks. */
  async proven(tenantId: string, { state, purpose, proof }: Stated): Promise<ConsentProof> {
    const notices = await this.records.notices.named(tenantId, [proof]);
    const judged = judgeProof({ state, purpose, proof }, 'request', notices);
    if ('proof' in judged) return judged.proof;
    const errors = judged.refusals.map(({ pointer, message }) => ({
      pointer: `/proof${pointer}`,
      message,
    }));
    throw new ProblemError('unprocessable', { errors });
  }

  /** Signed before it is recorded, by what the business says of itself now; `keep` it with the record. */
  async prepare(
    tenantId: string,
    consent: Pick<RecordedConsent, 'type' | 'data'>,
  ): Promise<string> {
    const record = await this.records.now(tenantId, consent);
    return this.keys.sign(record, { typ: consentReceiptTyp });
  }

  /** In the caller's transaction. */
  keep(tx: Queryable, kept: KeptReceipt): Promise<void> {
    return this.kept.keep(tx, kept);
  }

  /** 404 where the tenant has no such record, or the person was erased. */
  async of(
    tenantId: string,
    consentId: string,
  ): Promise<{ readonly record: ConsentRecord; readonly receipt: string }> {
    const consent = await this.lookUp.find(tenantId, consentId);
    if (consent === undefined) throw new ProblemError('not-found');
    const receipt = await this.#firstOf(tenantId, consent);
    return { record: ConsentRecord.parse(payloadOf(receipt)), receipt };
  }

  /** Signed when it is first asked for, by what held when it was recorded; the same ever after. */
  async #firstOf(
    tenantId: string,
    consent: RecordedConsent & { readonly position: number },
  ): Promise<string> {
    const { contactId, consentId } = consent.data;
    try {
      const known = await this.kept.of(tenantId, consentId);
      if (known !== undefined) return known;
      const record = await this.records.at(tenantId, consent);
      const receipt = await this.keys.sign(record, { typ: consentReceiptTyp });
      // Of two who asked at once, the first one's stands.
      return await this.kept.keepFirst({ tenantId, contactId, consentId, receipt });
    } catch (error) {
      if (error instanceof SubjectErased) throw new ProblemError('not-found');
      throw error;
    }
  }
}
