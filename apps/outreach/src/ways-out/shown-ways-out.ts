import { Injectable } from '@nestjs/common';
import type { PageLanguage, SetPreferencesRequest } from '@tact/contracts';
import { preferenceRefusals, voiceOf } from '@tact/domain';
import { ProblemError, Tenants } from '@tact/platform';
import type { FieldError, PageContent } from '@tact/platform/pages';
import { AddressCards } from '../addresses/address-cards.ts';
import { ContactPolicies } from '../ledger/contact-policies.ts';
import { words } from './page-words.ts';
import type { WayOutView } from './way-out-page.ts';
import { type FollowedLink, type WayOut, WaysOut } from './ways-out.ts';

/** What stands behind a link, as a page. Pages are drawn by what is loaded with the first of them. */
@Injectable()
export class ShownWaysOut {
  constructor(
    private readonly waysOut: WaysOut,
    private readonly policies: ContactPolicies,
    private readonly tenants: Tenants,
    private readonly cards: AddressCards,
  ) {}

  /**
   * 404 for what never was a link, and for one of somebody who was erased. It acts for whoever reads the address it was sent
   * to, so it is void once that is the contact's no more.
   */
  async behind(token: string): Promise<FollowedLink> {
    const found = await this.waysOut.behind(token);
    if (found === undefined) throw new ProblemError('not-found');
    const { tenantId, contactId, address: ref } = found.wayOut;
    const isHeld = await this.cards.holds(tenantId, contactId, { ref });
    return isHeld ? found : { ...found, state: 'void' };
  }

  async pageOf(asked: Omit<WayOutView, 'owner' | 'state'>): Promise<PageContent> {
    const { tenantId, contactId } = asked.wayOut;
    const { state } = await this.policies.of(tenantId, contactId);
    const { wayOutPage } = await import('./way-out-page.ts');
    return wayOutPage({ ...asked, state, owner: await this.#ownerOf(tenantId) });
  }

  async voidPage(tenantId: string, language: PageLanguage): Promise<PageContent> {
    const { voidLinkPage } = await import('../wording/void-link-page.ts');
    return voidLinkPage(language, await this.#ownerOf(tenantId));
  }

  /** Why the form cannot be taken: what was asked for through another address is only ever made stricter. */
  async errorsOf(
    { tenantId, contactId, address }: WayOut,
    asked: SetPreferencesRequest,
    language: PageLanguage,
  ): Promise<readonly FieldError[]> {
    const { preferences = {} } = (await this.policies.of(tenantId, contactId)).state;
    const voice = voiceOf(preferences, { by: 'person', through: address });
    if (preferenceRefusals(asked, preferences, voice).length === 0) return [];
    return [{ field: 'channels', message: words[language].onlyLess }];
  }

  async #ownerOf(tenantId: string): Promise<string> {
    return (await this.tenants.of(tenantId))?.name ?? tenantId;
  }
}
