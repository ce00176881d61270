import { Injectable } from '@nestjs/common';
import type { Identities } from '@tact/contracts';
import { BatchLoader, EventStore, SubjectErased, Vault } from '@tact/platform';
import { JoinIdentities } from './join-identities.ts';
import type { Acquaintance } from './reading/parts.ts';

type Asked = { readonly tenantId: string; readonly identities: Identities };

/** A person who is known by some of the names, and by none of the others. */
type Learner = { readonly contactId: string; readonly news: Identities };

/**
 * What is one person's alone, and of which a person has one at a time: another one beside it is another person's, until
 * WhatsApp says that it changed. A parent id may be several people's, and by itself says nobody.
 */
const strong = ['bsuid', 'phone'] as const;
const isStrong = (identities: Identities): boolean =>
  strong.some((kind) => identities[kind] !== undefined);

const singlesOf = (identities: Identities): readonly Identities[] =>
  Object.entries(identities).map(([kind, value]) => ({ [kind]: value }));

/** An identity that so many have says nothing of one of them. */
const OWNERS_MAX = 20;

/** Who learns of names which; nobody where they are two people's: nobody's identity is taken. */
const learnerOf = (
  singles: readonly Identities[],
  owners: readonly (readonly string[])[],
): Learner | undefined => {
  const ownersOf = (nth: number) => owners[nth] ?? [];
  const known = new Set(singles.flatMap((single, nth) => (isStrong(single) ? ownersOf(nth) : [])));
  const [contactId] = known;
  if (contactId === undefined || known.size > 1) return undefined;
  const fresh = singles.filter((single, nth) => {
    const own = ownersOf(nth);
    if (isStrong(single)) return own.length === 0;
    // What several may have is the person's as well.
    return !own.includes(contactId) && own.length < OWNERS_MAX;
  });
  if (fresh.length === 0) return undefined;
  return { contactId, news: Object.assign({}, ...fresh) as Identities };
};

/**
 * A signed webhook that names a known person by another identity beside the known one teaches it: from then on the person is
 * found by it alone. It needs no consent to be analysed, for only so a refusal under that identity finds its person. A
 * stranger stays one.
 */
@Injectable()
export class LearnIdentities {
  readonly #owners = new BatchLoader<Asked, readonly string[]>((asked) => this.#lookUp(asked));

  constructor(
    private readonly vault: Vault,
    private readonly store: EventStore,
    private readonly joining: JoinIdentities,
  ) {}

  async learn(tenantId: string, acquaintances: readonly Acquaintance[]): Promise<void> {
    const met = acquaintances.map(({ identities }) => singlesOf(identities));
    const owners = await this.#owners.ask(
      met.flat().map((identities) => ({ tenantId, identities })),
    );
    let from = 0;
    for (const singles of met) {
      const own = owners.slice(from, from + singles.length);
      from += singles.length;
      if (learnerOf(singles, own) === undefined) continue;
      // Who is erased meanwhile learns nothing, and the rest of the webhook is not theirs.
      await this.#learn(tenantId, singles).catch((error: unknown) => {
        if (!(error instanceof SubjectErased)) throw error;
      });
    }
  }

  async #lookUp(asked: readonly Asked[]): Promise<(readonly string[])[]> {
    const found: (readonly string[])[] = [];
    const numbered = asked.map((one, nth) => ({ ...one, nth }));
    for (const [tenantId, own] of Map.groupBy(numbered, (one) => one.tenantId)) {
      const owners = await this.vault.ownersMany(
        tenantId,
        own.map(({ identities }) => identities),
      );
      for (const [at, { nth }] of own.entries()) found[nth] = owners[at] ?? [];
    }
    // An array with holes would be shorter than what was asked.
    return asked.map((_, nth) => found[nth] ?? []);
  }

  async #learn(tenantId: string, singles: readonly Identities[]): Promise<void> {
    await this.store.transaction(async (tx) => {
      await this.joining.strangers.shareLock(tx, tenantId);
      // Until the end of this nobody is merged or split; whoever was since the first look is somebody else by now.
      const learner = learnerOf(singles, await this.vault.ownersMany(tenantId, singles));
      if (learner === undefined) return;
      const { contactId, news } = learner;
      const whose = { tenantId, subject: contactId };
      const kinds = await this.vault.kindsOf(tx, whose);
      const learnt = Object.fromEntries(
        Object.entries(news).filter(
          ([kind]) => !strong.some((one) => one === kind && kinds.has(one)),
        ),
      ) as Identities;
      if (Object.keys(learnt).length === 0) return;
      const joined = await this.joining.join(tx, whose, learnt);
      if (joined.length > 0) await this.store.appendIn(tx, joined);
    });
  }
}
