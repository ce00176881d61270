import { Injectable } from '@nestjs/common';
import type { ConsentRecord } from '@tact/contracts';
import { Notices } from '@tact/platform';
import { receiptRecordOf, type Statement } from './receipt-record.ts';
import type { RecordedConsent } from './recorded-consents.ts';
import { TenantStatements } from './tenant-statements.ts';

type Consent = Pick<RecordedConsent, 'type' | 'data'>;

/** What receipts say, before they are signed. */
@Injectable()
export class ReceiptRecords {
  constructor(
    readonly notices: Notices,
    private readonly statements: TenantStatements,
  ) {}

  /** Of a consent that is about to be recorded. */
  async now(tenantId: string, consent: Consent): Promise<ConsentRecord> {
    return this.#of(tenantId, consent, await this.statements.now(tenantId));
  }

  /** Of one that was recorded at a position of the ledger. */
  async at(
    tenantId: string,
    consent: Consent & { readonly position: number },
  ): Promise<ConsentRecord> {
    return this.#of(tenantId, consent, await this.statements.at(tenantId, consent.position));
  }

  async #of(tenantId: string, consent: Consent, statement: Statement): Promise<ConsentRecord> {
    const notice = await this.#noticeOf(tenantId, consent.data.proof);
    return receiptRecordOf(consent, { tenantId, statement, notice });
  }

  async #noticeOf(
    tenantId: string,
    { noticeId, noticeVersion, noticeSha256 }: RecordedConsent['data']['proof'],
  ): Promise<ConsentRecord['privacy_notice']> {
    if (noticeId === undefined) {
      if (noticeVersion === undefined || noticeSha256 === undefined) return undefined;
      return { version: noticeVersion, sha256: noticeSha256 };
    }
    const notice = await this.notices.recordOf(tenantId, noticeId);
    if (notice === undefined) return undefined;
    const { slug, number, sha256, language } = notice;
    return { id: noticeId, slug, version: String(number), sha256, language };
  }
}
