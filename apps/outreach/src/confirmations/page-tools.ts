import { Injectable } from '@nestjs/common';
import type { PageLanguage } from '@tact/contracts';
import { type FastifyRequest, FormTokens, Pages } from '@tact/platform';
import { PersonLanguages } from '../languages/person-languages.ts';

/** What a page with a form needs. */
@Injectable()
export class PageTools {
  constructor(
    readonly pages: Pages,
    readonly forms: FormTokens,
    private readonly languages: PersonLanguages,
  ) {}

  /** A browser that asks for none of ours is answered in the language the person is written to in. */
  async languageOf(
    request: FastifyRequest,
    { tenantId, contactId }: { readonly tenantId: string; readonly contactId: string },
  ): Promise<PageLanguage> {
    return this.pages.languageOf(request, await this.languages.of(tenantId, contactId));
  }

  /** Where whoever reads the page need not be the person. */
  async languageOfBusiness(request: FastifyRequest, tenantId: string): Promise<PageLanguage> {
    return this.pages.languageOf(request, await this.languages.ofBusiness(tenantId));
  }
}
