import { Injectable } from '@nestjs/common';
import { type Identities, identityKinds } from '@tact/contracts';
import { Vault } from '@tact/platform';
import { LinkedContacts } from './linked-contacts.ts';

/** Whose a wish is: everybody who has one of its identities, and the identities that nobody has. */
export type WishOwners = {
  /** The one the strongest identity names first. */
  readonly contactIds: readonly string[];
  readonly strange: Identities;
};

/** What is one person's alone, strongest first. */
const strong = ['bsuid', 'phone', 'crmId', 'link'] as const;

/**
 * The identities that say whose a wish is, one by one. An address may be a household's, so it counts only where nothing
 * better is given; a parent id is a whole business's, and by itself says nobody.
 */
const tellingOf = (identities: Identities): readonly Identities[] => {
  const given = strong.flatMap((kind) => {
    const value = identities[kind];
    return value === undefined ? [] : [{ [kind]: value }];
  });
  if (given.length > 0 || identities.email === undefined) return given;
  return [{ email: identities.email }];
};

/** Asks of each identity by itself, for two of one wish may be two people's, and one of them nobody's. */
@Injectable()
export class FindWishOwners {
  constructor(
    private readonly vault: Vault,
    private readonly links: LinkedContacts,
  ) {}

  /** For each of these contacts those that its person goes on as. */
  laterThan(
    tenantId: string,
    contactIds: readonly string[],
  ): Promise<ReadonlyMap<string, readonly string[]>> {
    return this.links.laterThan(tenantId, contactIds);
  }

  /** In the order asked, one query for all; `at` in milliseconds since the epoch, one a person. */
  async find(
    tenantId: string,
    people: readonly Identities[],
    at: readonly number[],
  ): Promise<WishOwners[]> {
    const asked = people.flatMap((identities, nth) =>
      tellingOf(identities).map((single) => ({ nth, single, at: at[nth] ?? 0 })),
    );
    const found = await this.#ownersOf(tenantId, asked);
    const answered = asked.map((one, index) => ({ ...one, owners: found[index] ?? [] }));
    const byPerson = Map.groupBy(answered, ({ nth }) => nth);
    return people.map((_, nth) => {
      const own = byPerson.get(nth) ?? [];
      const strange = own.flatMap(({ single, owners }) => (owners.length > 0 ? [] : [single]));
      return {
        contactIds: [...new Set(own.flatMap(({ owners }) => owners))],
        strange: Object.assign({}, ...strange) as Identities,
      };
    });
  }

  /** Of an address everybody who has it: which of them asked cannot be told, and it must not be lost. */
  async #ownersOf(
    tenantId: string,
    asked: readonly { readonly single: Identities; readonly at: number }[],
  ): Promise<(readonly string[])[]> {
    const singles = asked.map(({ single }) => single);
    const [resolved, sharing] = await Promise.all([
      singles.length === 0
        ? []
        : this.vault.resolveMany(tenantId, singles, { at: asked.map(({ at }) => at) }),
      this.vault.everybodyMany(
        tenantId,
        singles.map(({ email }) => (email === undefined ? {} : { email })),
      ),
    ]);
    return asked.map((_, nth) => {
      const first = resolved[nth];
      return [...new Set([...(first === undefined ? [] : [first]), ...(sharing[nth] ?? [])])];
    });
  }
}

/** What of a person's identities is theirs alone. */
export const strongOf = (identities: Identities): Identities =>
  Object.fromEntries(strong.map((kind) => [kind, identities[kind]]));

/** The same identities and no others, whoever has them: what a wish is remembered under. */
export const rememberedOf = (identities: Identities): Identities =>
  Object.assign({}, ...tellingOf(identities)) as Identities;

export const isEmpty = (identities: Identities): boolean =>
  identityKinds.every((kind) => identities[kind] === undefined);
