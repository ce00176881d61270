import { Injectable } from '@nestjs/common';
import type { PageLanguage } from '@tact/contracts';
import { standingConsent } from '@tact/domain';
import { Database, Notices, ProblemError, Tokens } from '@tact/platform';
import type { PageContent } from '@tact/platform/pages';
import { ConsentReceipts } from '../consents/receipts.ts';
import { ContactPolicies } from '../ledger/contact-policies.ts';
import { BusinessPages } from '../ways-out/business-pages.ts';
import { confirmTokens } from './asking.ts';
import { type Confirmation, Confirmations } from './confirmations.ts';
import { StandingConfirmations } from './standing-confirmations.ts';

/** What a link opens; `used`: it was confirmed by it; `void`: it opens nothing any more. */
export type Opened = { readonly asked: Confirmation; readonly state: 'valid' | 'used' | 'void' };

type ShownPage = PageContent & { readonly status?: number };

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
    private readonly standing: StandingConfirmations,
  ) {}

  /** 404 for what is no link: unknown, cut, or of somebody who was erased. */
  async of(token: string): Promise<Opened> {
    const found = await this.tokens.look(this.database.queryable, confirmTokens, token);
    if (found.state === 'unknown') throw new ProblemError('not-found');
    const asked = await this.confirmations.of(found.tenantId, found.about['confirmation'] ?? '');
    if (asked === undefined) throw new ProblemError('not-found');
    const isUsed = found.state === 'used';
    const isVoid = found.state === 'expired' || (await this.standing.isVoid(asked, isUsed));
    if (isVoid) return { asked, state: 'void' };
    return { asked, state: isUsed ? 'used' : 'valid' };
  }
}

@Injectable()
export class ShownConfirmations {
  constructor(
    private readonly policies: ContactPolicies,
    private readonly notices: Notices,
    private readonly receipts: ConsentReceipts,
    private readonly pages: BusinessPages,
  ) {}

  async pageOf({ asked, state }: Opened, shown: Shown): Promise<ShownPage> {
    const { tenantId, contactId, noticeId } = asked;
    // Of whoever was erased nothing is shown: this answers as any other link that opens nothing.
    const { state: standing } = await this.policies.of(tenantId, contactId);
    const settings = await this.pages.settingsOf(tenantId);
    const view = { ...shown, asked, owner: settings?.name ?? tenantId };
    if (state === 'void') return { ...(await this.#voidPage(view)), status: 404 };
    const { askingPage, confirmedPage } = await import('./confirmation-page.ts');
    if (state === 'valid') {
      const notice = await this.notices.of(tenantId, noticeId);
      if (notice === undefined) throw new ProblemError('not-found');
      return askingPage({ ...view, text: notice.text, textLanguage: notice.language });
    }
    if (asked.consentId === null) throw new ProblemError('not-found');
    return confirmedPage({
      ...view,
      ...(await this.receipts.of(tenantId, asked.consentId)),
      isWithdrawn: standingConsent(standing, asked)?.state === 'withdrawn',
      timeZone: settings?.timeZone ?? 'Europe/Paris',
    });
  }

  /** What was confirmed by it can be taken back by it. */
  async #voidPage(view: Shown & { readonly asked: Confirmation; readonly owner: string }) {
    const { language, owner, asked } = view;
    if (asked.consentId !== null) return this.pages.voidPage(asked, { ...view, act: 'withdraw' });
    const { voidLinkPage } = await import('../wording/void-link-page.ts');
    return voidLinkPage(language, owner);
  }
}
