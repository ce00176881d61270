import { Body, Controller, Get, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { LinkToken, type PageLanguage } from '@tact/contracts';
import {
  Describe,
  DisclosesNothing,
  type FastifyReply,
  type FastifyRequest,
  type FormFields,
  FormTokens,
  PageRoute,
  Pages,
  ProblemError,
  Public,
  Unaudited,
} from '@tact/platform';
import type { FieldError } from '@tact/platform/pages';
import { SetPreferences } from '../preferences/set-preferences.http.ts';
import type { Leaving } from './kept-stops.ts';
import { Leave } from './leave.ts';
import { type FormValues, readForm, sentValues } from './preference-form.ts';
import { ShownWaysOut } from './shown-ways-out.ts';
import type { FollowedLink, WayOut } from './ways-out.ts';

type Sent = {
  readonly token: string;
  readonly fields: FormFields;
  readonly language: PageLanguage;
};

/** What each button of the page ends. */
const scopes: ReadonlyMap<unknown, Leaving['scope']> = new Map([
  ['stop', 'these'],
  ['everything', 'everything'],
]);

const pathOf = (token: string): string => `/v1/unsubscribe/${token}`;
/** RFC 8058, 3.1: what a mail program sends, without cookie and without having seen a page. */
const isOneClick = (fields: FormFields): boolean => fields['List-Unsubscribe'] === 'One-Click';

/** The way out of every mail. What never was a link answers the same whatever it is; one that is void says so. */
@Public()
@Controller('v1/unsubscribe')
export class UnsubscribeController {
  constructor(
    private readonly shown: ShownWaysOut,
    private readonly commands: CommandBus,
    private readonly pages: Pages,
    private readonly forms: FormTokens,
  ) {}

  @Get(':token')
  @PageRoute(
    'What the person receives, one button that ends it, and how else she would be written to.',
  )
  @DisclosesNothing('The person sees their own page: nobody of ours looks.')
  @Describe({
    operationId: 'showWayOut',
    tag: 'Consents',
    summary: 'Shows a person how to end messages',
    description: 'Changes nothing, whoever follows the link.',
    refuses: ['not-found'],
  })
  async show(
    @Param('token', { schema: LinkToken }) token: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const found = await this.shown.behind(token);
    const language = await this.#languageOf(found, request);
    if (found.state === 'void') {
      return this.#showVoid(reply, { wayOut: found.wayOut, token, language });
    }
    await this.#show(reply, { wayOut: found.wayOut, token, language });
  }

  @Post(':token')
  @HttpCode(200)
  @PageRoute(
    'After one click of a mail program what stands; after a form, the way back to the page.',
    { takesOneClick: true },
  )
  @Unaudited('The person does it, who is nobody of ours: what came of it is in their consents.')
  @DisclosesNothing('The person sees their own page: nobody of ours looks.')
  @Describe({
    operationId: 'followWayOut',
    tag: 'Consents',
    summary: 'Ends messages, or says how a person wants to be written to',
    description:
      'One click of RFC 8058 needs neither cookie nor page, and is heard once however often it is sent. A link to an address that is the contact’s no more still stops: the contact gets no more of these messages, and the address gets none of them by mail, whoever has it.',
    refuses: ['not-found', 'form-refused', 'unprocessable'],
  })
  async follow(
    @Param('token', { schema: LinkToken }) token: string,
    @Body() fields: FormFields | undefined,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const found = await this.shown.behind(token);
    const language = await this.#languageOf(found, request);
    const { wayOut } = found;
    const sent = { token, fields: fields ?? {}, language };
    if (found.state === 'void') return this.#followVoid(reply, wayOut, sent);
    if (isOneClick(sent.fields)) {
      await this.commands.execute(new Leave({ ...wayOut, scope: 'these' }));
      return this.#show(reply, { wayOut, token, language });
    }
    this.forms.assertOf(token, sent.fields['form']);
    const errors = await this.#act(wayOut, sent);
    if (errors.length > 0) {
      const entered = sentValues(sent.fields);
      return this.#show(reply, { wayOut, token, language, errors, entered });
    }
    return this.pages.redirect(reply, pathOf(token), language);
  }

  async #act(wayOut: WayOut, { fields, language }: Sent): Promise<readonly FieldError[]> {
    const scope = scopes.get(fields['act']);
    if (scope !== undefined) {
      await this.commands.execute(new Leave({ ...wayOut, scope }));
      return [];
    }
    if (fields['act'] !== 'preferences') throw new ProblemError('form-refused');
    const read = readForm(fields, await this.shown.preferencesOf(wayOut), language);
    if ('errors' in read) return read.errors;
    const errors = await this.shown.errorsOf(wayOut, read.asked, language);
    if (errors.length > 0) return errors;
    const { tenantId, contactId, address } = wayOut;
    await this.commands.execute(new SetPreferences(tenantId, contactId, read.asked, address));
    return [];
  }

  /** Through an address that is the contact's no more nothing is ever loosened: it stops, and that is all it does. */
  async #followVoid(reply: FastifyReply, wayOut: WayOut, sent: Sent): Promise<void> {
    const { token, fields, language } = sent;
    const page = { wayOut, token, language };
    if (isOneClick(fields)) {
      await this.commands.execute(new Leave({ ...wayOut, scope: 'these', isVoid: true }));
      return this.#showVoid(reply, page, 200);
    }
    const scope = scopes.get(fields['act']);
    if (scope === undefined) return this.#showVoid(reply, page);
    this.forms.assertOf(token, fields['form']);
    await this.commands.execute(new Leave({ ...wayOut, scope, isVoid: true }));
    return this.pages.redirect(reply, pathOf(token), language);
  }

  async #showVoid(
    reply: FastifyReply,
    {
      wayOut,
      token,
      language,
    }: { readonly wayOut: WayOut; readonly token: string; readonly language: PageLanguage },
    status = 404,
  ): Promise<void> {
    const form = { path: pathOf(token), formToken: this.forms.of(token) };
    const page = await this.shown.voidPage(wayOut, { language, ...form });
    await this.pages.show(reply, { ...page, status });
  }

  async #languageOf(found: FollowedLink, request: FastifyRequest): Promise<PageLanguage> {
    return this.pages.languageOf(request, await this.shown.languageOf(found));
  }

  async #show(
    reply: FastifyReply,
    page: {
      readonly wayOut: WayOut;
      readonly token: string;
      readonly language: PageLanguage;
      readonly errors?: readonly FieldError[];
      readonly entered?: FormValues;
    },
  ): Promise<void> {
    const { token, errors, ...asked } = page;
    const content = await this.shown.pageOf({
      ...asked,
      path: pathOf(token),
      formToken: this.forms.of(token),
      ...(errors === undefined ? {} : { errors }),
    });
    const status = errors === undefined ? 200 : 422;
    await this.pages.show(reply, { ...content, status });
  }
}
