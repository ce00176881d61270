import { Injectable } from '@nestjs/common';
import {
  type ConsentProof,
  type ConsentRecord,
  consentReceiptTyp,
  type ConsentState,
} from '@tact/contracts';
import { judgeProof } from '@tact/domain';
import { Notices, ProblemError, SigningKeys, Tenants } from '@tact/platform';
import { type RecordedConsent, RecordedConsents } from './recorded-consents.ts';

const withdrawalMethods = ['link-in-mail', 'stop-on-whatsapp', 'in-writing'] as const;
/** Named recipients and how long it is kept: the platform's defaults. */
const recipients = ['staff-of-the-controller', 'whatsapp-ireland-limited', 'processors'] as const;
const storage = 'relationship-and-5-years-restricted';

/** Records of consents as a person can keep them: ISO/IEC TS 27560, signed. */
@Injectable()
export class ConsentReceipts {
  constructor(
    private readonly keys: SigningKeys,
    private readonly notices: Notices,
    private readonly tenants: Tenants,
    private readonly lookUp: RecordedConsents,
  ) {}

  /** The proof as it is kept; 422 with what it lacks. */
  async proven(
    tenantId: string,
    state: ConsentState,
    proof: ConsentProof | undefined,
  ): Promise<ConsentProof> {
    const notices = await this.notices.named(tenantId, [proof]);
    const judged = judgeProof({ state, proof }, 'request', notices);
    if ('proof' in judged) return judged.proof;
    const errors = judged.refusals.map(({ pointer, message }) => ({
      pointer: `/proof${pointer}`,
      message,
    }));
    throw new ProblemError('unprocessable', { errors });
  }

  async signed(tenantId: string, consent: RecordedConsent): Promise<string> {
    return this.keys.sign(await this.recordOf(tenantId, consent), { typ: consentReceiptTyp });
  }

  /** 404 where the tenant has no such record, or the person was erased. */
  async of(
    tenantId: string,
    consentId: string,
  ): Promise<{ readonly record: ConsentRecord; readonly receipt: string }> {
    const consent = await this.lookUp.find(tenantId, consentId);
    if (consent === undefined) throw new ProblemError('not-found');
    const record = await this.recordOf(tenantId, consent);
    return { record, receipt: await this.keys.sign(record, { typ: consentReceiptTyp }) };
  }

  async recordOf(tenantId: string, { type, data }: RecordedConsent): Promise<ConsentRecord> {
    const { contactId, consentId, purpose, channel, at, proof } = data;
    const settings = await this.tenants.of(tenantId);
    const notice = await this.#noticeOf(tenantId, proof);
    const { method } = proof;
    return {
      schema_version: 'ISO/IEC TS 27560:2023',
      record_id: consentId,
      pii_principal_id: contactId,
      pii_controller: { id: tenantId, name: settings?.name ?? tenantId },
      ...(notice === undefined ? {} : { privacy_notice: notice }),
      purposes: [{ purpose, channel, lawful_basis: 'consent' }],
      recipients: [...recipients],
      storage,
      jurisdiction: settings?.country ?? 'EU',
      withdrawal_method: [...withdrawalMethods],
      event: {
        event_time: at,
        event_type: type === 'ConsentGiven' ? 'explicit-consent' : 'withdrawal',
        event_state: type === 'ConsentGiven' ? 'given' : 'withdrawn',
        ...(method === undefined ? {} : { method }),
      },
    };
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
