import { Injectable } from '@nestjs/common';
import type { PageLanguage } from '@tact/contracts';
import { consentKey } from '@tact/domain';
import { Database, Notices, ProblemError, Tenants, Tokens } from '@tact/platform';
import type { PageContent } from '@tact/platform/pages';
import { ConsentReceipts } from '../consents/receipts.ts';
import { ContactPolicies } from '../ledger/contact-policies.ts';
import { confirmTokens } from './asking.ts';
import { type Confirmation, Confirmations } from './confirmations.ts';

/** What a link opens; `used`: it was confirmed by it. */
export type Opened = { readonly asked: Confirmation; readonly state: 'valid' | 'used' };

type Shown = {
  readonly language: PageLanguage;
  readonly path: string;
  readonly formToken: string;
};

/** Where the links of confirmations lead. Looking changes nothing. */
@Injectable()
export class OpenedConfirmations {
  constructor(
    private readonly tokens: Tokens,
    private readonly database: Database,
    private readonly confirmations: Confirmations,
  ) {}

  /** 404 for a link that opens nothing: unknown, expired, cut, or of somebody else. */
  async of(token: string): Promise<Opened> {
    const found = await this.tokens.look(this.database.queryable, confirmTokens, token);
    if (found.state !== 'valid' && found.state !== 'used') throw new ProblemError('not-found');
    const asked = await this.confirmations.of(found.tenantId, found.about['confirmation'] ?? '');
    if (asked === undefined) throw new ProblemError('not-found');
    return { asked, state: found.state };
  }
}

@Injectable()
export class ShownConfirmations {
  constructor(
    private readonly policies: ContactPolicies,
    private readonly notices: Notices,
    private readonly tenants: Tenants,
    private readonly receipts: ConsentReceipts,
  ) {}

  async pageOf({ asked, state }: Opened, shown: Shown): Promise<PageContent> {
    const { tenantId, contactId, noticeId } = asked;
    // Of whoever was erased nothing is shown: this answers as any other link that opens nothing.
    const { state: standing } = await this.policies.of(tenantId, contactId);
    const settings = await this.tenants.of(tenantId);
    const view = { ...shown, asked, owner: settings?.name ?? tenantId };
    const { askingPage, confirmedPage } = await import('./confirmation-page.ts');
    if (state === 'valid') {
      const notice = await this.notices.of(tenantId, noticeId);
      if (notice === undefined) throw new ProblemError('not-found');
      return askingPage({ ...view, text: notice.text, textLanguage: notice.language });
    }
    if (asked.consentId === null) throw new ProblemError('not-found');
    const { purpose, channel } = asked;
    return confirmedPage({
      ...view,
      ...(await this.receipts.of(tenantId, asked.consentId)),
      isWithdrawn: standing.consents[consentKey(purpose, channel)]?.state === 'withdrawn',
      timeZone: settings?.timeZone ?? 'Europe/Paris',
    });
  }
}
