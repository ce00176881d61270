import { Injectable } from '@nestjs/common';
import type { PageLanguage, Preferences, SetPreferencesRequest } from '@tact/contracts';
import { preferenceRefusals, readablePreferences, voiceOf } from '@tact/domain';
import type { FieldError, PageContent } from '@tact/platform/pages';
import { ContactPolicies } from '../ledger/contact-policies.ts';
import { Addressees } from '../languages/addressees.ts';
import { BusinessPages } from './business-pages.ts';
import { FollowedLinks } from './followed-links.ts';
import { words } from './page-words.ts';
import type { WayOutView } from './way-out-page.ts';
import type { FollowedLink, WayOut } from './ways-out.ts';

/** What stands behind a link, as a page. Pages are drawn by what is loaded with the first of them. */
@Injectable()
export class ShownWaysOut {
  constructor(
    private readonly links: FollowedLinks,
    private readonly policies: ContactPolicies,
    private readonly addressees: Addressees,
    private readonly pages: BusinessPages,
  ) {}

  behind(token: string): Promise<FollowedLink> {
    return this.links.behind(token);
  }

  /** What a browser that asks for none of ours is answered in: the person's, but where the link may be in anybody's hands. */
  languageOf({ state, wayOut: { tenantId, contactId } }: FollowedLink): Promise<PageLanguage> {
    return state === 'void'
      ? this.addressees.languages.ofBusiness(tenantId)
      : this.addressees.languages.of(tenantId, contactId);
  }

  async preferencesOf({ tenantId, contactId }: WayOut): Promise<Preferences> {
    const { state } = await this.policies.of(tenantId, contactId);
    return readablePreferences(state.preferences ?? {});
  }

  async pageOf(asked: Omit<WayOutView, 'owner' | 'state'>): Promise<PageContent> {
    const { tenantId, contactId } = asked.wayOut;
    const { state } = await this.policies.of(tenantId, contactId);
    const { wayOutPage } = await import('./way-out-page.ts');
    return wayOutPage({ ...asked, state, owner: await this.pages.ownerOf(tenantId) });
  }

  voidPage(
    wayOut: WayOut,
    asked: { readonly language: PageLanguage; readonly path: string; readonly formToken: string },
  ): Promise<PageContent> {
    return this.pages.voidPage(wayOut, { ...asked, act: 'stop' });
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
}
