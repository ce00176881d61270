import { Controller, Get, Param } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import {
  ContactId,
  ContactView,
  type CrmLink,
  defaultRecord,
  type Identities,
  maskedKinds,
} from '@tact/contracts';
import {
  Answers,
  Clock,
  currentActor,
  Describe,
  DisclosesNothing,
  EventStore,
  maskedIdentity,
  ProblemError,
  RequireOneScope,
  Tenant,
  Vault,
} from '@tact/platform';
import { ContactWords } from './contact-words.ts';
import { knownDetails, type StatedIdentity } from './known-details.ts';
import { policySummary } from './policy-summary.ts';

/** Shows what is known of one contact, and writes down that a key looked. */
export class ShowContact extends Command<ContactView | undefined> {
  constructor(
    readonly tenantId: string,
    readonly contactId: string,
  ) {
    super();
  }
}

const linksIn = ({ crmId, link }: Identities): readonly CrmLink[] => [
  ...(crmId === undefined ? [] : [{ ...defaultRecord, id: crmId }]),
  ...(link === undefined ? [] : [link]),
];

const maskedIn = ({ named, since }: StatedIdentity) =>
  maskedKinds.flatMap((kind) => {
    const value = named[kind];
    return value === undefined ? [] : [{ kind, masked: maskedIdentity(kind, value), since }];
  });

@CommandHandler(ShowContact)
export class ShowContactHandler implements ICommandHandler<ShowContact> {
  constructor(
    private readonly vault: Vault,
    private readonly store: EventStore,
    private readonly words: ContactWords,
    private readonly clock: Clock,
  ) {}

  async execute({ tenantId, contactId: asked }: ShowContact): Promise<ContactView | undefined> {
    const { contactId, isKnown } = await this.vault.whereaboutsOf(tenantId, asked);
    // Before the answer: who was shown, and was not written down, has been looked at in secret.
    await this.#note(tenantId, isKnown ? contactId : undefined);
    if (!isKnown) return undefined;
    const facts = await this.words.factsOf(tenantId, contactId);
    // Of two words on the same, that of the contact that stayed is the later.
    const { stated, details } = knownDetails([...facts.parts.flat(), ...facts.own]);
    const present = await this.#present(tenantId, contactId, stated);
    return ContactView.parse({
      contactId: asked,
      ...(asked === contactId ? {} : { mergedInto: contactId }),
      links: present.flatMap(({ named }) => linksIn(named)),
      identities: present.flatMap(maskedIn),
      ...details,
      ...policySummary(await this.words.of(tenantId, contactId, facts)),
      asOf: this.clock.now().toISOString(),
    });
  }

  /** Those that are the person's at present: the index says whose an identity is, the facts only that it was stated. */
  async #present(
    tenantId: string,
    contactId: string,
    stated: readonly StatedIdentity[],
  ): Promise<readonly StatedIdentity[]> {
    const asked = stated.map(({ named }) => named);
    const owners = await this.vault.everybodyMany(tenantId, asked);
    return stated.filter((_, nth) => owners[nth]?.includes(contactId));
  }

  async #note(tenantId: string, contactId: string | undefined): Promise<void> {
    const keyId = currentActor() ?? 'unknown';
    const whom = contactId === undefined ? { found: false } : { found: true, contactId };
    await this.store.append({
      stream: `audit-${tenantId}`,
      expected: 'any',
      events: [{ type: 'ContactViewed', data: { tenantId, keyId, ...whom } }],
      context: { tenantId, subject: tenantId },
    });
  }
}

@Controller('v1/contacts')
export class ShowContactController {
  constructor(private readonly commands: CommandBus) {}

  @Get(':contactId')
  @RequireOneScope('contacts:read', 'contacts:write')
  @DisclosesNothing('It writes down its own look, whether the contact is known or not.')
  @Describe({
    operationId: 'showContact',
    tag: 'Contacts',
    summary: 'Shows links, masked identities, consents and refusals of a contact',
    description:
      'No identity is shown whole. A refusal that a decision denies by is in it. Every look is written down.',
  })
  @Answers(ContactView, { description: 'The contact.' })
  async show(
    @Tenant() tenantId: string,
    @Param('contactId', { schema: ContactId }) contactId: string,
  ): Promise<ContactView> {
    const view = await this.commands.execute(new ShowContact(tenantId, contactId));
    if (view === undefined) throw new ProblemError('not-found');
    return view;
  }
}
