import { Injectable } from '@nestjs/common';
import type { PageLanguage, Preferences, SetPreferencesRequest } from '@tact/contracts';
import { preferenceRefusals, readablePreferences, voiceOf } from '@tact/domain';
import { ProblemError, Tenants, Vault } from '@tact/platform';
import type { FieldError, PageContent } from '@tact/platform/pages';
import { StoppedAddresses } from '../addresses/stopped-addresses.ts';
import { ContactPolicies } from '../ledger/contact-policies.ts';
import { Addressees } from '../languages/addressees.ts';
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
    private readonly addressees: Addressees,
    private readonly stopped: StoppedAddresses,
    private readonly vault: Vault,
  ) {}

  /**
   * 404 for what never was a link. It acts for whoever reads the address
   * it was sent to, so it opens no choices once that is the contact's no more; it stops all the same.
   */
  async behind(token: string): Promise<FollowedLink> {
    const found = await this.waysOut.behind(token);
    if (found === undefined) throw new ProblemError('not-found');
    const { tenantId, contactId, address: ref } = found.wayOut;
    // Of whoever was erased nothing is on file any more.
    const isHeld =
      (await this.vault.knows(tenantId, contactId)) &&
      (await this.addressees.cards.holds(tenantId, contactId, { ref }));
    return isHeld ? found : { ...found, state: 'void' };
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
    return wayOutPage({ ...asked, state, owner: await this.#ownerOf(tenantId) });
  }

  /** Shows nothing of the person: whoever has the link need not be her. */
  async voidPage(
    { tenantId, address: ref, purpose }: WayOut,
    asked: { readonly language: PageLanguage; readonly path: string; readonly formToken: string },
  ): Promise<PageContent> {
    const { voidWayOutPage } = await import('../wording/void-link-page.ts');
    const isStopped = await this.stopped.isStopped({ tenantId, ref, purpose });
    return voidWayOutPage({
      ...asked,
      act: 'stop',
      isStopped,
      owner: await this.#ownerOf(tenantId),
    });
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
