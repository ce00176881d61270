import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import {
  type EventDataOf,
  type Identities,
  RegisterContactResponse,
  SearchContactRequest,
} from '@tact/contracts';
import {
  Answers,
  Audited,
  currentActor,
  Describe,
  DisclosesNothing,
  EventStore,
  ProblemError,
  RequireScope,
  Tenant,
  Vault,
} from '@tact/platform';
import { IdentityOptions } from './identity-options.ts';

type Searched = EventDataOf<'ContactSearched'>;

/** Finds a person by one identity, and writes down that a key did. */
export class SearchContact extends Command<{ contactId: string } | undefined> {
  constructor(
    readonly tenantId: string,
    readonly identity: Identities,
  ) {
    super();
  }
}

@CommandHandler(SearchContact)
export class SearchContactHandler implements ICommandHandler<SearchContact> {
  constructor(
    private readonly vault: Vault,
    private readonly store: EventStore,
    private readonly identities: IdentityOptions,
  ) {}

  async execute({ tenantId, identity }: SearchContact) {
    const options = await this.identities.of(tenantId);
    const [contactId] = await this.vault.resolveMany(tenantId, [identity], options);
    const [kind] = Object.keys(identity) as Searched['identityKind'][];
    const data = {
      tenantId,
      keyId: currentActor() ?? 'unknown',
      identityKind: kind,
      found: contactId !== undefined,
      ...(contactId === undefined ? {} : { contactId }),
    };
    // Before the answer: who was found, and was not written down, has been looked up in secret.
    await this.store.append({
      stream: `audit-${tenantId}`,
      expected: 'any',
      events: [{ type: 'ContactSearched', data }],
      context: { tenantId, subject: tenantId },
    });
    return contactId === undefined ? undefined : { contactId };
  }
}

@Controller('v1/contacts/search')
export class SearchContactsController {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @HttpCode(200)
  @RequireScope('contacts:write')
  @Audited('ContactSearched')
  @DisclosesNothing('It writes down its own look, whether somebody is found or not.')
  @Describe({
    operationId: 'searchContact',
    tag: 'Contacts',
    summary: 'Finds a contact by one identity',
    description: 'In the body, because a URL is logged. Every search is written down.',
    refuses: ['not-found'],
  })
  @Answers(RegisterContactResponse, { description: 'The id of the contact.' })
  async search(
    @Tenant() tenantId: string,
    @Body({ schema: SearchContactRequest }) { identity }: SearchContactRequest,
  ) {
    const found = await this.commands.execute(new SearchContact(tenantId, identity));
    if (!found) throw new ProblemError('not-found', { detail: 'No contact has this identity.' });
    return found;
  }
}
