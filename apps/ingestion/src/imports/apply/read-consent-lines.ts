import { Injectable } from '@nestjs/common';
import type { ConsentLine, Identities } from '@tact/contracts';
import { purposes } from '@tact/domain';
import { Clock, liesAhead, notAfter, type Queryable, Vault } from '@tact/platform';
import type { ContactRegistrations } from '../../contacts/contact-registrations.ts';
import { type Outcome, refusedAhead } from '../../signals/line-outcomes.ts';
import { FindWishOwners, isEmpty, rememberedOf } from '../../wishes/wish-owners.ts';
import { WishesOfStrangers } from '../../wishes/wishes-of-strangers.ts';

export type Declared = Parameters<ContactRegistrations['declare']>[2][number];

/** A withdrawal of people whom no contact stands for: it binds whoever is registered under these later. */
type Refused = Parameters<WishesOfStrangers['keep']>[2][number];

/** Of the other purposes nothing is done without a consent, so a withdrawal by nobody known takes nothing away. */
const isRefusal = ({ purpose, state }: ConsentLine): boolean =>
  purposes[purpose].isPromotion && state === 'withdrawn';

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

/** Whose the consents of an import are, and what of them is kept of people whom nobody knows. */
@Injectable()
export class ReadConsentLines {
  constructor(
    private readonly vault: Vault,
    private readonly clock: Clock,
    private readonly owners: FindWishOwners,
    private readonly strangers: WishesOfStrangers,
  ) {}

  async read(
    tenantId: string,
    lines: readonly ConsentLine[],
    erased: ReadonlySet<string>,
  ): Promise<(Declared | Outcome)[]> {
    const now = this.clock.now();
    const contactIds = await this.#contactIdsOf(tenantId, lines);
    return lines.map((line, nth): Declared | Outcome => {
      const { id, contact: _, ...consent } = line;
      const ahead = refusedAhead(now, '/at', consent.at);
      if (ahead) return ahead;
      const contactId = contactIds[nth];
      if (contactId === undefined || erased.has(contactId)) return 'not-contactable';
      const data = { contactId, ...consent, at: notAfter(now, consent.at) };
      return { data, commandId: this.vault.factId(tenantId, 'consent-line', id) };
    });
  }

  /** What is to be kept of withdrawals under identities that nobody has. */
  async refused(tenantId: string, lines: readonly ConsentLine[]): Promise<readonly Refused[]> {
    const now = this.clock.now();
    const refusals = lines.filter((line) => isRefusal(line) && !liesAhead(now, line.at));
    const owners = await this.owners.find(
      tenantId,
      refusals.map(identitiesOf),
      refusals.map(({ at }) => Date.parse(at)),
    );
    return refusals.flatMap((line, nth): Refused[] => {
      const strange = owners[nth]?.strange ?? {};
      if (isEmpty(strange)) return [];
      const eventId = this.vault.factId(tenantId, 'consent-line', line.id);
      const wish = { asks: 'stop', scope: 'marketing', ground: 'marketing-preference' } as const;
      const { channel } = line;
      const at = notAfter(now, line.at);
      return [{ who: strange, identities: strange, eventId, wish, channel, at }];
    });
  }

  /** First in its transaction: behind the lock whoever was being registered meanwhile is known. */
  async keep(tx: Queryable, tenantId: string, refused: readonly Refused[]): Promise<void> {
    await this.strangers.lock(tx, tenantId);
    await this.strangers.keep(tx, tenantId, refused);
  }

  async #contactIdsOf(
    tenantId: string,
    lines: readonly ConsentLine[],
  ): Promise<(string | undefined)[]> {
    const named = lines.flatMap(({ contact: { contactId } }) => contactId ?? []);
    const known = named.length === 0 ? new Set() : await this.vault.knownAmong(tenantId, named);
    const resolved = await this.vault.resolveMany(tenantId, lines.map(tellingOf));
    return lines.map(({ contact: { contactId } }, nth) =>
      contactId !== undefined && known.has(contactId) ? contactId : resolved[nth],
    );
  }
}
