import { Injectable } from '@nestjs/common';
import { FormTokens, Pages } from '@tact/platform';

/** What a page with a form needs. */
@Injectable()
export class PageTools {
  constructor(
    readonly pages: Pages,
    readonly forms: FormTokens,
  ) {}
}
