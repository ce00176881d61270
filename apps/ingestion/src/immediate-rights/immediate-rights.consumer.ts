import { Injectable } from '@nestjs/common';
import {
  Channel,
  type Identities,
  identityKinds,
  isErased,
  Purpose,
  type Reading,
  typesRead,
} from '@tact/contracts';
import { purposes, rights, type Wish } from '@tact/domain';
import {
  type ConsumedEvent,
  type Consumer,
  EventStore,
  type Queryable,
  Vault,
} from '@tact/platform';
import { type ConsentAppend, ConsentDeclarations } from '../contacts/consent-declarations.ts';
import { ReceiveWishes } from '../wishes/receive-wishes.ts';
import { FindWishOwners } from '../wishes/wish-owners.ts';

const reading = {
  ImmediateRightExercised: true,
  ContactRestricted: false,
  RestrictionLifted: false,
} as const satisfies Reading<'privacy-wishes.v1'>;

const types = typesRead(reading);
type Type = (typeof types)[number];

/** What a request asks, as far as it can still be read. */
type Exercised = {
  readonly event: ConsumedEvent<Type>;
  readonly identities: Identities;
  /** RFC 3339 UTC. */
  readonly at: string;
  readonly channel: Channel;
};

/** A person wrote by other ways than ours; what was said there is ended there, or before a witness. */
const writtenChannel: Channel = 'post';

/** Of a request whose own key was destroyed nothing is left to heed. */
const readable = (event: ConsumedEvent<Type>): readonly Exercised[] => {
  const { identities, at, channel } = event.data;
  if (isErased(identities) || isErased(at)) return [];
  const kept = identityKinds.filter((kind) => !isErased(identities[kind]));
  const own = Object.fromEntries(kept.map((kind) => [kind, identities[kind]])) as Identities;
  return [
    { event, identities: own, at, channel: Channel.safeParse(channel).data ?? writtenChannel },
  ];
};

/** Of consents the ones that a request takes back. */
const withdrawnPurposes = ({ event: { data } }: Exercised): readonly Purpose[] => {
  if (!rights[data.right].isNarrowed) return [];
  return data.purpose === undefined ? Purpose.options : [data.purpose];
};

/** What it asks of us as a word would: also of who is a stranger, and of every contact that it names. */
const wishOf = (exercised: Exercised): Wish | undefined => {
  const withdrawn = withdrawnPurposes(exercised);
  if (withdrawn.length === 0) return { asks: 'stop', scope: 'everything', ground: 'objection' };
  return withdrawn.some((purpose) => purposes[purpose].isPromotion)
    ? { asks: 'stop', scope: 'marketing', ground: 'marketing-preference' }
    : undefined;
};

/**
 * An objection or a withdrawal by a request takes the way of a STOP: it is a wish of everybody whom its identifiers name,
 * and remembered of strangers. Whoever asks proves nothing, for nothing is given.
 */
@Injectable()
export class ImmediateRightsConsumer implements Consumer<Type> {
  readonly group = 'ingestion.immediate-rights';
  readonly topics = ['privacy-wishes.v1'];
  readonly types = types;
  /** Whose it is, is personal: it is read here, and sealed again under whom it concerns. */
  readonly personalData = 'opened';

  constructor(
    private readonly wishes: ReceiveWishes,
    private readonly owners: FindWishOwners,
    private readonly consents: ConsentDeclarations,
    private readonly store: EventStore,
    private readonly vault: Vault,
  ) {}

  async handle(tx: Queryable, events: readonly ConsumedEvent<Type>[]): Promise<void> {
    const all = events.flatMap(readable);
    // Wishes have transactions of their own, and heard again they are the same: first all of them, before this one holds
    // any stream that they append to.
    for (const one of all) await this.#wish(one);
    for (const one of all) await this.#withdraw(tx, one);
    for (const { event } of all) await this.#tell(tx, event);
  }

  async #wish(exercised: Exercised): Promise<void> {
    const { event, identities: who, at, channel } = exercised;
    const wish = wishOf(exercised);
    if (wish === undefined) return;
    await this.wishes.hear(event.tenantid, [{ who, eventId: event.id, wish, channel, at }]);
  }

  async #withdraw(tx: Queryable, exercised: Exercised): Promise<void> {
    const { event, identities, at } = exercised;
    const { tenantid: tenantId, data } = event;
    const withdrawn = withdrawnPurposes(exercised);
    if (withdrawn.length === 0) return;
    const [owners] = await this.owners.find(tenantId, [identities], [Date.parse(at)]);
    const proof = { source: `data request ${data.requestId}`, method: 'other' } as const;
    const appends = (owners?.contactIds ?? []).flatMap((contactId) =>
      withdrawn.flatMap((purpose) =>
        Channel.options.map((channel): ConsentAppend => {
          const consent = {
            purpose,
            channel,
            state: 'withdrawn',
            at,
            proof,
            by: 'person',
          } as const;
          return this.consents.appendOf({ tenantId, data: { contactId, ...consent } });
        }),
      ),
    );
    await this.consents.append(tx, tenantId, appends);
  }

  /** It is recorded: whoever keeps the request may close it. */
  async #tell(tx: Queryable, { id, tenantid: tenantId, data }: ConsumedEvent<Type>): Promise<void> {
    const { requestId, right } = data;
    const heeded = { requestId, right };
    await this.store.appendIn(tx, [
      {
        stream: `heeded-${requestId}`,
        expected: 'any',
        events: [
          { id: this.vault.factId('heeded', id), type: 'ImmediateRightHeeded', data: heeded },
        ],
        context: { tenantId, subject: requestId, causationId: id },
      },
    ]);
  }
}
