import { Injectable } from '@nestjs/common';
import type { PageLanguage, Preferences } from '@tact/contracts';
import { readablePreferences } from '@tact/domain';
import { ProblemError, Tenants } from '@tact/platform';
import type { PageContent } from '@tact/platform/pages';
import { ContactPolicies } from '../ledger/contact-policies.ts';
import { PersonLanguages } from '../languages/person-languages.ts';
import type { WayOutView } from './way-out-page.ts';
import { type WayOut, WaysOut } from './ways-out.ts';

/** What stands behind a link, as a page. Pages are drawn by what is loaded with the first of them. */
@Injectable()
export class ShownWaysOut {
  constructor(
    private readonly waysOut: WaysOut,
    private readonly policies: ContactPolicies,
    private readonly tenants: Tenants,
    private readonly languages: PersonLanguages,
  ) {}

  /** 404 for a link that opens nothing, and for one of somebody who was erased. */
  async behind(token: string): Promise<WayOut> {
    const wayOut = await this.waysOut.behind(token);
    if (wayOut === undefined) throw new ProblemError('not-found');
    return wayOut;
  }

  /** What a browser that asks for none of ours is answered in. */
  languageOf({ tenantId, contactId }: WayOut): Promise<PageLanguage> {
    return this.languages.of(tenantId, contactId);
  }

  async preferencesOf({ tenantId, contactId }: WayOut): Promise<Preferences> {
    const { state } = await this.policies.of(tenantId, contactId);
    return readablePreferences(state.preferences ?? {});
  }

  async pageOf(asked: Omit<WayOutView, 'owner' | 'state'>): Promise<PageContent> {
    const { tenantId, contactId } = asked.wayOut;
    const { state } = await this.policies.of(tenantId, contactId);
    const settings = await this.tenants.of(tenantId);
    const { wayOutPage } = await import('./way-out-page.ts');
    return wayOutPage({ ...asked, state, owner: settings?.name ?? tenantId });
  }
}
