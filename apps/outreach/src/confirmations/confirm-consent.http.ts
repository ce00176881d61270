import { Body, Controller, Get, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { LinkToken, type PageLanguage } from '@tact/contracts';
import {
  Describe,
  DisclosesNothing,
  type FastifyReply,
  type FastifyRequest,
  type FormFields,
  PageRoute,
  ProblemError,
  Public,
  Unaudited,
} from '@tact/platform';
import { Leave } from '../ways-out/leave.ts';
import { PageTools } from './page-tools.ts';
import { ConfirmConsent } from './confirm-consent.ts';
import type { Confirmation } from './confirmations.ts';
import { AlreadyConfirmed } from './used-confirmations.ts';
import { type Opened, OpenedConfirmations, ShownConfirmations } from './shown-confirmations.ts';

/** The person presses a button of the page behind the link. */
export class AnswerConfirmation extends Command<void> {
  constructor(
    readonly token: string,
    readonly act: 'confirm' | 'withdraw',
  ) {
    super();
  }
}

@CommandHandler(AnswerConfirmation)
export class AnswerConfirmationHandler implements ICommandHandler<AnswerConfirmation> {
  constructor(
    private readonly opened: OpenedConfirmations,
    private readonly confirm: ConfirmConsent,
    private readonly commands: CommandBus,
  ) {}

  async execute({ token, act }: AnswerConfirmation): Promise<void> {
    const { asked, state } = await this.opened.of(token);
    if (act === 'confirm') {
      if (state === 'void') throw new ProblemError('not-found');
      if (state === 'valid') await this.#confirmOnce(token, asked);
      return;
    }
    if (!isConfirmed(asked)) throw new ProblemError('not-found');
    const ofAddress = state === 'void' ? { isVoid: true as const } : {};
    await this.commands.execute(new Leave({ ...asked, scope: 'these', ...ofAddress }));
  }

  /** Who presses twice is shown what the first time came to. */
  async #confirmOnce(token: string, asked: Confirmation): Promise<void> {
    try {
      await this.confirm.run(token, asked);
    } catch (error) {
      if (!(error instanceof AlreadyConfirmed)) throw error;
    }
  }
}

const isConfirmed = ({ consentId }: Confirmation): boolean => consentId !== null;

const pathOf = (token: string): string => `/c/${token}`;

/** Double opt-in: the page behind the link of a mail. What never was a link answers alike whatever it is; one that is void says so. */
@Public()
@Controller('c')
export class ConfirmConsentController {
  constructor(
    private readonly shown: ShownConfirmations,
    private readonly opened: OpenedConfirmations,
    private readonly commands: CommandBus,
    private readonly tools: PageTools,
  ) {}

  @Get(':token')
  @PageRoute('The text and a button; once confirmed, the receipt.')
  @DisclosesNothing('The person sees their own page: nobody of ours looks.')
  @Describe({
    operationId: 'showConfirmation',
    tag: 'Consents',
    summary: 'Shows a person what they are asked to confirm',
    description: 'Changes nothing, whoever follows the link.',
    refuses: ['not-found'],
  })
  async show(
    @Param('token', { schema: LinkToken }) token: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const found = await this.opened.of(token);
    await this.#show(reply, { found, token, language: await this.#languageOf(found, request) });
  }

  /** A link that is void may be in anybody's hands: nothing of the person is answered to it. */
  #languageOf({ asked, state }: Opened, request: FastifyRequest): Promise<PageLanguage> {
    return state === 'void'
      ? this.tools.languageOfBusiness(request, asked.tenantId)
      : this.tools.languageOf(request, asked);
  }

  async #show(
    reply: FastifyReply,
    page: { readonly found: Opened; readonly token: string; readonly language: PageLanguage },
  ): Promise<void> {
    const { found, token, language } = page;
    const formToken = this.tools.forms.of(token);
    const shown = { language, path: pathOf(token), formToken };
    await this.tools.pages.show(reply, await this.shown.pageOf(found, shown));
  }

  @Post(':token')
  @HttpCode(303)
  @PageRoute('The way back to the page, which says what came of it.')
  @Unaudited('The person does it, who is nobody of ours: what came of it is in their consents.')
  @DisclosesNothing('The person sees their own page: nobody of ours looks.')
  @Describe({
    operationId: 'answerConfirmation',
    tag: 'Consents',
    summary: 'Records what a person confirmed, or took back on the same page',
    description: 'Once: the same form sent again changes nothing.',
    refuses: ['not-found', 'form-refused'],
  })
  async answer(
    @Param('token', { schema: LinkToken }) token: string,
    @Body() fields: FormFields | undefined,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    // A link that opens nothing says so before its form is judged.
    const found = await this.opened.of(token);
    const language = await this.#languageOf(found, request);
    const act = fields?.['act'] === 'withdraw' ? 'withdraw' : 'confirm';
    // What was given by a link can be taken back by it, whatever became of the address.
    const isTakenBack = act === 'withdraw' && isConfirmed(found.asked);
    if (found.state === 'void' && !isTakenBack)
      return this.#show(reply, { found, token, language });
    this.tools.forms.assertOf(token, fields?.['form']);
    await this.commands.execute(new AnswerConfirmation(token, act));
    await this.tools.pages.redirect(reply, pathOf(token), language);
  }
}
