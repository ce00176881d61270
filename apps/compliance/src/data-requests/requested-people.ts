import { Injectable } from '@nestjs/common';
import { type Identities, isErased, type TextIdentityKind } from '@tact/contracts';
import { EventStore, phoneCountryOf, type Queryable, Tenants, Vault } from '@tact/platform';
import { type Asked, streamOf } from './request-stream.ts';

/** A parent id is a whole business's, and by itself says nobody. */
const telling = ['phone', 'bsuid', 'crmId', 'email'] as const satisfies readonly TextIdentityKind[];

/** The identities of a request one by one: each of them may be somebody else's. */
const singlesOf = (identities: Identities): readonly Identities[] => [
  ...telling.flatMap((kind) => {
    const value = identities[kind];
    return value === undefined ? [] : [{ [kind]: value }];
  }),
  ...(identities.link === undefined ? [] : [{ link: identities.link }]),
];

/** Whom the identifiers of a request name. */
@Injectable()
export class RequestedPeople {
  constructor(
    private readonly vault: Vault,
    private readonly store: EventStore,
    private readonly tenants: Tenants,
  ) {}

  /**
   * Everybody whom any of them names, of several people all: whoever gives another's number beside their own address is told
   * apart from somebody who gives their own twice.
   */
  async of(tx: Queryable, asked: Asked): Promise<readonly string[]> {
    const singles = singlesOf(await this.identitiesOf(tx, asked));
    if (singles.length === 0) return [];
    const country = await this.tenants.countryOf(asked.tenantId);
    const phones = country === undefined ? undefined : phoneCountryOf(country);
    const found = await this.vault.everybodyMany(
      asked.tenantId,
      singles,
      phones === undefined ? {} : { defaultCountry: phones },
    );
    const survivors = await this.vault.survivorsOf(found.flat(), tx);
    return [...new Set(found.flat().map((id) => survivors.get(id) ?? id))].toSorted();
  }

  /** As the request gave them; nothing once its own key is destroyed. */
  async identitiesOf(tx: Queryable, { requestId }: Asked): Promise<Identities> {
    const types = ['DataRequestReceived'] as const;
    const [received] = await this.store.loadSome<(typeof types)[number]>(
      streamOf(requestId),
      { types },
      tx,
    );
    const identities: unknown = received?.data.identities;
    if (received === undefined || isErased(identities)) return {};
    const kept = Object.entries(received.data.identities).filter(([, value]) => !isErased(value));
    return Object.fromEntries(kept);
  }
}
