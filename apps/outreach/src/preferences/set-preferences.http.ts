import { Body, Controller, Get, Param, Put } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ContactId, PreferencesView, SetPreferencesRequest } from '@tact/contracts';
import { preferenceRefusals, readablePreferences } from '@tact/domain';
import {
  Answers,
  Audited,
  Clock,
  Describe,
  Discloses,
  ProblemError,
  RequireScope,
  Tenant,
} from '@tact/platform';
import { AddressCards } from '../addresses/address-cards.ts';
import { ContactPolicies } from '../ledger/contact-policies.ts';

/** How a person wants to be written to. A business can only ask for less than what stands. */
export class SetPreferences extends Command<PreferencesView> {
  constructor(
    readonly tenantId: string,
    readonly contactId: string,
    readonly request: SetPreferencesRequest,
    /** The address that the person acts through; a business acts through none. */
    readonly through?: string,
  ) {
    super();
  }
}

@CommandHandler(SetPreferences)
export class SetPreferencesHandler implements ICommandHandler<SetPreferences> {
  constructor(
    private readonly policies: ContactPolicies,
    private readonly clock: Clock,
    private readonly cards: AddressCards,
  ) {}

  async execute({
    tenantId,
    contactId,
    request,
    through,
  }: SetPreferences): Promise<PreferencesView> {
    const at = this.clock.now().toISOString();
    const by = through === undefined ? 'business' : 'person';
    const address = through ?? (await this.#addressOf(tenantId, contactId));
    const own = address === undefined ? {} : { through: address };
    const command = {
      kind: 'set-preferences' as const,
      contactId,
      ...request,
      by,
      ...own,
      at,
    } as const;
    const { state, version } = await this.policies.run(tenantId, command);
    // What was taken stands now, and is not more than what stands.
    const errors = preferenceRefusals(request, state.preferences ?? {}, 'business');
    if (errors.length > 0) throw new ProblemError('unprocessable', { errors });
    return viewOf(contactId, state.preferences, version);
  }

  /** Whoever reads the address on file takes back what a business asked for. */
  async #addressOf(tenantId: string, contactId: string): Promise<string | undefined> {
    const email = await this.cards.emailOf(tenantId, contactId);
    return email === undefined ? undefined : this.cards.refOf(tenantId, email);
  }
}

const viewOf = (
  contactId: string,
  standing: Awaited<ReturnType<ContactPolicies['of']>>['state']['preferences'],
  streamVersion: number,
): PreferencesView => {
  const { by, at } = standing ?? {};
  return {
    contactId,
    preferences: readablePreferences(standing ?? {}),
    ...(by === undefined ? {} : { by }),
    ...(at === undefined ? {} : { at }),
    streamVersion,
  };
};

@Controller('v1/contacts')
export class SetPreferencesController {
  constructor(
    private readonly commands: CommandBus,
    private readonly policies: ContactPolicies,
  ) {}

  @Get(':contactId/preferences')
  @RequireScope('consents:write')
  @Discloses('preferences')
  @Describe({
    operationId: 'showPreferences',
    tag: 'Consents',
    summary: 'Shows how a person wants to be written to',
    description: 'Nothing where nobody ever said: then the policy alone holds.',
    refuses: ['not-found'],
  })
  @Answers(PreferencesView, { description: 'What stands.' })
  async show(
    @Tenant() tenantId: string,
    @Param('contactId', { schema: ContactId }) asked: string,
  ): Promise<PreferencesView> {
    const { contactId, state, version } = await this.policies.of(tenantId, asked);
    return viewOf(contactId, state.preferences, version);
  }

  @Put(':contactId/preferences')
  @RequireScope('consents:write')
  @Audited('PreferencesSet')
  @Discloses('preferences')
  @Describe({
    operationId: 'setPreferences',
    tag: 'Consents',
    summary: 'Records how a person wants to be written to',
    description:
      'What is left out stays as it is. It can only be less than what stands: the person alone takes it back, on the page that every mail names. A decision honours it from then on; quiet hours are by the person’s own clock.',
    refuses: ['not-found', 'unprocessable'],
  })
  @Answers(PreferencesView, { description: 'What stands.' })
  set(
    @Tenant() tenantId: string,
    @Param('contactId', { schema: ContactId }) contactId: string,
    @Body({ schema: SetPreferencesRequest }) request: SetPreferencesRequest,
  ): Promise<PreferencesView> {
    return this.commands.execute(new SetPreferences(tenantId, contactId, request));
  }
}
