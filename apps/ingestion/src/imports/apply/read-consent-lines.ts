import { Injectable } from '@nestjs/common';
import type { ConsentLine, Identities } from '@tact/contracts';
import { sharedAddresses } from '@tact/domain';
import { liesAhead, notAfter, type Queryable, Vault } from '@tact/platform';
import type { ConsentDeclarations } from '../../contacts/consent-declarations.ts';
import { ProvenConsents } from '../../contacts/proven-consents.ts';
import { type Outcome, refusedAhead, refusedLine } from '../../signals/line-outcomes.ts';
import { FindWishOwners, isEmpty, rememberedOf, strongOf } from '../../wishes/wish-owners.ts';
import { refusedBy } from '../../wishes/received-wish.ts';
import { type StrangersWish, WishesOfStrangers } from '../../wishes/wishes-of-strangers.ts';

export type Declared = Parameters<ConsentDeclarations['declare']>[2][number];

const isRefusal = (line: ConsentLine): boolean => refusedBy(line) !== undefined;

const identitiesOf = ({ contact }: ConsentLine): Identities => {
  const { contactId: _, ...identities } = contact;
  return identities;
};

/** Whose a line is by its identities: a refusal is not of who only shares the address. */
const tellingOf = (line: ConsentLine): Identities => {
  if (isRefusal(line)) return rememberedOf(identitiesOf(line));
  // A consent is of the contact it names and of nobody else.
  return line.contact.contactId === undefined ? identitiesOf(line) : {};
};

/** The address whose owners are all bound by a refusal: the channel's, or the only one it is told under. */
const sharedOf = (line: ConsentLine): Identities => {
  const { email } = line.contact;
  if (email === undefined || !isRefusal(line)) return {};
  const isAlone = Object.keys(line.contact).length === 1;
  return isAlone || sharedAddresses[line.channel] !== undefined ? { email } : {};
};

const twoPeople = refusedLine('/contact', 'conflict: the identities belong to different contacts.');

type LinesNow = { readonly lines: readonly ConsentLine[]; readonly now: Date };

/** Whose the consents of an import are, and what of them is kept of people whom nobody knows. */
@Injectable()
export class ReadConsentLines {
  constructor(
    private readonly vault: Vault,
    private readonly owners: FindWishOwners,
    private readonly strangers: WishesOfStrangers,
    private readonly proven: ProvenConsents,
  ) {}

  /** What is declared of a line, of one contact or, where it refuses, of everybody whom it may be about. */
  async read(
    tenantId: string,
    { lines, now }: LinesNow,
    erased: ReadonlySet<string>,
  ): Promise<(readonly Declared[] | Outcome)[]> {
    const owners = await this.#ownersOf(tenantId, lines);
    const proven = await this.proven.ofLines(tenantId, lines);
    return lines.map((line, nth): readonly Declared[] | Outcome => {
      const { id } = line;
      const ahead = refusedAhead(now, '/at', line.at);
      if (ahead) return ahead;
      const consent = proven[nth] ?? { errors: [] };
      // Whoever it is about, a consent without its proof is none.
      if ('errors' in consent) return consent;
      const contactIds = (owners[nth] ?? []).filter((one) => !erased.has(one));
      if (contactIds.length > 1 && !isRefusal(line)) return twoPeople;
      if (contactIds.length === 0) return 'not-contactable';
      return contactIds.map((contactId) => ({
        data: { contactId, ...consent, at: notAfter(now, consent.at) },
        commandId: this.vault.factId(tenantId, 'consent-line', id),
      }));
    });
  }

  /** What is to be kept of withdrawals under identities that nobody has. */
  async refused(tenantId: string, { lines, now }: LinesNow): Promise<readonly StrangersWish[]> {
    const refusals = lines.filter((line) => isRefusal(line) && !liesAhead(now, line.at));
    const owners = await this.owners.find(
      tenantId,
      refusals.map((line) => ({ identities: identitiesOf(line), at: Date.parse(line.at) })),
    );
    return refusals.flatMap((line, nth): StrangersWish[] => {
      const identities = owners[nth]?.strange ?? {};
      const wish = refusedBy(line);
      if (wish === undefined || isEmpty(identities)) return [];
      return [{ identities, wish, channel: line.channel, at: notAfter(now, line.at) }];
    });
  }

  /** First in its transaction: behind the lock whoever was being registered meanwhile is known. */
  async keep(tx: Queryable, tenantId: string, refused: readonly StrangersWish[]): Promise<void> {
    await this.strangers.lock(tx, tenantId);
    await this.strangers.keep(tx, tenantId, refused);
  }

  async #ownersOf(tenantId: string, lines: readonly ConsentLine[]): Promise<string[][]> {
    const named = lines.flatMap(({ contact: { contactId } }) => contactId ?? []);
    const telling = lines.map(tellingOf);
    const [known, resolved, strong, shared] = await Promise.all([
      named.length === 0 ? new Set<string>() : this.vault.knownAmong(tenantId, named),
      this.vault.resolveMany(tenantId, telling),
      this.vault.ownersMany(tenantId, telling.map(strongOf)),
      this.vault.everybodyMany(tenantId, lines.map(sharedOf)),
    ]);
    return lines.map(({ contact: { contactId } }, nth) => {
      const isNamed = contactId !== undefined && known.has(contactId);
      const first = isNamed ? contactId : resolved[nth];
      const others = isNamed ? [] : (strong[nth] ?? []);
      return [
        ...new Set([...(first === undefined ? [] : [first]), ...others, ...(shared[nth] ?? [])]),
      ];
    });
  }
}
