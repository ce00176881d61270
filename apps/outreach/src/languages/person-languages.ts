import { Injectable } from '@nestjs/common';
import type { PageLanguage } from '@tact/contracts';
import { readablePreferences } from '@tact/domain';
import { Tenants } from '@tact/platform';
import { SpokenLanguages } from '../addresses/spoken-languages.ts';
import { ContactPolicies } from '../ledger/contact-policies.ts';

/** Of a tag with regions and scripts, the language, where we write in it. */
const ours = (tag: string | undefined): PageLanguage | undefined => {
  const [language] = (tag ?? '').toLowerCase().split(/[-_]/);
  return language === 'fr' || language === 'en' ? language : undefined;
};

/** The language a person is written to in: the one they chose, else the one on file, else the business's first. */
@Injectable()
export class PersonLanguages {
  constructor(
    private readonly policies: ContactPolicies,
    private readonly spoken: SpokenLanguages,
    private readonly tenants: Tenants,
  ) {}

  /** 404 as for a command. */
  async of(tenantId: string, contactId: string): Promise<PageLanguage> {
    const { state } = await this.policies.of(tenantId, contactId);
    const chosen = ours(readablePreferences(state.preferences ?? {}).language);
    return chosen ?? ours(await this.spoken.of(tenantId, contactId)) ?? this.ofBusiness(tenantId);
  }

  /** The first of those that the business writes in. */
  async ofBusiness(tenantId: string): Promise<PageLanguage> {
    return (await this.tenants.of(tenantId))?.languages[0] ?? 'fr';
  }
}
