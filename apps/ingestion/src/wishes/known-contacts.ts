import { Injectable } from '@nestjs/common';
import type { Identities } from '@tact/contracts';
import { Vault } from '@tact/platform';

/** Whom something is told of, and when it happened (RFC 3339 UTC): a number may have had another owner then. */
type Naming = {
  readonly who: Identities | { readonly contactId: string };
  readonly at: string;
};

const identitiesOf = ({ who }: Pick<Naming, 'who'>): Identities => ('contactId' in who ? {} : who);

/** Who is known to the business, whether or not the person may be analysed. */
@Injectable()
export class KnownContacts {
  constructor(private readonly vault: Vault) {}

  /** Contact ids in the order asked, undefined of strangers and of erased persons. */
  async of(tenantId: string, namings: readonly Naming[]): Promise<(string | undefined)[]> {
    const named = namings.flatMap(({ who }) => ('contactId' in who ? [who.contactId] : []));
    const [known, resolved] = await Promise.all([
      named.length === 0 ? new Set<string>() : this.vault.knownAmong(tenantId, named),
      this.vault.resolveMany(tenantId, namings.map(identitiesOf), {
        at: namings.map(({ at }) => Date.parse(at)),
      }),
    ]);
    return namings.map(({ who }, nth) => {
      if (!('contactId' in who)) return resolved[nth];
      return known.has(who.contactId) ? who.contactId : undefined;
    });
  }
}
