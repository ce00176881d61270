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

/** By which identities a wish is whose: the best that are given, or each of them, as a person's own request is. */
export type NamedBy = 'best' | 'each';

/** What is one person's alone, strongest first. */
const strong = ['bsuid', 'phone', 'crmId', 'link'] as const;

/**
 * Every identity that says who a person is, one by one. The address too: a number beside it may be mistyped, and whoever
 * asks to be left alone under both is to be left alone under both.
 */
export const tellingOfEach = (identities: Identities): readonly Identities[] =>
  [...strong, 'email' as const].flatMap((kind) => {
    const value = identities[kind];
    return value === undefined ? [] : [{ [kind]: value }];
  });

/**
 * The identities that say whose a wish is, one by one. An address may be a household's, so it counts only where nothing
 * better is given; a parent id is a whole business's, and by itself says nobody.
 */
const tellingOf = (identities: Identities): readonly Identities[] => {
  const all = tellingOfEach(identities);
  const given = all.filter(({ email }) => email === undefined);
  return given.length > 0 ? given : all;
};

const tellingBy = { best: tellingOf, each: tellingOfEach } as const;

type Wishful = {
  readonly identities: Identities;
  readonly at: number;
  readonly namedBy?: NamedBy | undefined;
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

  /** In the order asked, one query for all; `at` in milliseconds since the epoch. */
  async find(tenantId: string, people: readonly Wishful[]): Promise<WishOwners[]> {
    const asked = people.flatMap(({ identities, at, namedBy = 'best' }, nth) =>
      tellingBy[namedBy](identities).map((single) => ({ nth, single, at })),
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
export const rememberedOf = (identities: Identities, namedBy: NamedBy = 'best'): Identities =>
  Object.assign({}, ...tellingBy[namedBy](identities)) as Identities;

export const isEmpty = (identities: Identities): boolean =>
  identityKinds.every((kind) => identities[kind] === undefined);
